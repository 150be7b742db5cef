"""How good the content is, in figures: words, readability, phrases, sources, and the longest message, per language."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.table import Table

from bot.conversation.brain import Brain
from bot.knowledge.cards import make_card
from bot.knowledge.checking import utf16_units
from bot.knowledge.content import Topic
from bot.languages.table import Language

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:]+(?:\s|$)|\n")
LONG_WORD_LETTERS = 7


@dataclass(frozen=True, slots=True)
class LanguageReport:
    """The figures of one language; word counts and LIX are medians over the answers."""

    language: Language
    topics: int
    words: float
    most_words: int
    lix: float
    fewest_phrases: int
    phrases: float
    sourced: float
    longest_units: int


def lix(text: str) -> float:
    """The readability index of Björnsson (1968): words per sentence plus the per cent of words over six letters.

    Made for Swedish: below 30 very easy, 30-40 easy, 40-50 medium, above 60 very hard.
    """
    words = _WORD.findall(text)
    sentences = [part for part in _SENTENCE_END.split(text) if _WORD.search(part)]
    if not words:
        return 0.0
    long_words = sum(len(word) >= LONG_WORD_LETTERS for word in words)
    return len(words) / max(len(sentences), 1) + 100 * long_words / len(words)


def report(brain: Brain) -> Iterator[LanguageReport]:
    """The figures of every language that has a text."""
    for language in brain.languages.values():
        topics = [topic for topic in brain.content.topics.values() if language.id in topic.texts]
        if topics:
            yield _of_language(brain, language, topics)


def _of_language(brain: Brain, language: Language, topics: Sequence[Topic]) -> LanguageReport:
    cards = [make_card(brain.content, brain.languages, topic.id, language.id) for topic in topics]
    texts = ["\n".join(paragraph.text.removeprefix("• ") for paragraph in card.paragraphs) for card in cards]
    counts = [len(_WORD.findall(text)) for text in texts]
    phrases = [len(topic.texts[language.id].ask) for topic in topics]
    return LanguageReport(
        language=language,
        topics=len(topics),
        words=statistics.median(counts),
        most_words=max(counts),
        lix=statistics.median(map(lix, texts)),
        fewest_phrases=min(phrases),
        phrases=statistics.median(phrases),
        sourced=sum(bool(card.sources and card.checked) for card in cards) / len(cards),
        longest_units=max(utf16_units(card.text) for card in cards),
    )


def report_table(reports: Iterator[LanguageReport], all_topics: int) -> Table:
    """The figures as a table; LIX says something about Swedish only."""
    table = Table(
        "language",
        "topics",
        "words (median)",
        "words (most)",
        "LIX (median)",
        "phrases (fewest)",
        "phrases (median)",
        "source and date",
        "longest, of 4096",
    )
    for row in reports:
        table.add_row(
            row.language.id,
            f"{row.topics} of {all_topics}",
            f"{row.words:.0f}",
            str(row.most_words),
            f"{row.lix:.0f}" if row.language.spoken == "sv" else "",
            str(row.fewest_phrases),
            f"{row.phrases:.0f}",
            f"{100 * row.sourced:.0f} %",
            str(row.longest_units),
        )
    return table
