"""Answer cards: one topic in one language, facts filled in, with its truth label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.knowledge.content import Content, split_label
from bot.knowledge.fingerprints import TranslationState
from bot.knowledge.rendering import Link, Paragraph, Phone, Span, render_text, render_title
from bot.knowledge.schema import Part, Sensitivity, SourceEntry, StateEntry, TranslatedTopic
from bot.languages.table import Language, Languages

SHOWN_SOURCES = 3


@dataclass(frozen=True, slots=True)
class Card:
    """An approved answer: `language` is what it is written in, `wanted` what the resident asked for."""

    topic: str
    part: str | None
    area: str
    language: Language
    wanted: Language
    title: str
    paragraphs: tuple[Paragraph, ...]
    sources: tuple[SourceEntry, ...]
    checked: date
    review_by: date
    state: TranslationState
    vouched: StateEntry | None
    sensitivity: Sensitivity
    related: tuple[str, ...]

    @property
    def label(self) -> str:
        """Topic and part in one word, as buttons carry it."""
        return self.topic if self.part is None else f"{self.topic}.{self.part}"

    @property
    def phones(self) -> tuple[Phone, ...]:
        """The numbers in the text, each once, in the order they stand."""
        return tuple(dict.fromkeys(span for span in self._spans() if isinstance(span, Phone)))

    @property
    def links(self) -> tuple[Link, ...]:
        """The addresses in the text, each once."""
        return tuple(dict.fromkeys(span for span in self._spans() if isinstance(span, Link)))

    @property
    def text(self) -> str:
        """Title and answer as plain text."""
        return "\n".join([self.title, "", *(paragraph.text for paragraph in self.paragraphs)])

    def _spans(self) -> Iterator[Span]:
        return (span for paragraph in self.paragraphs for span in paragraph.spans)


def make_card(content: Content, languages: Languages, label: str, wanted: str) -> Card:
    """The card of a topic (or of "topic.part") in `wanted`, or in the first of its fallbacks that has the text.

    Raises KeyError when there is no such topic or part.
    """
    topic_id, part = split_label(label)
    topic = content.topics[topic_id]
    language, text = _first_text(content, languages, label, wanted)
    state = content.state(topic_id, language.id)
    return Card(
        topic=topic_id,
        part=part,
        area=topic.area,
        language=language,
        wanted=languages[wanted],
        title=render_title(text.title, language),
        paragraphs=render_text(text.answer, content.facts, language),
        sources=tuple(content.sources[key] for key in topic.meta.sources[:SHOWN_SOURCES]),
        checked=topic.meta.checked,
        review_by=topic.meta.review_by,
        state=state,
        vouched=content.states.get(language.id, {}).get(topic_id) if state is TranslationState.REVIEWED else None,
        sensitivity=topic.meta.sensitivity,
        related=tuple(key for key in topic.meta.related if key in content.topics),
    )


def title_of(content: Content, languages: Languages, label: str, wanted: str) -> tuple[str, Language]:
    """The title of a topic or part, with the language it is in: `wanted` or its first fallback that has one.

    Raises KeyError when there is no such topic or part.
    """
    language, text = _first_text(content, languages, label, wanted)
    return render_title(text.title, language), language


def _first_text(
    content: Content, languages: Languages, label: str, wanted: str
) -> tuple[Language, TranslatedTopic | Part]:
    topic_id, part = split_label(label)
    topic = content.topics[topic_id]
    for language in languages.chain(wanted):
        text = topic.text(language.id, part)
        if text is not None:
            return language, text
    raise KeyError(label)
