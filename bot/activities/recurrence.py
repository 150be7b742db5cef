"""When a series takes place: the rule spread out on wall time, the zone attached to each occasion."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from bot.activities.schema import ORDINALS, WEEKDAYS, RepeatEntry
from bot.languages.dates import ZONE


def planned_starts(start: datetime, repeat: RepeatEntry | None) -> Iterator[datetime]:
    """Every planned start as naive wall time, oldest first; endless when the rule is."""
    if repeat is None:
        yield start
        return
    days = tuple(map(_day, repeat.on)) or None
    until = datetime.combine(repeat.until, time.max) if repeat.until else None
    if repeat.weeks:
        yield from rrule(WEEKLY, dtstart=start, interval=repeat.weeks, byweekday=days, until=until)
    else:
        yield from rrule(MONTHLY, dtstart=start, byweekday=days, until=until)


def _day(name: str) -> weekday:
    ordinal, _, day = name.rpartition(" ")
    return weekday(WEEKDAYS.index(day), ORDINALS.get(ordinal))


def _byday(name: str) -> str:
    ordinal, _, day = name.rpartition(" ")
    return f"{ORDINALS.get(ordinal, '')}{day[:2].upper()}"


def rule_text(repeat: RepeatEntry) -> str:
    """The rule as RFC 5545 writes it; its end in UTC, as is prescribed for starts with a zone."""
    parts = [f"FREQ=WEEKLY;INTERVAL={repeat.weeks}" if repeat.weeks else "FREQ=MONTHLY"]
    if repeat.on:
        parts.append("BYDAY=" + ",".join(map(_byday, repeat.on)))
    if repeat.until:
        end = datetime.combine(repeat.until, time(23, 59, 59), ZONE).astimezone(UTC)
        parts.append(f"UNTIL={end:%Y%m%dT%H%M%SZ}")
    return ";".join(parts)


def exists(wall: datetime) -> bool:
    """Whether a clock on the wall in Sweden ever shows this naive time; in the last night of winter 02:30 never is."""
    return wall.replace(tzinfo=ZONE).astimezone(UTC).astimezone(ZONE).replace(tzinfo=None) == wall


def exists_twice(wall: datetime) -> bool:
    """Whether it is shown twice, as 02:30 in the night when summer time ends."""
    first, second = (wall.replace(tzinfo=ZONE, fold=fold).utcoffset() for fold in (0, 1))
    return exists(wall) and first != second
