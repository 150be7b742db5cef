"""Calendars fetched from where `knowledge/calendars.yaml` allows, and merged into what is kept of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.activities.checking import HORIZON
from bot.activities.imported import ImportedCalendar, ImportedCalendars, ImportedEvent
from bot.activities.schema import CalendarEntry
from bot.settings import ROOT

if TYPE_CHECKING:
    import aiohttp

log = logging.getLogger(__name__)

MAX_BYTES = 5_000_000
FETCH_SECONDS = 30
EXPAND_SECONDS = 90
EVERY_SECONDS = 3600
# From so many events on, and when more than half are gone at once, it is the calendar that is broken.
_MASS, _MASS_SHARE = 3, 0.5


class CalendarError(Exception):
    """A calendar could not be fetched or read; the message says why, and what is kept stays as it is."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A calendar as it came; `text` None: nothing has changed since the last time."""

    text: str | None
    etag: str = ""
    last_modified: str = ""


Fetch = Callable[[str, ImportedCalendar], Awaitable[Fetched]]


async def fetch(url: str, known: ImportedCalendar) -> Fetched:
    """Fetch `url` unless it is as it was; raises CalendarError. Redirects are not followed: they leave the list."""
    import aiohttp  # Most installations fetch no calendar, and need none of its memory.

    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified, "Accept": "text/calendar"}
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(
                url, headers={key: value for key, value in headers.items() if value}, allow_redirects=False
            ) as response,
        ):
            if response.status == 304:
                return Fetched(None, known.etag, known.last_modified)
            if 300 <= response.status < 400:
                raise CalendarError(f"it has moved to {response.headers.get('Location', '?')[:200]}")
            if response.status != 200:
                raise CalendarError(f"the server answered {response.status}")
            body = await _limited(response)
            return Fetched(
                _decoded(body), response.headers.get("ETag", "")[:200], response.headers.get("Last-Modified", "")[:100]
            )
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise CalendarError(f"it could not be reached ({type(error).__name__})") from error


async def _limited(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > MAX_BYTES:
            raise CalendarError(f"it is larger than {MAX_BYTES} bytes")
    return bytes(body)


def _decoded(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("latin-1")
    if "BEGIN:VCALENDAR" not in text[:5000].upper():
        raise CalendarError("it is no calendar (there is no BEGIN:VCALENDAR)")
    return text


async def expand_apart(text: str, zone: str, today: date) -> Mapping[str, Any]:
    """The events of a calendar, read in a process with little time and memory and nothing of ours in its environment.

    Raises CalendarError when that process ended without a result.
    """
    asked = {"text": text, "zone": zone, "first": today.isoformat(), "last": (today + HORIZON).isoformat()}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.activities.expanding",
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(EXPAND_SECONDS):
            output, _ = await process.communicate(json.dumps(asked).encode())
        return dict(json.loads(output))
    except TimeoutError as error:
        raise CalendarError(f"reading it took more than {EXPAND_SECONDS} seconds") from error
    except ValueError as error:
        raise CalendarError("reading it took too much time or memory") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def import_calendar(
    source: str, entry: CalendarEntry, kept: ImportedCalendars, knowledge: Path, today: date, fetching: Fetch = fetch
) -> None:
    """Bring what is kept of a calendar up to date; what went wrong is kept with it, for staff to read."""
    known = kept.load(source)
    if known.read_on != today.isoformat():
        # A new day has occasions that yesterday's did not reach, even when nothing has changed.
        known.etag = known.last_modified = ""
    try:
        fetched = await _read(entry, known, knowledge, fetching)
        if fetched.text is None:
            return
        expansion = await expand_apart(fetched.text, entry.zone, today)
    except CalendarError as error:
        with kept.changing(source) as calendar:
            calendar.troubles = [["", "not read", str(error)]]
        return
    with kept.changing(source) as calendar:
        merge(calendar, expansion, today)
        calendar.read_on = today.isoformat()
        calendar.etag, calendar.last_modified = fetched.etag, fetched.last_modified


async def _read(entry: CalendarEntry, known: ImportedCalendar, knowledge: Path, fetching: Fetch) -> Fetched:
    if entry.url is not None:
        return await fetching(entry.url, known)
    path = knowledge / "calendars" / str(entry.file)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CalendarError(f"it is larger than {MAX_BYTES} bytes")
        return Fetched(_decoded(path.read_bytes()))
    except OSError as error:
        raise CalendarError(f"the file cannot be read ({error.strerror})") from error


def merge(calendar: ImportedCalendar, expansion: Mapping[str, Any], today: date) -> None:
    """Take the events of a fetch over; those that are gone before they are over are counted, not taken away."""
    found: Mapping[str, Any] = expansion["events"]
    troubled = {uid for uid, _, _ in expansion["troubles"]}
    calendar.troubles = list(expansion["troubles"])
    known = {uid: event for uid, event in calendar.events.items() if not event.is_over(today)}
    gone = known.keys() - found.keys() - troubled
    if len(gone) >= _MASS and len(gone) > _MASS_SHARE * len(known):
        calendar.troubles.append(["", "many gone", str(len(gone))])
        gone = set()
    calendar.events = {
        uid: replace(event, missing=event.missing + 1) if uid in gone else event
        for uid, event in known.items()
        if uid not in found
    }
    for uid, new in found.items():
        if new["occasions"]:
            approved = known[uid].approved if uid in known else None
            texts, occasions = (new["title"], new["description"]), tuple(new["occasions"])
            calendar.events[uid] = ImportedEvent(*texts, new["hash"], occasions, approved=approved)


async def keep_up_to_date(
    calendars: Callable[[], Mapping[str, CalendarEntry]],
    kept: ImportedCalendars,
    knowledge: Path,
    today: Callable[[], date],
    stop: asyncio.Event,
) -> None:
    """Fetch every calendar now and once an hour until `stop` is set; what goes wrong is logged and tried again."""
    while not stop.is_set():
        for source, entry in calendars().items():
            try:
                await import_calendar(source, entry, kept, knowledge, today())
            except OSError as error:
                log.error("calendar %s: %s", source, error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY_SECONDS)
