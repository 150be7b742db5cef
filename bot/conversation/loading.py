"""From the files to a brain: read, check, and fit the understanding; everything wrong is told, nothing is raised."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import babel
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.activities.asking import spelt_out
from bot.activities.imported import ImportedCalendars
from bot.activities.model import Programme
from bot.activities.reading import ProgrammeReader
from bot.conversation.activity_questions import ActivityQuestions
from bot.conversation.area_names import AreaNames
from bot.conversation.brain import Brain
from bot.conversation.crisis_sentences import build_crisis_lane, build_danger_likeness, hold_to_sentences
from bot.conversation.startup_cache import StartupCache, content_digest, program_digest
from bot.knowledge import documents
from bot.knowledge.checking import check_content
from bot.knowledge.content import PART_MARK, Content
from bot.knowledge.problems import Problems, say
from bot.knowledge.reading import ContentReader, ParsedFile, Reading
from bot.languages.catalogue_check import check_catalogues
from bot.languages.dates import weekday_names
from bot.languages.table import SOURCE, Languages
from bot.languages.words import Words
from bot.understanding import (
    Example,
    LanguageProfile,
    Understanding,
    danger_likeness,
    features,
    heads,
    language_fitting,
    matching,
    normalising,
    small_talk,
    softmax_head,
    topic_phrases,
    vocabulary,
)
from bot.understanding.crisis import CrisisLane
from bot.understanding.letter_words import LetterWords
from bot.understanding.small_talk import SmallTalk

_PARSED_FILES = "parsed-files"
_DAYS = "names-of-days"
_SMALL_TALK = "small-talk"
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading: a brain unless the answers had errors, what could be read, and every problem found.

    The programme is judged apart from the answers: it holds what is right, and is whole unless
    `programme_problems`, which are among `problems` too, has errors.
    """

    brain: Brain | None
    content: Content
    problems: Problems
    programme: Programme
    programme_problems: Problems


