"""Calendars from outside: whatever stands in them, the rest is read and nothing hangs."""

from __future__ import annotations

import time
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.activities.expanding import MOST_EVENTS, expand
from bot.activities.importing import CalendarError, expand_apart
from tests import conftest

ZONE = ZoneInfo("Europe/Stockholm")
GOOD = (
    "UID:good",
    "DTSTART;TZID=Europe/Stockholm:20261201T180000",
    "DTEND;TZID=Europe/Stockholm:20261201T200000",
    "SUMMARY:Möte",
)


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def calendar(*events: str, head: str = "") -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *filter(None, [head]), *events, "END:VCALENDAR", ""])


def expanded(text: str) -> dict[str, Any]:
    return expand(text, ZONE, conftest.TODAY, date(2027, 5, 20))


def times(found: dict[str, Any], uid: str = "x") -> list[str]:
    return [one["start"][:16] for one in found["events"][uid]["occasions"]]


def one(*lines: str, head: str = "") -> dict[str, Any]:
    return expanded(calendar(event("UID:x", "SUMMARY:Möte", *lines), head=head))


def test_an_event_arrives_whole() -> None:
    found = one(
        "DTSTART;TZID=Europe/Stockholm:20261201T180000", "DURATION:PT2H", "LOCATION:Biblioteket\\, Uddevalla",
        "DESCRIPTION:Vi ses\\nhos oss.", "GEO:58.348;11.938",
    )["events"]["x"]  # fmt: skip
    assert (found["title"], found["description"]) == ("Möte", "Vi ses\nhos oss.")
    assert found["occasions"] == [
        {
            "key": "once",
            "start": "2026-12-01T18:00:00+01:00",
            "end": "2026-12-01T20:00:00+01:00",
            "place": "Biblioteket, Uddevalla",
            "point": [58.348, 11.938],
            "status": "planned",
        }
    ]


def test_a_weekly_series_keeps_its_wall_time_when_the_clocks_change() -> None:
    found = one("DTSTART;TZID=Europe/Stockholm:20270322T180000", "RRULE:FREQ=WEEKLY;COUNT=3")
    assert times(found) == ["2027-03-22T18:00", "2027-03-29T18:00", "2027-04-05T18:00"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("DTSTART:20261201T180000", "2026-12-01T18:00"),
        ("DTSTART;TZID=Nowhere/Unknown:20261201T180000", "2026-12-01T18:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20261201T180000", "2026-12-01T18:00"),
        ("DTSTART;TZID=GTB Standard Time:20261201T180000", "2026-12-01T17:00"),
        ("DTSTART:20261201T180000Z", "2026-12-01T19:00"),
        ("DTSTART;VALUE=DATE:20261201", "2026-12-01T00:00"),
        ("DTSTART;TZID=Europe/Stockholm:20270328T023000", "2027-03-28T03:30"),
    ],
)
def test_every_way_of_writing_a_time_means_one_moment(start: str, expected: str) -> None:
    assert times(one(start)) == [expected]


def test_a_feed_in_utc_with_a_zone_for_all_keeps_its_wall_time() -> None:
    found = one("DTSTART:20270322T170000Z", "RRULE:FREQ=WEEKLY;COUNT=2", head="X-WR-TIMEZONE:Europe/Stockholm")
    assert times(found) == ["2027-03-22T18:00", "2027-03-29T18:00"]


def test_moved_cancelled_and_left_out_occasions() -> None:
    series = event(
        "UID:x", "DTSTART;TZID=Europe/Stockholm:20261201T180000", "RRULE:FREQ=WEEKLY;COUNT=4",
        "EXDATE;TZID=Europe/Stockholm:20261208T180000", "SUMMARY:Kafé",
    )  # fmt: skip
    moved = event(
        "UID:x",
        "RECURRENCE-ID;TZID=Europe/Stockholm:20261215T180000",
        "DTSTART;TZID=Europe/Stockholm:20261216T190000",
        "SUMMARY:Kafé",
    )
    cancelled = event(
        "UID:x", "RECURRENCE-ID;TZID=Europe/Stockholm:20261222T180000", "DTSTART;TZID=Europe/Stockholm:20261222T180000",
        "STATUS:CANCELLED", "SUMMARY:Kafé",
    )  # fmt: skip
    occasions = expanded(calendar(series, moved, cancelled))["events"]["x"]["occasions"]
    assert [(one["key"], one["start"][5:16], one["status"]) for one in occasions] == [
        ("20261201T170000Z", "12-01T18:00", "planned"),
        ("20261215T170000Z", "12-16T19:00", "planned"),
        ("20261222T170000Z", "12-22T18:00", "cancelled"),
    ]


