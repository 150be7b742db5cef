"""What came from calendars outside, as it is kept between fetches: one small file per calendar.

An event that vanished is not cancelled: it stays as it was until a person has said what it means. What is not from a
trusted calendar waits until a person has approved it; later times, places and cancellations of an approved event are
shown at once, but a new title or text waits again while the approved one stays.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.activities.model import Activity, ActivityText, Occurrence, Place, Status
from bot.activities.schema import CalendarEntry
from bot.knowledge.documents import Document
from bot.knowledge.problems import Message, Problems, say
from bot.languages.dates import ZONE
from bot.languages.words import N_

ASK_AFTER_MISSING = 2
"""After so many fetches without it a person is asked about an event."""


@dataclass(frozen=True, slots=True)
class ImportedEvent:
    """One event of a calendar. `approved` is the title and text a person has approved, None when nobody has yet."""

    title: str
    description: str
    hash: str
    occasions: tuple[Mapping[str, Any], ...]
    missing: int = 0
    approved: tuple[str, str] | None = None
    is_cancelled: bool = False

    def is_over(self, today: date) -> bool:
        """Whether no occasion of it is left."""
        return all(datetime.fromisoformat(one["end"]).date() < today for one in self.occasions)

    @property
    def waits(self) -> bool:
        """Whether a person has to approve it, or its new title or text."""
        return self.approved != (self.title, self.description)

    @property
    def is_in_doubt(self) -> bool:
        """Whether it has vanished from its calendar for so long that a person has to say what that means."""
        return self.missing >= ASK_AFTER_MISSING and not self.is_cancelled


@dataclass(slots=True)
class ImportedCalendar:
    """A calendar as it was last read, with what the server wants to hear at the next fetch and what went wrong.

    `read_on` is the day (ISO 8601) from which its occasions were worked out.
    """

    read_on: str = ""
    etag: str = ""
    last_modified: str = ""
    events: dict[str, ImportedEvent] = field(default_factory=dict)
    troubles: list[list[str]] = field(default_factory=list)


class ImportedCalendars:
    """The folder in which they are kept."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when something is first kept."""
        self.folder = folder

    def stamp(self) -> tuple[tuple[str, int], ...]:
        """Something that changes whenever anything kept does."""
        return tuple((path.name, path.stat().st_mtime_ns) for path in sorted(self.folder.glob("*.json")))

    def load(self, source: str) -> ImportedCalendar:
        """What is kept of a calendar; an empty one when there is nothing, or nothing that can be read."""
        try:
            kept = json.loads(self._path(source).read_text(encoding="utf-8"))
            events = {uid: _event(one) for uid, one in kept.pop("events").items()}
            return ImportedCalendar(**kept, events=events)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return ImportedCalendar()

    @contextmanager
    def changing(self, source: str) -> Iterator[ImportedCalendar]:
        """What is kept, to be changed and kept again; nobody else changes it meanwhile."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f".{source}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            calendar = self.load(source)
            yield calendar
            path, text = self._path(source), json.dumps(asdict(calendar), ensure_ascii=False)
            # A file that is written anew brings new content into service; nothing new should not.
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                beside = path.with_suffix(".tmp")
                beside.write_text(text, encoding="utf-8")
                beside.replace(path)

    def _path(self, source: str) -> Path:
        return self.folder / f"{source}.json"


def _event(kept: Mapping[str, Any]) -> ImportedEvent:
    approved = kept["approved"]
    event = ImportedEvent(**{**kept, "occasions": tuple(kept["occasions"])})
    return replace(event, approved=(approved[0], approved[1]) if approved else None)


def activity_id(source: str, uid: str) -> str:
    """The id of an event for as long as it lives; short enough for a button."""
    return f"{source[:29].rstrip('-')}-{hashlib.sha256(uid.encode()).hexdigest()[:8]}"


def imported_activities(
    source: str, entry: CalendarEntry, calendar: ImportedCalendar, start_of_day: datetime
) -> dict[str, Activity]:
    """The activities of a calendar by their ids, with the occasions that are not over at `start_of_day`."""
    built = (_activity(activity_id(source, uid), entry, event) for uid, event in calendar.events.items())
    return {one.id: _without_past(one, start_of_day) for one in built}


def _activity(key: str, entry: CalendarEntry, event: ImportedEvent) -> Activity:
    new = (event.title, event.description)
    title, description = new if entry.trusted else event.approved or new
    occurrences = tuple(_occurrence(key, one, event) for one in event.occasions)
    is_cancelled = bool(occurrences) and all(one.status is Status.CANCELLED for one in occurrences)
    return Activity(
        id=key,
        subject=entry.subject,
        area=entry.area,
        audiences=tuple(entry.audience),
        organiser=entry.organiser,
        occurrences=occurrences,
        texts={entry.language: ActivityText(title, description)},
        fingerprint=event.hash + ("x" if event.is_cancelled else ""),
        status=Status.CANCELLED if is_cancelled else Status.PLANNED,
        is_approved=entry.trusted or event.approved is not None,
    )


def _occurrence(key: str, one: Mapping[str, Any], event: ImportedEvent) -> Occurrence:
    start, end = (datetime.fromisoformat(one[name]).astimezone(ZONE) for name in ("start", "end"))
    point = (one["point"][0], one["point"][1]) if one["point"] else None
    is_cancelled = event.is_cancelled or one["status"] == "cancelled"
    status = Status.CANCELLED if is_cancelled else Status.PLANNED
    return Occurrence(key, one["key"], start, end, Place(one["place"], point=point), status)


def _without_past(activity: Activity, start_of_day: datetime) -> Activity:
    return replace(activity, occurrences=tuple(one for one in activity.occurrences if one.end >= start_of_day))


# Told to staff ----------------------------------------------------------------------------------------------------

# What was wrong with an event of a calendar, for staff.
_TROUBLES = {
    "not read": N_("the calendar was not read: {detail}; what is known of it stays"),
    "many gone": N_("{detail} events are gone at once; nothing was changed, ask the calendar's owner"),
    "too many events": N_("the calendar has {detail} events; the first ones are read"),
    "no uid": N_("an event has no UID, so it cannot be followed; it is left out"),
    "no start": N_("the event '{uid}' has no start; it is left out"),
    "bad time": N_("a time of the event '{uid}' cannot be read; it is left out"),
    "too often": N_("the event '{uid}' repeats more than once a day; it is left out"),
    "too long": N_("working out the times of the event '{uid}' took too long; it is left out"),
    "too large": N_("working out the times of the event '{uid}' took too much memory; it is left out"),
    "too many occasions": N_("the event '{uid}' has too many occasions; it is left out"),
    "broken": N_("the event '{uid}' cannot be read ({detail}); it is left out"),
}
_TOLD_TROUBLES = 20


def tell_imported(
    source: str, entry: CalendarEntry, calendar: ImportedCalendar, document: Document, problems: Problems
) -> None:
    """Warn of what went wrong with a calendar, what waits for approval and what is in doubt."""
    path, line = document.path, document.line(source)
    for uid, kind, detail in calendar.troubles[:_TOLD_TROUBLES]:
        template = _TROUBLES.get(kind, _TROUBLES["broken"])
        problems.warn(path, line, Message(template, (("uid", uid[:80]), ("detail", detail))))
    waiting = 0 if entry.trusted else sum(event.waits for event in calendar.events.values())
    remedy = say("see them with: tillsammans calendars")
    if waiting:
        problems.warn(path, line, say("{n} activities of '{id}' wait for approval", n=waiting, id=source), remedy)
    if doubtful := sum(event.is_in_doubt for event in calendar.events.values()):
        what = say(
            "{n} activities of '{id}' have vanished from the calendar; are they cancelled?", n=doubtful, id=source
        )
        problems.warn(path, line, what, remedy)
