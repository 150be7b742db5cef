"""The brain: one state of the content with the understanding built from it, exchanged as a whole on reload."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.conversation.startup_cache import StartupCache, content_digest
from bot.knowledge.cards import Card, make_card, title_of
from bot.knowledge.checking import check_content
from bot.knowledge.content import PART_MARK, Content
from bot.knowledge.problems import Problems, say
from bot.knowledge.reading import ContentReader, Reading
from bot.knowledge.schema import CrisisFile
from bot.languages.catalogue_check import check_catalogues
from bot.languages.table import SOURCE, Language, Languages
from bot.languages.words import Words
from bot.understanding import Example, LanguageProfile, Understanding
from bot.understanding.crisis import CrisisLane, CrisisRule, CrisisRuleError
from bot.understanding.letter_words import LetterWords


@dataclass(frozen=True, slots=True)
class Brain:
    """What is needed to answer: the content in service and the understanding fitted to it."""

    content: Content
    languages: Languages
    words: Words
    understanding: Understanding
    letter_words: LetterWords

    def card(self, label: str, language_id: str) -> Card:
        """The answer card of a topic or part; raises KeyError when there is none."""
        return make_card(self.content, self.languages, label, language_id)

    def title(self, label: str, language_id: str) -> str:
        """The title of a topic or part; raises KeyError when there is none."""
        return self.title_in(label, language_id)[0]

    def title_in(self, label: str, language_id: str) -> tuple[str, Language]:
        """The same with the language it really is in: the one wanted or its first fallback that has a title."""
        return title_of(self.content, self.languages, label, language_id)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading: a brain unless there were errors, what could be read, and every problem found."""

    brain: Brain | None
    content: Content
    problems: Problems


class BrainLoader:
    """Loads the content of two folders, again at each call, doing only the work that a change calls for."""

    def __init__(self, knowledge: Path, locales: Path, languages: Languages, cache: StartupCache | None = None) -> None:
        """`cache` keeps what takes long between starts."""
        self._knowledge, self._locales, self._languages, self._cache = knowledge, locales, languages, cache
        self._reader = ContentReader(knowledge, languages)

    def load(self, today: date, *, trust_cache: bool = True) -> Loaded:
        """Read, check and build; never raises for what stands in the files.

        Content that was checked before, bit for bit, is not checked again unless `trust_cache` is false.
        """
        cache = self._cache if trust_cache else None
        digest = content_digest(self._knowledge, self._locales, today) if cache else ""
        reading = self._reader.read()
        problems = reading.problems
        profiles = read_profiles(self._locales / "identification.yaml", problems)
        lane = build_crisis_lane(reading)
        if cache is None or not cache.is_checked(digest):
            self._check(reading, lane, today)
        if lane is None or problems.errors:
            return Loaded(None, reading.content, problems)
        if cache is not None and digest == content_digest(self._knowledge, self._locales, today):
            cache.mark_checked(digest)
        return Loaded(self._build(reading.content, profiles, lane), reading.content, problems)

    def _check(self, reading: Reading, lane: CrisisLane | None, today: date) -> None:
        check_content(reading, self._languages, today)
        check_catalogues(self._locales, self._languages, reading.problems.tell, reading.problems.mention)
        if lane is not None:
            hold_to_sentences(lane, reading)

    def _build(self, content: Content, profiles: tuple[LanguageProfile, ...], lane: CrisisLane) -> Brain:
        understanding = _fit(content, self._languages, profiles, lane)
        words = Words(self._locales, self._languages)
        return Brain(content, self._languages, words, understanding, _letter_words(content, self._languages))


def _fit(
    content: Content, languages: Languages, profiles: tuple[LanguageProfile, ...], lane: CrisisLane
) -> Understanding:
    small_talk: dict[str, dict[str, tuple[str, ...]]] = {}
    for language_id, kinds in content.small_talk.items():
        for kind, phrases in kinds.items():
            small_talk.setdefault(kind, {})[languages[language_id].spoken] = tuple(phrases)
    return Understanding.fit(
        examples_of(content, languages), profiles, crisis=lane, small_talk=small_talk, names=names_of(content)
    )


def _letter_words(content: Content, languages: Languages) -> LetterWords:
    glossary = {word: entry.also for word, entry in content.letter_words.items()}
    swedish = (example.text for example in examples_of(content, languages) if example.language == SOURCE)
    return LetterWords(glossary, swedish)


