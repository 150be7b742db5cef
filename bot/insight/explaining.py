"""Why a question was understood as it was, in tables staff can read."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from bot.conversation.brain import Brain
from bot.understanding import Explanation


def explanation_tables(brain: Brain, question: str, chosen: str | None) -> Iterator[Table]:
    """Tables for one question: the decision, languages, words, near phrases, and figures against thresholds."""
    spoken = brain.languages[chosen].spoken if chosen else None
    found = brain.understanding.explain(question, spoken)
    yield _decision(found)
    yield _pairs("language", "score", found.language_scores[:5])
    yield _pairs("searched", "weight", found.searched)
    words = Table("word", "read as", "weight")
    for word in found.words:
        words.add_row(word.word, word.read_as, f"{word.weight:+.2f}")
    yield words
    near = Table("near phrase", "topic", "language", "likeness")
    for phrase in found.near_phrases:
        near.add_row(phrase.text, phrase.topic, phrase.language, f"{phrase.similarity:.2f}")
    yield near
    yield _pairs("figure", "value", tuple({**found.features, **found.thresholds}.items()))


def _decision(found: Explanation) -> Table:
    understood = found.understood
    table = Table("decision", "topics", "danger", "candidates", "because")
    danger = (
        f"{understood.crisis.topic}: '{understood.crisis.matched}' ({understood.crisis.pattern})"
        if understood.crisis
        else ""
    )
    candidates = "\n".join(f"{one.topic} {one.confidence:.2f}" for one in understood.candidates)
    table.add_row(understood.decision.value, "\n".join(understood.topics), danger, candidates, found.reason)
    return table


def _pairs(first: str, second: str, rows: tuple[tuple[str, float], ...]) -> Table:
    table = Table(first, second)
    for name, value in rows:
        table.add_row(name, f"{value:.3f}")
    return table
