"""What comes from calendars outside: fetched politely, merged carefully, shown after approval."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.activities.imported import ImportedCalendar, ImportedCalendars, activity_id
from bot.activities.importing import MAX_BYTES, CalendarError, Fetched, fetch, import_calendar, merge
from bot.activities.model import Status
from bot.activities.reading import ProgrammeReader
from bot.activities.schema import CalendarEntry
from bot.knowledge.content import Content
from bot.languages.table import Languages
from tests import conftest
from tests.activities.examples import FACTS, write_programme
from tests.activities.test_expanding import GOOD, calendar, event

SOURCE = """\
library: {url: "https://example.org/a.ics", organiser: red-cross, subject: swedish, area: centre, audience: [everyone]}
"""
ENTRY = CalendarEntry.model_validate(
    {"url": "https://example.org/a.ics", "organiser": "red-cross", "subject": "swedish", "area": "centre", "audience": ["everyone"]}
)  # fmt: skip
TODAY = conftest.TODAY
ID = activity_id("library", "good")


def expansion(
    *uids: str, title: str = "Möte", day: date = date(2026, 12, 1), status: str = "planned"
) -> dict[str, Any]:
    occasion = {
        "key": "once", "start": f"{day}T18:00:00+01:00", "end": f"{day}T20:00:00+01:00", "place": "Biblioteket",
        "point": None, "status": status,
    }  # fmt: skip
    one = {"title": title, "description": "", "hash": f"{title}{day}{status}", "occasions": [occasion]}
    return {"events": dict.fromkeys(uids, one), "troubles": []}


# Fetching ----------------------------------------------------------------------------------------------------------


class Server:
    """A calendar server on loopback that remembers what it was asked."""

    def __init__(self) -> None:
        self.body: bytes = calendar(event(*GOOD)).encode()
        self.status, self.headers = 200, {"ETag": '"1"', "Last-Modified": "Sat, 21 Nov 2026 08:00:00 GMT"}
        self.asked: list[dict[str, str]] = []
        self.url = ""

    async def serve(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.headers))
        if self.headers.get("ETag", "?") == request.headers.get("If-None-Match"):
            return web.Response(status=304)
        return web.Response(status=self.status, body=self.body, headers=self.headers)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    application = web.Application()
    application.router.add_get("/a.ics", server.serve)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/a.ics"
    yield server
    await runner.cleanup()


async def test_what_has_not_changed_is_not_sent_again(server: Server) -> None:
    first = await fetch(server.url, ImportedCalendar())
    assert first.text is not None
    again = await fetch(server.url, ImportedCalendar(etag=first.etag, last_modified=first.last_modified))
    assert again.text is None
    assert server.asked[1]["If-Modified-Since"] == "Sat, 21 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (302, b"", "it has moved to http://127.0.0.1/secret"),
        (404, b"", "the server answered 404"),
        (500, b"", "the server answered 500"),
        (200, b"<html>Log in</html>", "it is no calendar"),
        (200, b"BEGIN:VCALENDAR" + b"x" * MAX_BYTES, "it is larger than"),
    ],
)
async def test_anything_else_than_a_calendar_is_refused(server: Server, status: int, body: bytes, told: str) -> None:
    server.status, server.body, server.headers = status, body, {"Location": "http://127.0.0.1/secret"}
    with pytest.raises(CalendarError, match=told):
        await fetch(server.url, ImportedCalendar())
    assert len(server.asked) == 1


async def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(CalendarError, match="could not be reached"):
        await fetch("http://127.0.0.1:1/a.ics", ImportedCalendar())


async def test_latin_1_is_read_too(server: Server) -> None:
    server.body = calendar(event(*GOOD)).encode("latin-1")
    assert "Möte" in ((await fetch(server.url, ImportedCalendar())).text or "")


# Merging -----------------------------------------------------------------------------------------------------------


def test_what_vanished_is_not_cancelled_but_asked_about_after_two_fetches() -> None:
    kept = ImportedCalendar()
    merge(kept, expansion("a", "b"), TODAY)
    for fetches, doubt in ((1, False), (2, True)):
        merge(kept, expansion("b"), TODAY)
        assert (kept.events["a"].missing, kept.events["a"].is_in_doubt) == (fetches, doubt)
    assert not kept.events["a"].is_cancelled
    merge(kept, expansion("a", "b"), TODAY)
    assert kept.events["a"].missing == 0


def test_what_is_over_may_go_without_a_question() -> None:
    kept = ImportedCalendar()
    merge(kept, expansion("a", "b"), TODAY)
    merge(kept, expansion(), date(2026, 12, 2))
    assert not kept.events


def test_when_most_are_gone_at_once_the_calendar_is_distrusted() -> None:
    kept = ImportedCalendar()
    merge(kept, expansion(*"abcdef"), TODAY)
    for _ in range(3):
        merge(kept, expansion("a"), TODAY)
    assert {event.missing for event in kept.events.values()} == {0}
    assert kept.troubles == [["", "many gone", "5"]]


def test_an_event_that_became_unreadable_has_not_vanished() -> None:
    kept = ImportedCalendar()
    merge(kept, expansion("a", "b"), TODAY)
    merge(kept, {**expansion("b"), "troubles": [["a", "bad time", ""]]}, TODAY)
    assert kept.events["a"].missing == 0


# From the file to the programme ------------------------------------------------------------------------------------


class Fake:
    """A fetch that gives what a test wants."""

    def __init__(self, *texts: str | CalendarError | None) -> None:
        self.texts = list(texts)
        self.known: list[str] = []

    async def __call__(self, url: str, known: ImportedCalendar) -> Fetched:
        self.known.append(known.etag)
        text = self.texts.pop(0)
        if isinstance(text, CalendarError):
            raise text
        return Fetched(text, etag="new")


def programme(folder: Path, languages: Languages, kept: ImportedCalendars, source: str = SOURCE) -> Any:
    write_programme(folder)
    (folder / "calendars.yaml").write_text(source, encoding="utf-8")
    return ProgrammeReader(folder, languages, imported=kept).read(Content(facts=FACTS), TODAY)


async def test_imported_activities_wait_for_a_person(tmp_path: Path, languages: Languages) -> None:
    kept = ImportedCalendars(tmp_path / "kept")
    await import_calendar("library", ENTRY, kept, tmp_path, TODAY, Fake(calendar(event(*GOOD))))
    reading = programme(tmp_path, languages, kept)
    assert not reading.programme.activities[ID].is_approved
    assert not reading.programme.shown
    assert any("1 activities of 'library' wait for approval" in one.render() for one in reading.problems.warnings)
    with kept.changing("library") as calendar_kept:
        approve(calendar_kept)
    shown = programme(tmp_path, languages, kept).programme.shown[ID]
    assert shown.texts["sv"].title == "Möte"
    assert (shown.subject, shown.organiser) == ("swedish", "red-cross")


def approve(kept: ImportedCalendar) -> None:
    from dataclasses import replace

    kept.events = {uid: replace(one, approved=(one.title, one.description)) for uid, one in kept.events.items()}


async def test_a_trusted_calendar_needs_nobody(tmp_path: Path, languages: Languages) -> None:
    kept = ImportedCalendars(tmp_path / "kept")
    await import_calendar("library", ENTRY, kept, tmp_path, TODAY, Fake(calendar(event(*GOOD))))
    trusted = SOURCE.replace("organiser:", "trusted: true, organiser:")
    assert ID in programme(tmp_path, languages, kept, trusted).programme.shown


async def test_a_new_time_is_shown_at_once_and_a_new_title_waits(tmp_path: Path, languages: Languages) -> None:
    kept = ImportedCalendars(tmp_path / "kept")
    changed = calendar(event(*GOOD)).replace("T180000", "T190000").replace("Möte", "Köp nu")
    fake = Fake(calendar(event(*GOOD)), changed)
    await import_calendar("library", ENTRY, kept, tmp_path, TODAY, fake)
    with kept.changing("library") as calendar_kept:
        approve(calendar_kept)
    before = programme(tmp_path, languages, kept).programme.shown[ID]
    await import_calendar("library", ENTRY, kept, tmp_path, TODAY, fake)
    after = programme(tmp_path, languages, kept).programme.shown[ID]
    assert after.texts["sv"].title == "Möte"
    assert f"{after.occurrences[0].start:%H:%M}" == "19:00"
    assert after.fingerprint != before.fingerprint
    assert after.occurrences[0].key == before.occurrences[0].key
    assert kept.load("library").events["good"].waits


async def test_a_cancellation_in_the_calendar_is_one_on_the_programme(tmp_path: Path, languages: Languages) -> None:
    kept = ImportedCalendars(tmp_path / "kept")
    text = calendar(event(*GOOD, "STATUS:CANCELLED"))
    await import_calendar("library", ENTRY, kept, tmp_path, TODAY, Fake(text))
    activity = programme(tmp_path, languages, kept).programme.activities[ID]
    assert activity.status is Status.CANCELLED
    assert activity.occurrences[0].status is Status.CANCELLED


async def test_a_fetch_that_fails_leaves_everything_and_is_told(tmp_path: Path, languages: Languages) -> None:
    kept = ImportedCalendars(tmp_path / "kept")
    fake = Fake(calendar(event(*GOOD)), CalendarError("the server answered 500"))
    for _ in range(2):
        await import_calendar("library", ENTRY, kept, tmp_path, TODAY, fake)
    assert list(kept.load("library").events) == ["good"]
    reading = programme(tmp_path, languages, kept)
    assert any("the server answered 500" in problem.render() for problem in reading.problems.warnings)
    assert not reading.problems.errors


async def test_a_new_day_asks_for_everything_anew(tmp_path: Path) -> None:
    kept = ImportedCalendars(tmp_path / "kept")
    fake = Fake(calendar(event(*GOOD)), None, calendar(event(*GOOD)))
    for day in (TODAY, TODAY, TODAY + timedelta(days=1)):
        await import_calendar("library", ENTRY, kept, tmp_path, day, fake)
    assert fake.known == ["", "new", ""]


async def test_a_file_is_a_calendar_too(tmp_path: Path) -> None:
    entry = ENTRY.model_copy(update={"url": None, "file": "a.ics"})
    kept = ImportedCalendars(tmp_path / "kept")
    await import_calendar("library", entry, kept, tmp_path, TODAY)
    assert kept.load("library").troubles[0][1] == "not read"
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "a.ics").write_text(calendar(event(*GOOD)), encoding="utf-8")
    await import_calendar("library", entry, kept, tmp_path, TODAY)
    assert list(kept.load("library").events) == ["good"]


def test_damaged_state_is_begun_anew(tmp_path: Path) -> None:
    kept = ImportedCalendars(tmp_path)
    for text in ("", "[]", '{"events": {"a": 1}}', '{"events": {}, "more": 1}'):
        (tmp_path / "library.json").write_text(text, encoding="utf-8")
        assert kept.load("library") == ImportedCalendar()


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    kept = ImportedCalendars(tmp_path)
    with kept.changing("library") as one:
        merge(one, expansion("a"), TODAY)
    before = (tmp_path / "library.json").stat().st_mtime_ns
    with kept.changing("library"):
        pass
    assert (tmp_path / "library.json").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("https://example.org", "http://example.org", "it should look like: https://"),
        ("https://example.org", "https://me@example.org", "it should look like: https://"),
        ('url: "https://example.org/a.ics", ', "", "either a url or a file"),
        ('url: "https://example.org/a.ics"', "file: ../../etc/passwd", "it should look like: name.ics"),
        ("organiser: red-cross", "organiser: blue", "knowledge/organisations.yaml"),
        ("subject: swedish", "subject: x, zone: Europe/Nowhere", "there is no zone"),
    ],
)
def test_a_mistake_in_the_list_of_calendars_is_told(
    tmp_path: Path, languages: Languages, old: str, new: str, told: str
) -> None:
    assert SOURCE.count(old) == 1
    reading = programme(tmp_path, languages, ImportedCalendars(tmp_path / "kept"), SOURCE.replace(old, new))
    assert told in "\n".join(problem.render() for problem in reading.problems.errors)
    assert not reading.programme.calendars


def test_ids_fit_a_button_and_stay() -> None:
    assert activity_id("library", "uid@host") == activity_id("library", "uid@host")
    assert len(activity_id("a" * 48, "x" * 300)) <= 40
