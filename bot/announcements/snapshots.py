"""What was published of an activity, kept so that a restart knows it, and what has changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest

from bot.activities.model import Activity, Occurrence, Place, Status
from bot.announcements.wall_clock import from_milliseconds, milliseconds


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What decides who is told of an activity, and its occasions by key. `series` is what can be stopped as a whole."""

    subject: str
    area: str
    audiences: tuple[str, ...]
    series: str
    occasions: Mapping[str, Occurrence]

    @classmethod
    def of(cls, activity: Activity) -> Snapshot:
        """The activity as it stands now; one without a series is a series by itself."""
        return cls(
            activity.subject,
            activity.area,
            activity.audiences,
            activity.series or activity.id,
            {occurrence.key: occurrence for occurrence in activity.occurrences},
        )

    def as_json(self) -> str:
        """For the database."""
        occasions = {
            key: [milliseconds(one.start), milliseconds(one.end), one.place.name, one.place.address, one.status]
            for key, one in self.occasions.items()
        }
        return json.dumps([self.subject, self.area, self.audiences, self.series, occasions], ensure_ascii=False)

    @classmethod
    def from_json(cls, activity_id: str, text: str) -> Snapshot:
        """Read what `as_json` wrote."""
        subject, area, audiences, series, occasions = json.loads(text)
        read = {
            key: Occurrence(
                activity_id, key, from_milliseconds(start), from_milliseconds(end), Place(name, address), Status(status)
            )
            for key, (start, end, name, address, status) in occasions.items()
        }
        return cls(subject, area, tuple(audiences), series, read)


@dataclass(frozen=True, slots=True)
class Change:
    """One occasion before and after; `before` is None for one that was added."""

    before: Occurrence | None
    after: Occurrence

    @property
    def is_cancellation(self) -> bool:
        """Whether it no longer takes place and this was not said before."""
        was_on = self.before is not None and self.before.status is not Status.CANCELLED
        return was_on and self.after.status is Status.CANCELLED

    @property
    def matters_until(self) -> datetime:
        """When telling of it is too late."""
        return max(self.after.start, self.before.start if self.before else self.after.start)


def changes(before: Snapshot, after: Snapshot, now: datetime) -> tuple[Change, ...]:
    """What is different for those who have yet to come, oldest first.

    An occasion whose start was rewritten has a new key: those gone and those new are paired in order. What is left of
    those gone is cancelled. Occasions past the end of what was known are only news when nothing else is, because the
    horizon moves on by itself.
    """
    gone = [one for key, one in before.occasions.items() if key not in after.occasions and one.start > now]
    new = [one for key, one in after.occasions.items() if key not in before.occasions and one.start > now]
    horizon = max((one.start for one in before.occasions.values()), default=now)
    inside = [one for one in new if one.start <= horizon or len(new) <= len(gone)]
    found = [
        Change(before.occasions[key], one)
        for key, one in after.occasions.items()
        if key in before.occasions and _differs(before.occasions[key], one)
    ]
    for was, becomes in zip_longest(_in_order(gone), _in_order(inside)):
        if becomes is not None:
            found.append(Change(was, becomes))
        elif was.status is not Status.CANCELLED:
            found.append(Change(was, replace(was, status=Status.CANCELLED)))
    found = found or [Change(None, one) for one in new]
    ahead = [
        change
        for change in found
        if change.matters_until > now and (change.before or change.after.status is not Status.CANCELLED)
    ]
    return tuple(sorted(ahead, key=lambda change: change.after.start))


def _differs(before: Occurrence, after: Occurrence) -> bool:
    if Status.CANCELLED in (before.status, after.status):
        return before.status is not after.status
    return (before.start, before.end, _address(before)) != (after.start, after.end, _address(after))


def _address(occurrence: Occurrence) -> tuple[str, str]:
    return occurrence.place.name, occurrence.place.address


def _in_order(occurrences: list[Occurrence]) -> list[Occurrence]:
    return sorted(occurrences, key=lambda occurrence: occurrence.start)