TROUBLES = {
    "every second": ("too often", "DTSTART:20261201T180000Z", "RRULE:FREQ=SECONDLY"),
    "every minute": ("too often", "DTSTART:20261201T180000Z", "RRULE:INTERVAL=2;FREQ=MINUTELY"),
    "every hour, folded": ("too often", "DTSTART:20261201T180000Z", "RRULE:FREQ=\r\n HOURLY"),
    "no start": ("no start", "DTEND:20261201T180000Z"),
    "half a start": ("bad time", "DTSTART:2026"),
    "a rule of nonsense": ("broken", "DTSTART:20261201T180000Z", "RRULE:EVERY=DAY"),
    "many times a day": (
        "too many occasions", "DTSTART:20261201T180000Z", "RRULE:FREQ=DAILY;BYHOUR=1,2",
    ),
    "a day that never comes": (
        "too long",
        "DTSTART:19000101T000000",
        "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5,6,7;BYMONTH=2;BYMONTHDAY=30",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TROUBLES)
def test_a_bad_event_is_left_out_and_told_and_the_others_are_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.activities.expanding.CPU_SECONDS_PER_EVENT", 0.3)
    kind, *lines = TROUBLES[name]
    found = expanded(calendar(event("UID:x", "SUMMARY:Ond", *lines), event(*GOOD)))
    assert [trouble[:2] for trouble in found["troubles"]] == [["x", kind]]
    assert list(found["events"]) == ["good"]


def test_an_event_without_uid_is_told() -> None:
    found = expanded(calendar(event("DTSTART:20261201T180000Z"), event(*GOOD)))
    assert found["troubles"] == [["", "no uid", ""]]
    assert list(found["events"]) == ["good"]


@pytest.mark.parametrize(
    "text", ["", "BEGIN:VCALENDAR", "\x00" * 1000, calendar("BEGIN:VEVENT\r\nUID:a"), "END:VEVENT\n" * 1000]
)
def test_rubbish_is_no_event(text: str) -> None:
    assert expanded(text)["events"] == {}


def test_what_would_turn_the_line_round_is_taken_out() -> None:
    found = one("DTSTART:20261201T180000Z", "DESCRIPTION:a\u202eb\u0007c")
    assert found["events"]["x"]["description"] == "abc"


def test_the_hash_changes_with_what_residents_are_told_and_with_nothing_else() -> None:
    base = ("DTSTART;TZID=Europe/Stockholm:20261201T180000", "LOCATION:A")
    hashes = [
        one(*lines)["events"]["x"]["hash"]
        for lines in (
            base,
            (*base, "DTSTAMP:20261101T000000Z", "SEQUENCE:7", "LAST-MODIFIED:20261101T000000Z", "DESCRIPTION:ny"),
            ("DTSTART:20261201T170000Z", "LOCATION:A"),
            (*base[:1], "LOCATION:B"),
            (*base, "STATUS:CANCELLED"),
            ("DTSTART;TZID=Europe/Stockholm:20261201T183000", "LOCATION:A"),
        )
    ]
    assert hashes[0] == hashes[1] == hashes[2]
    assert len(set(hashes)) == 4


def test_very_many_events_are_read_up_to_a_limit() -> None:
    many = [event(f"UID:{number}", "DTSTART:20200101T180000Z") for number in range(MOST_EVENTS + 5)]
    found = expanded(calendar(*many))
    assert found["troubles"] == [["", "too many events", str(MOST_EVENTS + 5)]]


async def test_a_process_of_its_own_gives_the_same() -> None:
    found = await expand_apart(calendar(event(*GOOD)), "Europe/Stockholm", conftest.TODAY)
    assert times(dict(found), "good") == ["2026-12-01T18:00"]


async def test_a_bomb_in_the_process_of_its_own_ends_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = event("UID:bomb", "SUMMARY:b", *TROUBLES["a day that never comes"][1:])
    began = time.monotonic()
    found = await expand_apart(calendar(bomb, event(*GOOD)), "Europe/Stockholm", conftest.TODAY)
    assert found["troubles"] == [["bomb", "too long", ""]]
    assert list(found["events"]) == ["good"]
    assert time.monotonic() - began < 60


async def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.activities.importing.EXPAND_SECONDS", 0.01)
    with pytest.raises(CalendarError, match="took more than"):
        await expand_apart(calendar(event(*GOOD)), "Europe/Stockholm", conftest.TODAY)


async def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(CalendarError, match="too much time or memory"):
        await expand_apart(calendar(event(*GOOD)), "Nowhere/Unknown", conftest.TODAY)