def examples_of(content: Content, languages: Languages) -> Iterator[Example]:
    """Every title and phrase of every topic and part, with the language as it is spoken."""
    for topic in content.topics.values():
        for language_id, text in topic.texts.items():
            spoken = languages[language_id].spoken
            for phrase in (text.title, *text.ask):
                yield Example(phrase, topic.id, spoken)
            for key, part in text.parts.items():
                for phrase in (part.title, *part.ask):
                    yield Example(phrase, topic.id + PART_MARK + key, spoken)


def names_of(content: Content) -> tuple[str, ...]:
    """Official names, which say nothing of the language they stand in."""
    return tuple({fact.name for fact in content.facts.values() if fact.name})


# The crisis lane ---------------------------------------------------------------------------------------------------


def build_crisis_lane(reading: Reading) -> CrisisLane | None:
    """Build the lane; a rule that cannot be used is told in `reading.problems`."""
    rules: Mapping[str, list[CrisisRule]] = {
        language: [CrisisRule(rule.topic, rule.danger, tuple(rule.match), tuple(rule.unless)) for rule in file.rules]
        for language, file in reading.content.crisis.items()
    }
    try:
        return CrisisLane(rules)
    except CrisisRuleError as error:
        reading.problems.error("knowledge/crisis", 1, say("{reason}", reason=error))
        return None


def hold_to_sentences(lane: CrisisLane, reading: Reading) -> None:
    """Hold the lane to the sentences it must and must not find; what fails is told in `reading.problems`."""
    for language, file in reading.content.crisis.items():
        _hold_language(lane, language, file, reading)


def _hold_language(lane: CrisisLane, language: str, file: CrisisFile, reading: Reading) -> None:
    document = reading.others[f"knowledge/crisis/{language}.yaml"]
    problems, path = reading.problems, document.path
    for index, rule in enumerate(file.rules):
        if rule.topic not in reading.content.topics and rule.topic not in reading.broken:
            problems.error(path, document.line("rules", index, "topic"), say("there is no topic '{id}'", id=rule.topic))
    for topics, sentences in file.must_match.items():
        for index, sentence in enumerate(sentences):
            hit = lane.find(sentence, [language])
            if hit is None or hit.topic not in topics.split("|"):
                found = hit.topic if hit else "-"
                problems.error(
                    path,
                    document.line("must_match", topics, index),
                    say(
                        "'{sentence}' must lead to {topic}, but leads to {found}",
                        sentence=sentence,
                        topic=topics,
                        found=found,
                    ),
                    say("add a pattern to 'rules', or mend the one that was changed"),
                )
    for index, sentence in enumerate(file.must_not_match):
        if hit := lane.find(sentence, [language]):
            problems.error(
                path,
                document.line("must_not_match", index),
                say(
                    "'{sentence}' is no danger, but '{pattern}' ({language}) matches it",
                    sentence=sentence,
                    pattern=_shortened(hit.pattern),
                    language=hit.language,
                ),
                say("make that pattern longer, or add an exception under 'unless'"),
            )


def _shortened(pattern: str, most: int = 80) -> str:
    return pattern if len(pattern) <= most else pattern[:most] + "..."


# Language identification -------------------------------------------------------------------------------------------


class _Profile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    script: str
    reply: str | None = None
    function_words: tuple[str, ...] = ()
    exclusive_letters: str = ""
    samples: tuple[str, ...] = ()


def read_profiles(path: Path, problems: Problems) -> tuple[LanguageProfile, ...]:
    """The profiles in `locales/identification.yaml`; what is wrong is told in `problems`."""
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        profiles = TypeAdapter(dict[str, _Profile]).validate_python(rows)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        problems.error(
            f"locales/{path.name}",
            1,
            say("the file cannot be used: {reason}", reason=" ".join(str(error).split())[:200]),
        )
        return ()
    return tuple(
        LanguageProfile(key, row.script, row.function_words, row.exclusive_letters, row.samples, row.reply)
        for key, row in profiles.items()
    )


def same_language(languages: Languages, one: str | None, other: str | None) -> bool:
    """Whether two ids are the same language as it is spoken (Swedish and easy Swedish, Persian and Dari)."""
    return bool(one and other) and languages[one or ""].spoken == languages[other or ""].spoken


def spoken_ids(languages: Languages, ids: Iterable[str]) -> tuple[str, ...]:
    """The ids as spoken, each once."""
    return tuple(dict.fromkeys(languages[key].spoken for key in ids))
