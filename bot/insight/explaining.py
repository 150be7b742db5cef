"""Why a question was understood as it was, in tables staff can read."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from bot.conversation.brain import Brain
from bot.understanding import Explanation

FIGURES = {
    "bias": "what every question starts from",
    "likelihood": "the best topic's share of all, and of what is out of scope (logarithm)",
    "lead": "how much likelier it is than the second (logarithm)",
    "likeness": "likeness to its nearest phrase, by how much of the question it knows",
    "ratio": "likeness to that phrase, letter by letter",
    "stem_weight": "how telling the words are that the topic knows",
    "stem_lead": "how many more of the words it knows than the second",
    "strength": "its score by itself, by how much of the question is known",
}
"""What each figure of the confidence means, for staff."""


def explanation_tables(brain: Brain, question: str, chosen: str | None) -> Iterator[Table]:
    """Tables for one question: the decision and what it needed, topics, languages, words, phrases, figures."""
    spoken = brain.languages[chosen].spoken if chosen else None
    found = brain.understanding.explain(question, spoken)
    yield _decision(found)
    if found.features:
        yield _needed(found)
    yield _topics(found)
    yield _pairs("language", "score", found.language_scores[:5])
    yield _pairs("searched", "weight", found.searched)
    words = Table("word", "read as", "spoke for the best topic")
    for word in found.words:
        words.add_row(word.word, word.read_as if word.read_as != word.word else "", f"{word.weight:+.2f}")
    yield words
    near = Table("near phrase", "topic", "language", "likeness")
    for phrase in found.near_phrases:
        near.add_row(phrase.text, phrase.topic, phrase.language, f"{phrase.similarity:.2f}")
    yield near
    if found.weighed:
        yield _weighed(found)


def _needed(found: Explanation) -> Table:
    """What answering or offering choices asks for, beside what there was."""
    confidences = [one.confidence for one in found.understood.candidates] + [0.0, 0.0]
    best, lead, total = confidences[0], confidences[0] - confidences[1], sum(confidences)
    table = Table("to", "needs", "at least", "there was")
    for decision, what, name, value in (
        ("answer", "confidence in the best topic", "answer", best),
        ("answer", "lead over the second", "lead", lead),
        ("offer choices", "confidence in the best three together", "choose", total),
    ):
        least = found.thresholds[name]
        table.add_row(decision, what, f"{least:.2f}", f"{value:.2f} {'enough' if value >= least else 'too little'}")
    return table


def _topics(found: Explanation) -> Table:
    """The candidates, and of each the phrase that is most like the question."""
    nearest = {phrase.topic: phrase for phrase in found.candidate_phrases}
    table = Table("topic", "confidence", "its nearest phrase", "language", "likeness")
    for one in found.understood.candidates:
        phrase = nearest.get(one.topic)
        told = (phrase.text, phrase.language, f"{phrase.similarity:.2f}") if phrase else ("", "", "")
        table.add_row(one.topic, f"{one.confidence:.2f}", *told)
    return table


def _weighed(found: Explanation) -> Table:
    """What the confidence in the best topic was made of; the sum, as a probability, is the confidence."""
    table = Table("made of", "figure", "added")
    for name, (value, added) in found.weighed.items():
        table.add_row(FIGURES[name], f"{value:.2f}", f"{added:+.2f}")
    table.add_row("sum", "", f"{sum(added for _, added in found.weighed.values()):+.2f}")
    return table


def _decision(found: Explanation) -> Table:
    understood = found.understood
    table = Table("decision", "topics", "language", "danger", "because")
    danger = (
        f"{understood.crisis.topic}: '{understood.crisis.matched}' ({understood.crisis.pattern})"
        if understood.crisis
        else f"{understood.danger:.2f}"
    )
    language = understood.language or "undecided"
    table.add_row(understood.decision.value, "\n".join(understood.topics), language, danger, found.reason)
    return table


def _pairs(first: str, second: str, rows: tuple[tuple[str, float], ...]) -> Table:
    table = Table(first, second)
    for name, value in rows:
        table.add_row(name, f"{value:.3f}")
    return table
