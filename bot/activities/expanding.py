"""A calendar from outside spread out into occasions, in a process of its own with little time and memory.

Whatever stands in the file, the bot goes on: a rule of every second, an event without a start, a thousand lines of
nonsense. Each event is cut out of the file and read by itself, so that a broken one takes no other with it.

Run as `python -m bot.activities.expanding`: a Request as JSON on standard input, an Expansion on standard output.
"""

from __future__ import annotations

import hashlib
import json
import re
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar

MEMORY_BYTES = 512 * 2**20
CPU_SECONDS = 30
CPU_SECONDS_PER_EVENT = 2.0
MOST_OCCASIONS = 200
MOST_EVENTS = 3000
_LONGEST_TEXT = 1500
# Line breaks, and what joins or parts letters without being seen; what turns a line round is left out.
_KEPT = "\n\u200c\u200d"
_TOO_OFTEN = re.compile(r"^RRULE[^\n]*FREQ=(SECONDLY|MINUTELY|HOURLY)", re.MULTILINE | re.IGNORECASE)
_EVENT = re.compile(r"^BEGIN:VEVENT$.*?^END:VEVENT$", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_ZONE = re.compile(r"^BEGIN:VTIMEZONE$.*?^END:VTIMEZONE$", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_CALENDAR_ZONE = re.compile(r"^X-WR-TIMEZONE[:;][^\n]*$", re.MULTILINE | re.IGNORECASE)
_UID = re.compile(r"^UID(?:;[^:\n]*)?:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
_REPEATS = re.compile(r"^(RRULE|RDATE|RECURRENCE-ID)[:;]", re.MULTILINE | re.IGNORECASE)
# What residents are told of. DTSTAMP, SEQUENCE and LAST-MODIFIED are rewritten by exporters without any change.
_TOLD = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "LOCATION", "SUMMARY", "STATUS")


class _OutOfTimeError(Exception):
    """An event took more processor time than it may."""


def expand(text: str, zone: ZoneInfo, first: date, last: date) -> dict[str, Any]:
    """Every event of a calendar by its UID, with its occasions from `first` to `last`, and what was wrong.

    `{"events": {uid: {"title", "description", "hash", "occasions": [{"key", "start", "end", "place", "point",
    "status"}]}}, "troubles": [[uid, kind, detail]]}`; times are ISO 8601 in `zone`.
    """
    unfolded = re.sub(r"\r?\n[ \t]", "", text).replace("\r\n", "\n").replace("\r", "\n")
    head = "\n".join([*_CALENDAR_ZONE.findall(unfolded)[:1], *_ZONE.findall(unfolded)[:50]])
    events: dict[str, Any] = {}
    troubles: list[list[str]] = []
    for uid, block in _by_uid(unfolded, troubles):
        try:
            with _little_time():
                events[uid] = _expand_event(head, block, zone, first, last)
        except _OutOfTimeError:
            troubles.append([uid, "too long", ""])
        except MemoryError:
            troubles.append([uid, "too large", ""])
        except _RefusedError as error:
            troubles.append([uid, str(error), ""])
        except Exception as error:
            # Whatever the two libraries raise for one event must not take the others with it.
            troubles.append([uid, "broken", f"{type(error).__name__}: {error}"[:200]])
    return {"events": events, "troubles": troubles}


class _RefusedError(ValueError):
    """An event that is not taken; the message is the kind of trouble."""


def _by_uid(text: str, troubles: list[list[str]]) -> Iterator[tuple[str, str]]:
    blocks: dict[str, list[str]] = {}
    for match in _EVENT.finditer(text):
        uid = _UID.search(match.group())
        if uid is None or not uid.group(1).strip():
            troubles.append(["", "no uid", ""])
        else:
            blocks.setdefault(uid.group(1).strip()[:300], []).append(match.group())
    if len(blocks) > MOST_EVENTS:
        troubles.append(["", "too many events", str(len(blocks))])
    for name in list(blocks)[:MOST_EVENTS]:
        yield name, "\n".join(blocks[name])


def _expand_event(head: str, block: str, zone: ZoneInfo, first: date, last: date) -> dict[str, Any]:
    if _TOO_OFTEN.search(block):
        raise _RefusedError("too often")
    lines = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", head, block, "END:VCALENDAR"]).split("\n")
    calendar = Calendar.from_ical("\r\n".join(filter(None, lines)))
    components: list[Any] = calendar.walk("VEVENT")
    if any(error[0] in ("DTSTART", "DTEND", "RRULE") for one in components for error in one.errors):
        raise _RefusedError("bad time")
    if any(not isinstance(getattr(one.get("DTSTART"), "dt", None), date) for one in components):
        raise _RefusedError("no start")
    query = recurring_ical_events.of(calendar)
    found = query.between(_midnight(first, zone), _midnight(last, zone) + timedelta(days=1))
    if len(found) > MOST_OCCASIONS:
        raise _RefusedError("too many occasions")
    repeats = bool(_REPEATS.search(block))
    main = next((one for one in components if "RECURRENCE-ID" not in one), components[0])
    return {
        "title": _text(main, "SUMMARY")[:100],
        "description": _text(main, "DESCRIPTION")[:_LONGEST_TEXT],
        "hash": _fingerprint(components, zone),
        "occasions": sorted((_occasion(one, zone, repeats) for one in found), key=lambda one: str(one["start"])),
    }


def _occasion(event: Any, zone: ZoneInfo, repeats: bool) -> dict[str, Any]:
    start = _moment(event["DTSTART"].dt, zone)
    end = _moment(event["DTEND"].dt, zone) if "DTEND" in event else start
    key = _moment(event["RECURRENCE-ID"].dt, zone) if repeats and "RECURRENCE-ID" in event else None
    geo = event.get("GEO")
    return {
        "key": f"{key.astimezone(UTC):%Y%m%dT%H%M%SZ}" if key else "once",
        "start": start.isoformat(),
        "end": max(start, end).isoformat(),
        "place": _text(event, "LOCATION")[:200],
        "point": [float(geo.latitude), float(geo.longitude)] if geo is not None else None,
        "status": "cancelled" if _text(event, "STATUS").upper() == "CANCELLED" else "planned",
    }


def _moment(value: date, zone: tzinfo) -> datetime:
    """A date as midnight, floating time in `zone`; by way of UTC, so that a time that does not exist becomes real."""
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return aware.astimezone(UTC).astimezone(zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _text(event: Any, name: str) -> str:
    value = event.get(name)
    text = "" if value is None or isinstance(value, list) else str(value)
    return "".join(letter for letter in text if letter.isprintable() or letter in _KEPT).strip()


def _fingerprint(components: list[Any], zone: ZoneInfo) -> str:
    """A hash of what residents are told of, however the exporter wrote it."""
    told = []
    for event in components:
        for name in _TOLD:
            value = event.get(name)
            moment = getattr(value, "dt", None)
            if isinstance(moment, date):
                told.append((name, _moment(moment, zone).isoformat()))
            elif value is not None:
                values = value if isinstance(value, list) else [value]
                told += [(name, one.to_ical().decode(errors="replace")) for one in values]
    return hashlib.sha256(repr(sorted(told)).encode()).hexdigest()[:16]


@contextmanager
def _little_time() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _OutOfTimeError

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS_PER_EVENT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def main() -> None:
    """Limit this process, then do what is asked on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked = json.load(sys.stdin)
    first, last = (date.fromisoformat(asked[name]) for name in ("first", "last"))
    json.dump(expand(asked["text"], ZoneInfo(asked["zone"]), first, last), sys.stdout)


if __name__ == "__main__":
    main()
