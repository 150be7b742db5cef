"""The whole content as it was read: facts, sources, areas, topics in every language, and the state of translations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.knowledge.fingerprints import TranslationState, translation_state
from bot.knowledge.schema import (
    CrisisFile,
    FactEntry,
    LetterEntry,
    LetterText,
    Meta,
    Part,
    SourceEntry,
    StateEntry,
    TranslatedTopic,
)
from bot.languages.table import SOURCE

PART_MARK = "."


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its area, what staff decided about it, and its text by language."""

    id: str
    area: str
    meta: Meta
    texts: Mapping[str, TranslatedTopic]

    @property
    def source(self) -> TranslatedTopic:
        """The Swedish text."""
        return self.texts[SOURCE]

    def text(self, language_id: str, part: str | None = None) -> TranslatedTopic | Part | None:
        """The text in exactly this language, of the topic or of one of its parts; None when there is none."""
        text = self.texts.get(language_id)
        return text if text is None or part is None else text.parts.get(part)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything in `knowledge/`, of the right shape; `bot.knowledge.checking` says whether it also makes sense."""

    facts: Mapping[str, FactEntry] = field(default_factory=dict)
    sources: Mapping[str, SourceEntry] = field(default_factory=dict)
    areas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    states: Mapping[str, Mapping[str, StateEntry]] = field(default_factory=dict)
    crisis: Mapping[str, CrisisFile] = field(default_factory=dict)
    small_talk: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    out_of_scope: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asked: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    glossary: Mapping[str, Mapping[str, LetterText]] = field(default_factory=dict)

    @property
    def letter_words(self) -> Mapping[str, LetterEntry]:
        """The words that stand in letters, with what staff decided about them in Swedish."""
        words = self.glossary.get(SOURCE, {})
        return {word: entry for word, entry in words.items() if isinstance(entry, LetterEntry)}

    def state(self, topic_id: str, language_id: str) -> TranslationState:
        """The computed state of one topic in one language."""
        topic = self.topics[topic_id]
        entry = self.states.get(language_id, {}).get(topic_id)
        return translation_state(topic.source, topic.texts.get(language_id), entry)

    def area_title(self, area: str, language_ids: Iterable[str]) -> tuple[str, str]:
        """What an area is called in the first of `language_ids` that has a name for it, and which that is."""
        named = ((self.areas[key][area], key) for key in language_ids if area in self.areas.get(key, {}))
        return next(named, (area, SOURCE))

    def is_dangerous(self, label: str) -> bool:
        """Whether the topic of a label is one that answers danger."""
        return self.topics[split_label(label)[0]].meta.sensitivity == "crisis"

    def in_area(self, area: str) -> tuple[Topic, ...]:
        """The topics of an area, in the order staff wrote them."""
        return tuple(topic for topic in self.topics.values() if topic.area == area)


def split_label(label: str) -> tuple[str, str | None]:
    """ "assignment-list.language-effort" is the topic and its part; a plain topic has no part."""
    topic, _, part = label.partition(PART_MARK)
    return topic, part or None
