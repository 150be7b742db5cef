"""From an entry without errors to the activity it describes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from bot.activities.checking import HORIZON, Planned, planned
from bot.activities.model import ONCE, Activity, ActivityText, Occurrence, Place, Recurrence, Status
from bot.activities.recurrence import rule_text
from bot.activities.schema import ActivityEntry, PlaceEntry, local, local_end
from bot.languages.dates import ZONE


def build_activity(key: str, entry: ActivityEntry, today: date, *, is_sample: bool = False) -> Activity:
    """The activity of an entry without errors, with its occasions from `today` to the horizon."""
    return Activity(
        id=key,
        subject=entry.subject,
        area=entry.area,
        audiences=tuple(entry.audience),
        organiser=entry.organiser,
        occurrences=tuple(sorted(_occurrences(key, entry, today), key=lambda one: (one.start, one.key))),
        texts={
            lang: ActivityText(text.title, text.description, text.reviewed_by) for lang, text in entry.texts.items()
        },
        fingerprint=_fingerprint(entry),
        status=Status(entry.status),
        series=entry.series or "",
        languages=tuple(entry.languages),
        has_interpreter=entry.interpreter,
        has_child_care=entry.child_care,
        cost=entry.cost or "",
        registration=entry.registration or "",
        contact=entry.contact or "",
        is_sample=is_sample,
        recurrence=_recurrence(entry),
    )


def _occurrences(key: str, entry: ActivityEntry, today: date) -> Iterable[Occurrence]:
    for one in planned(entry, today):
        if one.end.date() >= today and one.start.date() <= today + HORIZON:
            change = entry.moved.get(one.day)
            place = change.place if change and change.place else entry.place
            name = one.day.isoformat() if entry.repeat else ONCE
            yield Occurrence(key, name, _aware(one.start), _aware(one.end), _place(place), _status(one))


def _status(one: Planned) -> Status:
    if one.is_cancelled:
        return Status.CANCELLED
    return Status.MOVED if one.is_moved else Status.PLANNED


def _aware(wall: datetime) -> datetime:
    return wall.replace(tzinfo=ZONE)


def _place(entry: PlaceEntry) -> Place:
    point = (entry.point[0], entry.point[1]) if entry.point else None
    return Place(entry.name, entry.address, point, entry.step_free)


def _recurrence(entry: ActivityEntry) -> Recurrence | None:
    if entry.repeat is None:
        return None
    start = local(entry.start)
    skipped = tuple(_aware(datetime.combine(day, start.time())) for day in sorted(entry.skipped))
    end = _aware(local_end(entry.end, start))
    return Recurrence(rule_text(entry.repeat), _aware(start), end, _place(entry.place), skipped)


def _fingerprint(entry: ActivityEntry) -> str:
    """A hash of times, places and status, as they stand in the file: it does not change because a day goes by."""
    told = entry.model_dump_json(include={"start", "end", "repeat", "skipped", "cancelled", "moved", "place", "status"})
    return hashlib.sha256(told.encode()).hexdigest()[:16]