@contextmanager
def _uncollected() -> Iterator[None]:
    """Loading makes a million small objects and no garbage; looking for some takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class BrainLoader:
    """Loads the content of two folders, again at each call, doing only the work that a change calls for."""

    def __init__(
        self,
        knowledge: Path,
        locales: Path,
        languages: Languages,
        cache: StartupCache | None = None,
        *,
        with_samples: bool = False,
        imported: ImportedCalendars | None = None,
    ) -> None:
        """`cache` keeps what takes long between starts; `with_samples` shows the activities for trying out too.

        `imported` is what is kept of calendars outside.
        """
        self._knowledge, self._locales, self._languages, self._cache = knowledge, locales, languages, cache
        self._reader = ContentReader(knowledge, languages, _recalled_files(cache) if cache else None)
        self._imported = imported
        # The answers last built with the digest of their files: when only the programme changes, they are used again.
        self._in_hand: tuple[str, Brain, Content, Problems] | None = None
        self._programme = ProgrammeReader(knowledge, languages, with_samples=with_samples, imported=imported)

    def stamp(self) -> object:
        """Changes whenever what came from calendars outside does, which is no file of the content."""
        return self._imported.stamp() if self._imported else None

    def load(self, today: date, *, trust_cache: bool = True) -> Loaded:
        """Read, check and build; never raises for what stands in the files.

        Content that was checked before, bit for bit, is not checked again unless `trust_cache` is false.
        """
        with _uncollected():
            return self._load(today, self._cache if trust_cache else None)

    def _load(self, today: date, cache: StartupCache | None) -> Loaded:
        digest = content_digest(self._knowledge, self._locales, today) if cache else ""
        if self._in_hand is not None and digest and digest == self._in_hand[0]:
            return self._with_programme(*self._in_hand[1:], today)
        reading = self._reader.read()
        problems = reading.problems
        profiles = read_profiles(self._locales / "identification.yaml", problems)
        lane = build_crisis_lane(reading, cache)
        if cache is None or not cache.is_checked(digest):
            self._check(reading, lane, today)
        is_right = lane is not None and not problems.errors
        if lane is None or not is_right:
            return self._with_programme(None, reading.content, problems, today)
        # Files that changed while they were read are read again, and not taken for what was checked.
        is_steady = cache is not None and digest == content_digest(self._knowledge, self._locales, today)
        if cache is not None and is_steady:
            cache.mark_checked(digest)
            if parsed := self._reader.newly_parsed():
                cache.keep(_PARSED_FILES, program_digest(documents), parsed)
        brain = replace(
            self._build(reading.content, profiles, lane),
            activity_questions=ActivityQuestions(reading.content.small_talk, _names_of_days(self._languages, cache)),
            area_names=AreaNames(reading.content.areas),
        )
        self._in_hand = (digest, brain, reading.content, problems) if is_steady else None
        return self._with_programme(brain, reading.content, problems, today)

    def _with_programme(self, brain: Brain | None, content: Content, problems: Problems, today: date) -> Loaded:
        """The answers as they are, with the programme read anew."""
        read = self._programme.read(content, today)
        everything = Problems([*problems.found, *read.problems.found])
        with_programme = replace(brain, programme=read.programme) if brain else None
        return Loaded(with_programme, content, everything, read.programme, read.problems)

    def _check(self, reading: Reading, lane: CrisisLane | None, today: date) -> None:
        check_content(reading, self._languages, today)
        check_catalogues(self._locales, self._languages, reading.problems.tell, reading.problems.mention)
        if lane is not None:
            hold_to_sentences(lane, reading)

    def _build(self, content: Content, profiles: tuple[LanguageProfile, ...], lane: CrisisLane) -> Brain:
        understanding = _fit(content, self._languages, profiles, lane, self._cache)
        words = Words(self._locales, self._languages)
        return Brain(content, self._languages, words, understanding, _letter_words(content, self._languages))


def _names_of_days(languages: Languages, cache: StartupCache | None) -> Sequence[Sequence[str]]:
    """The days from Monday to Sunday in every language; kept, for reading them takes a megabyte a language."""
    made_from = f"{babel.__version__} {[language.babel for language in languages.values()]}"
    names: Sequence[Sequence[str]] = _kept(
        cache, _DAYS, made_from, lambda: [weekday_names(language) for language in languages.values()]
    )
    return names


def _kept(cache: StartupCache | None, name: str, made_from: str, make: Callable[[], object]) -> Any:
    """The plain data kept under `name` if it was made from this; otherwise what `make` gives, kept from now on."""
    known = cache.recall(name, made_from) if cache else None
    if known is None:
        known = make()
        if cache:
            cache.keep(name, made_from, known)
    return known


def _recalled_files(cache: StartupCache) -> dict[str, ParsedFile]:
    rows = cache.recall(_PARSED_FILES, program_digest(documents)) or {}
    return {name: ParsedFile(*row) for name, row in rows.items()}


def _fit(
    content: Content,
    languages: Languages,
    profiles: tuple[LanguageProfile, ...],
    lane: CrisisLane,
    cache: StartupCache | None,
) -> Understanding:
    examples = tuple(examples_of(content, languages))
    return Understanding.fit(
        examples,
        profiles,
        crisis=lane,
        likeness=build_danger_likeness(
            content,
            examples,
            cache.fitted_by(danger_likeness, features, normalising) if cache else None,
        ),
        small_talk=_small_talk(content, languages, cache),
        names=names_of(content),
        background=background_of(content, languages),
        out_of_scope=out_of_scope_of(content, languages),
        store=cache.fitted_by(features, heads, matching, normalising, softmax_head, topic_phrases, vocabulary)
        if cache
        else None,
        language_store=cache.fitted_by(language_fitting, normalising) if cache else None,
    )


def _small_talk(content: Content, languages: Languages, cache: StartupCache | None) -> SmallTalk:
    """The courtesies as they are compared, or what is kept of them."""
    spoken_talk = small_talk_of(content, languages)
    made_from = f"{program_digest(small_talk, normalising)} {spoken_talk!r}"
    return SmallTalk.restored(_kept(cache, _SMALL_TALK, made_from, lambda: SmallTalk(spoken_talk).plain()))


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
    for language_id, topics in content.asked.items():
        for label, phrases in topics.items():
            for phrase in phrases:
                yield Example(phrase, label, languages[language_id].spoken)


def background_of(content: Content, languages: Languages) -> Iterator[Example]:
    """The answer of every topic and part, without the facts in it: what a question may be about but seldom says."""
    for topic in content.topics.values():
        for language_id, text in topic.texts.items():
            spoken = languages[language_id].spoken
            yield Example(_PLACEHOLDER.sub(" ", text.answer), topic.id, spoken)
            for key, part in text.parts.items():
                yield Example(_PLACEHOLDER.sub(" ", part.answer), topic.id + PART_MARK + key, spoken)


def small_talk_of(content: Content, languages: Languages) -> dict[str, dict[str, tuple[str, ...]]]:
    """The courtesies and questions about activities: kind -> language as it is spoken -> phrases."""
    kinds_spoken: dict[str, dict[str, tuple[str, ...]]] = {}
    for language_id, kinds in content.small_talk.items():
        for kind, phrases in spelt_out(kinds).items():
            by_language, spoken = kinds_spoken.setdefault(kind, {}), languages[language_id].spoken
            by_language[spoken] = (*by_language.get(spoken, ()), *phrases)
    return kinds_spoken


def out_of_scope_of(content: Content, languages: Languages) -> dict[str, tuple[str, ...]]:
    """The questions no topic answers, by language as it is spoken."""
    outside: dict[str, tuple[str, ...]] = {}
    for language_id, phrases in content.out_of_scope.items():
        spoken = languages[language_id].spoken
        outside[spoken] = (*outside.get(spoken, ()), *phrases)
    return outside


def names_of(content: Content) -> tuple[str, ...]:
    """Official names, which say nothing of the language they stand in."""
    return tuple({fact.name for fact in content.facts.values() if fact.name})


class _Profile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    script: str
    reply: str | None = None
    function_words: tuple[str, ...] = ()
    exclusive_letters: str = ""
    samples: tuple[str, ...] = ()
    dictionary: str = ""


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
        LanguageProfile(
            key,
            row.script,
            row.function_words,
            row.exclusive_letters,
            row.samples,
            row.reply,
            tuple(row.dictionary.split()),
        )
        for key, row in profiles.items()
    )
