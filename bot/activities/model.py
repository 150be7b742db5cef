"""Activities as the rest of the program sees them: plain values, whatever file or calendar they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.activities.schema import CalendarEntry


class Status(StrEnum):
    """Whether an activity, or one of its occasions, takes place as published."""

    PLANNED = "planned"
    MOVED = "moved"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go: names stay as they are in every language. `point` is latitude and longitude in degrees (WGS 84)."""

    name: str
    address: str = ""
    point: tuple[float, float] | None = None
    is_step_free: bool | None = None


@dataclass(frozen=True, slots=True)
class ActivityText:
    """What only people can write, in one language; `reviewed_by` says who has read a translation, "" nobody."""

    title: str
    description: str = ""
    reviewed_by: str = ""


ONCE = "once"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The rule of a series for calendars: `rule` as RFC 5545 writes it, its first `start` and `end`, its usual `place`.

    `skipped` are the starts that never were planned.
    """

    rule: str
    start: datetime
    end: datetime
    place: Place
    skipped: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occasion of an activity.

    `key` names it for as long as the activity lives, also when it moves: ONCE for an activity that does not repeat,
    so that a new date in the file is a move; the day first planned, "2026-12-05", for an occasion of a series; for
    what was imported the source's own (RECURRENCE-ID). `start` and `end` are aware and stand in the zone of the
    activity; `status` is CANCELLED when the occasion or the whole activity is, MOVED when it takes place at another
    time or place than first planned.
    """

    activity_id: str
    key: str
    start: datetime
    end: datetime
    place: Place
    status: Status = Status.PLANNED


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity or series of occasions.

    `subject`, `area`, `audiences` and `organiser` are keys of the lists in `knowledge/`; `languages` are ids of the
    languages spoken there; `cost` is "free", a sum, or "" when nothing is said; `registration` and `contact` are a
    link, an e-mail address or a phone number. `occurrences` are those that are not over when the day begins and begin
    within 180 days, oldest first: one that is over leaves the list, and that is no change.
    `fingerprint` changes when something that residents must be told changes (times, place, status), and with nothing
    else. `is_approved` is false for what was imported and waits for a person, `is_sample` true for what may be looked
    at in trying out, and neither is announced.
    """

    id: str
    subject: str
    area: str
    audiences: tuple[str, ...]
    organiser: str
    occurrences: tuple[Occurrence, ...]
    texts: Mapping[str, ActivityText]
    fingerprint: str
    status: Status = Status.PLANNED
    series: str = ""
    languages: tuple[str, ...] = ()
    has_interpreter: bool = False
    has_child_care: bool = False
    cost: str = ""
    registration: str = ""
    contact: str = ""
    is_approved: bool = True
    is_sample: bool = False
    recurrence: Recurrence | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who does what for integration in Uddevalla; `topics` are where to read on."""

    id: str
    name: str
    texts: Mapping[str, ActivityText]
    phone: str = ""
    url: str = ""
    address: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """Everything on the programme: activities by id, and the lists they are chosen by (id -> name by language).

    `calendars` are those that activities are taken from.
    """

    activities: Mapping[str, Activity] = field(default_factory=dict)
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    subjects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    areas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    audiences: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    read_on: date | None = None
    calendars: Mapping[str, CalendarEntry] = field(default_factory=dict)

    @property
    def shown(self) -> Mapping[str, Activity]:
        """The activities residents may see: not those that wait for a person's approval."""
        return {key: activity for key, activity in self.activities.items() if activity.is_approved}

    def chosen(self, *, subject: str = "", area: str = "", audience: str = "") -> tuple[Activity, ...]:
        """The activities residents may see of a subject, in an area, for an audience; "" stands for any."""
        return tuple(
            activity
            for activity in self.shown.values()
            if subject in ("", activity.subject)
            and area in ("", activity.area)
            and audience in ("", *activity.audiences)
        )

    def between(self, start: datetime, end: datetime) -> tuple[tuple[Activity, Occurrence], ...]:
        """The occasions residents may see that begin at or after `start` and before `end`, oldest first."""
        found = [
            (activity, occurrence)
            for activity in self.shown.values()
            for occurrence in activity.occurrences
            if start <= occurrence.start < end
        ]
        return tuple(sorted(found, key=lambda pair: (pair[1].start, pair[0].id)))
