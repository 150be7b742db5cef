"""From the files coordinators write to the programme: what is right goes on it, the rest is told in file and line.

The answers do not depend on it. A mistake in an activity keeps the last good programme in service and takes nothing
from residents who ask; at the first start, when there is none, every activity without a mistake is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.activities.building import build_activity
from bot.activities.checking import ActivityCheck, Fault, check_names
from bot.activities.imported import ImportedCalendars, imported_activities, tell_imported
from bot.activities.model import (
    Activity,
    ActivityText,
    Organisation,
    Programme,
)
from bot.activities.schema import (
    ActivityEntry,
    CalendarEntry,
    ListsFile,
    OrganisationEntry,
)
from bot.knowledge.content import Content
from bot.knowledge.documents import Document, read_document
from bot.knowledge.problems import Problems, did_you_mean, say
from bot.knowledge.schema import FactKey, Key
from bot.knowledge.validating import validate, validate_entries
from bot.languages.dates import ZONE
from bot.languages.table import Languages

PROGRAMME_FILES = ("activities", "organisations.yaml", "programme.yaml", "calendars.yaml", "calendars")
"""What is read here, under `knowledge/`."""
MAX_ACTIVITIES = 2000
# "activity:<id>:sv-simple" has to fit the 64 bytes of a button, with room for longer verbs.
LONGEST_ID = 40
MAX_FILES = 500
SAMPLES = "samples"


@dataclass(slots=True)
class ProgrammeReading:
    """The programme of all that is right, and everything that is wrong."""

    programme: Programme = field(default_factory=Programme)
    problems: Problems = field(default_factory=Problems)


class ProgrammeReader:
    """Reads the files of the programme; never raises for what stands in them."""

    def __init__(
        self,
        folder: Path,
        languages: Languages,
        *,
        with_samples: bool = False,
        imported: ImportedCalendars | None = None,
    ) -> None:
        """`with_samples`: the activities for trying out are on the programme too; they are checked in any case.

        `imported` is what is kept of calendars outside.
        """
        self._folder, self._languages, self._with_samples = folder, languages, with_samples
        self._imported = imported

    def read(self, content: Content, today: date) -> ProgrammeReading:
        """Read everything, with occasions from `today` on; `content` has the facts that organisations refer to."""
        problems = Problems()
        lists = self._lists(problems)
        organisations, named = self._organisations(content, problems)
        check = ActivityCheck(lists, named, self._languages, today)
        activities: dict[str, Activity] = {}
        places: dict[str, str] = {}
        for path in self._files(problems):
            is_sample = path.parent.name == SAMPLES
            for key, entry, document in self._entries(path, ActivityEntry, problems):
                if key in places:
                    what = say("'{id}' stands in {file} too", id=key, file=places[key])
                    problems.error(document.path, document.line(key), what, say("give one of them an id of its own"))
                    continue
                places[key] = document.path
                if len(key) > LONGEST_ID:
                    what = say("'{id}' is too long for a button", id=key)
                    remedy = say("shorten it to {most} letters", most=LONGEST_ID)
                    problems.error(document.path, document.line(key), what, remedy)
                    continue
                if _tell(check.faults(entry), document, (key,), problems) and (self._with_samples or not is_sample):
                    activities[key] = build_activity(key, entry, today, is_sample=is_sample)
        if len(places) > MAX_ACTIVITIES:
            what = say("there are {n} activities; at most {most} are read", n=len(places), most=MAX_ACTIVITIES)
            problems.error("knowledge/activities", 1, what, say("take away those that are over"))
            activities = dict(list(activities.items())[:MAX_ACTIVITIES])
        calendars = {}
        for source, entry, document in self._calendars(check, problems):
            calendars[source] = entry
            if self._imported is not None:
                calendar = self._imported.load(source)
                tell_imported(source, entry, calendar, document, problems)
                start_of_day = datetime.combine(today, time(), ZONE)
                activities |= imported_activities(source, entry, calendar, start_of_day)
        subjects, areas, audiences = (lists.subjects, lists.areas, lists.audiences) if lists else ({}, {}, {})
        programme = Programme(activities, organisations, subjects, areas, audiences, today, calendars)
        return ProgrammeReading(programme, problems)

    # Files ---------------------------------------------------------------------------------------------------------

    def _files(self, problems: Problems) -> list[Path]:
        folder = self._folder / "activities"
        paths = [path for one in (folder, folder / SAMPLES) if one.is_dir() for path in sorted(one.glob("*.yaml"))]
        paths = [path for path in paths if not path.name.startswith(".") and path.is_file()]
        if len(paths) > MAX_FILES:
            what = say("there are {n} files; at most {most} are read", n=len(paths), most=MAX_FILES)
            problems.error("knowledge/activities", 1, what, say("put several activities in one file"))
        return paths[:MAX_FILES]

    def _open(self, path: Path, problems: Problems) -> Document | None:
        return read_document(path, f"knowledge/{path.relative_to(self._folder).as_posix()}", problems)

    def _entries(self, path: Path, model: Any, problems: Problems) -> Iterable[tuple[str, Any, Document]]:
        document = self._open(path, problems) if path.exists() else None
        if document is None:
            return []
        entries = validate_entries(document, model, Key, problems, set())
        return [(key, entry, document) for key, entry in entries.items()]

    def _lists(self, problems: Problems) -> ListsFile | None:
        path = self._folder / "programme.yaml"
        document = self._open(path, problems) if path.exists() else None
        if document is None:
            return ListsFile(subjects={}, areas={}, audiences={}) if not path.exists() else None
        lists = validate(TypeAdapter(ListsFile), document.data, (), document, problems)
        for kind in ("subjects", "areas", "audiences") if lists else ():
            for key, names in getattr(lists, kind).items():
                _tell(check_names(names, self._languages), document, (kind, key), problems)
        return lists

    def _calendars(self, check: ActivityCheck, problems: Problems) -> Iterable[tuple[str, CalendarEntry, Document]]:
        """The calendars activities are taken from, as far as they are right."""
        for source, entry, document in self._entries(self._folder / "calendars.yaml", CalendarEntry, problems):
            if _tell(check.calendar_faults(entry), document, (source,), problems):
                yield source, entry, document

    # Organisations -------------------------------------------------------------------------------------------------

    def _organisations(self, content: Content, problems: Problems) -> tuple[dict[str, Organisation], set[str]]:
        """Those without a mistake, and the keys of all: a mistake in one is not told at each of its activities."""
        organisations, named = {}, set[str]()
        for key, entry, document in self._entries(self._folder / "organisations.yaml", OrganisationEntry, problems):
            named |= document.data.keys()
            faults = [*_organisation_faults(entry, content), *_under("does", check_names(entry.does, self._languages))]
            if _tell(faults, document, (key,), problems):
                organisations[key] = _organisation(key, entry, content)
        return organisations, named


def _under(name: str, faults: Iterable[Fault]) -> Iterable[Fault]:
    return (Fault((name, *fault.keys), fault.what, fault.remedy, fault.is_error) for fault in faults)


def _organisation_faults(entry: OrganisationEntry, content: Content) -> Iterable[Fault]:
    for kind in ("phone", "url", "address"):
        key = getattr(entry, kind)
        if key is not None and (key not in content.facts or content.facts[key].kind != kind):
            what = say("there is no fact '{id}' of the kind {kind} in knowledge/facts/", id=key, kind=kind)
            yield Fault((kind,), what, did_you_mean(key, content.facts))
    for index, topic in enumerate(entry.topics):
        if topic not in content.topics:
            yield Fault(
                ("topics", index), say("there is no topic '{id}'", id=topic), did_you_mean(topic, content.topics)
            )
    if entry.source is not None and entry.source not in content.sources:
        what = say("there is no source '{id}' in knowledge/sources.yaml", id=entry.source)
        yield Fault(("source",), what, did_you_mean(entry.source, content.sources))


def _organisation(key: str, entry: OrganisationEntry, content: Content) -> Organisation:
    def fact(fact_key: FactKey | None) -> str:
        return content.facts[fact_key].value if fact_key else ""

    texts = {language: ActivityText(entry.name, text) for language, text in entry.does.items()}
    phone, url, address = fact(entry.phone), fact(entry.url), fact(entry.address)
    return Organisation(key, entry.name, texts, phone, url, address, tuple(entry.topics))


def _tell(faults: Iterable[Fault], document: Document, keys: tuple[str, ...], problems: Problems) -> bool:
    """Place what was found in the file; returns whether nothing of it is an error."""
    is_right = True
    for fault in faults:
        note = problems.error if fault.is_error else problems.warn
        note(document.path, document.line(*keys, *fault.keys), fault.what, fault.remedy)
        is_right = is_right and not fault.is_error
    return is_right


def text_in(texts: Mapping[str, ActivityText], chain: Iterable[str]) -> tuple[str, ActivityText]:
    """The first text of `chain` (language ids, the wanted first) with its language; else any there is."""
    return next(((language, texts[language]) for language in chain if language in texts), next(iter(texts.items())))
