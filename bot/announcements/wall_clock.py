"""When things are due, by the clock on the wall in Sweden, also on the days when it is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32

from bot.activities.model import Occurrence
from bot.languages.dates import ZONE

# The evening before, and Sunday's digest of the week to come.
EVENING = time(18)
_SUNDAY = 6
_DIGEST_IS_NEWS = timedelta(days=2)


def milliseconds(moment: datetime) -> int:
    """An aware moment as the database keeps it."""
    return round(moment.timestamp() * 1000)


def from_milliseconds(value: int) -> datetime:
    """What `milliseconds` made, in Swedish time."""
    return datetime.fromtimestamp(value / 1000, ZONE)


def local(day: date, at: time) -> datetime:
    """A wall time as a moment; one that the change of clocks skips is the hour after."""
    return datetime.combine(day, at, ZONE).astimezone(UTC).astimezone(ZONE)


def next_times(now: datetime) -> Sequence[datetime]:
    """For every hour of the wall clock, when it next strikes."""
    today = now.astimezone(ZONE).date()
    tomorrow, now = today + timedelta(days=1), now.astimezone(UTC)
    struck = [(local(today, time(hour)), local(tomorrow, time(hour))) for hour in range(24)]
    return [first if first > now else second for first, second in struck]


def reminder_due(occurrence: Occurrence) -> datetime:
    """The evening before, at six on the wall clock (an hour subtracted 24 times would be wrong twice a year)."""
    return local(occurrence.start.astimezone(ZONE).date() - timedelta(days=1), EVENING)


def reminder_number(occurrence: Occurrence) -> int:
    """Tells reminders apart: another when the occasion moves to another day, the same when only the hour changes."""
    day = occurrence.start.astimezone(ZONE).date()
    return day.toordinal() * 1440 + crc32(occurrence.key.encode()) % 1440


@dataclass(frozen=True, slots=True)
class Week:
    """A week that a digest tells of: from Monday's midnight to the next. It is told from `due` until `expires`."""

    name: str
    start: datetime
    end: datetime
    due: datetime
    expires: datetime


def week_named(name: str) -> Week:
    """The week that `Week.name` names, as "2026-W49"."""
    year, _, number = name.partition("-W")
    monday = date.fromisocalendar(int(year), int(number), 1)
    due = local(monday - timedelta(days=1), EVENING)
    start, end = local(monday, time()), local(monday + timedelta(days=7), time())
    return Week(name, start, end, due, due + _DIGEST_IS_NEWS)


def week_to_tell(now: datetime) -> Week | None:
    """The week whose digest is due, from Sunday evening for two days; None on other days."""
    today = now.astimezone(ZONE).date()
    sunday = today - timedelta(days=(today.weekday() - _SUNDAY) % 7)
    year, number, _ = (sunday + timedelta(days=1)).isocalendar()
    week = week_named(f"{year}-W{number:02}")
    return week if week.due <= now < week.expires else None
