"""What there is to announce: the programme as it is now against what has been published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.activities.model import Activity, Occurrence, Programme, Status
from bot.announcements.model import Kind
from bot.announcements.snapshots import Snapshot, changes
from bot.announcements.wall_clock import Week, reminder_due, reminder_number, week_to_tell


@dataclass(frozen=True, slots=True)
class Published:
    """What was published of an activity: last, and of `base`, the last revision that all who were to have heard of.

    `is_going_out`: some have yet to be told of it for the first time.
    """

    revision: int
    latest: Snapshot
    base: int
    heard: Snapshot
    is_going_out: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """One announcement to make: of `revision`, worth making until `expires`."""

    kind: Kind
    event_id: str
    revision: int
    expires: datetime
    due: datetime
    base: int = 0


def may_be_announced(activity: Activity) -> bool:
    """Neither a sample nor waiting for a person's approval."""
    return activity.is_approved and not activity.is_sample


def news_of(activity: Activity, known: Published | None, now: datetime) -> tuple[Plan, ...]:
    """What to announce of an activity that is new (`known` is None) or has changed since it was published."""
    ahead = [one.start for one in activity.occurrences if one.start > now and one.status is not Status.CANCELLED]
    if known is None:
        return (Plan(Kind.PUBLISHED, activity.id, 1, max(ahead), now),) if ahead else ()
    revision, current = known.revision + 1, Snapshot.of(activity)
    # Some may know the one and some the other; what each is told is worked out when it is sent.
    changed = changes(known.latest, current, now) + changes(known.heard, current, now)
    plans = []
    if changed:
        expires = max(change.matters_until for change in changed)
        is_cancelled = any(change.is_cancellation for change in changed)
        kinds = (Kind.CANCELLED, Kind.EDITED) if is_cancelled else (Kind.CHANGED,)
        plans += [Plan(kind, activity.id, revision, expires, now, known.base) for kind in kinds]
    if ahead and known.is_going_out:
        plans.append(Plan(Kind.PUBLISHED, activity.id, revision, max(ahead), now))
    return tuple(plans)


def due_reminders(programme: Programme, now: datetime) -> Iterator[Plan]:
    """The reminders whose evening has come."""
    for activity, occurrence in programme.between(now, now + timedelta(days=2)):
        due = reminder_due(occurrence)
        if may_be_announced(activity) and due <= now and occurrence.status is not Status.CANCELLED:
            yield Plan(Kind.REMINDER, activity.id, reminder_number(occurrence), occurrence.start, due)


def due_digest(programme: Programme, now: datetime) -> Plan | None:
    """The weekly digest, when its evening has come and there is something in it."""
    week = week_to_tell(now)
    if week is None or not any(True for _ in of_week(programme, week, now)):
        return None
    return Plan(Kind.WEEKLY, week.name, 1, week.expires, week.due)


def of_week(programme: Programme, week: Week, now: datetime) -> Iterator[tuple[Activity, Occurrence]]:
    """What a digest may tell of: what takes place in the week and has yet to begin."""
    for activity, occurrence in programme.between(max(week.start, now), week.end):
        if may_be_announced(activity) and occurrence.status is not Status.CANCELLED:
            yield activity, occurrence
