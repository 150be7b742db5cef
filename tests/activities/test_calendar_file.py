"""The files for residents' own calendars, read back with another library than the one that wrote them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import EventStatus

from bot.activities.calendar_file import calendar_file, etag
from bot.activities.model import Activity, ActivityText
from bot.languages.dates import ZONE
from bot.languages.table import Languages
from bot.languages.words import Words
from bot.settings import ROOT
from tests.activities.examples import ONE, SERIES, read_programme, write_programme

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def activity(folder: Path, languages: Languages, text: str) -> Activity:
    write_programme(folder, one=text)
    (found,) = read_programme(folder, languages).programme.activities.values()
    return found


def written(found: Activity, languages: Languages, language: str = "sv", now: datetime = NOW) -> str:
    texts = Words(ROOT / "locales", languages).of(language)
    return calendar_file([found], texts, languages, language, now).decode()


def read_back(found: Activity, languages: Languages, language: str = "sv", now: datetime = NOW) -> Calendar:
    return IcsCalendarStream.calendar_from_ics(written(found, languages, language, now))


def test_everything_arrives(tmp_path: Path, languages: Languages) -> None:
    (event,) = read_back(activity(tmp_path, languages, ONE), languages, "en").events
    assert event.uid == "meeting@tillsammans.uddevalla"
    assert event.summary == "Meeting"
    assert (event.start, event.end) == (
        datetime(2026, 12, 5, 18, tzinfo=ZONE),
        datetime(2026, 12, 5, 20, tzinfo=ZONE),
    )
    assert event.location == "Biblioteket, Junogatan 2"
    assert "It costs nothing." in (event.description or "")
    assert event.geo is not None
    assert (event.geo.lat, event.geo.lng) == (58.348, 11.938)
    assert event.status is EventStatus.CONFIRMED
    assert [alarm.trigger for alarm in event.alarm] == [timedelta(hours=-2)]


def occasions(calendar: Calendar) -> list[tuple[str, str | None]]:
    return [(f"{event.start:%m-%d %H:%M}", event.status) for event in calendar.timeline_tz(ZONE)]


def test_a_series_with_skipped_moved_and_cancelled_days_arrives_as_it_stands(
    tmp_path: Path, languages: Languages
) -> None:
    calendar = read_back(activity(tmp_path, languages, SERIES), languages)
    assert occasions(calendar) == [
        ("11-24 18:00", EventStatus.CONFIRMED),
        ("11-26 18:00", EventStatus.CONFIRMED),
        ("12-03 18:00", EventStatus.CANCELLED),
        ("12-09 17:00", EventStatus.CONFIRMED),
        ("12-10 18:00", EventStatus.CONFIRMED),
        ("12-15 18:00", EventStatus.CONFIRMED),
        ("12-17 18:00", EventStatus.CONFIRMED),
    ]
    assert {event.uid for event in calendar.events} == {"language-cafe@tillsammans.uddevalla"}


@pytest.mark.parametrize(
    "repeat",
    ["{every: month, on: [last friday], until: 2027-06-30}", "{every: 2 weeks, on: [friday], until: 2027-06-30}"],
)
def test_rules_mean_the_same_to_the_other_library(tmp_path: Path, languages: Languages, repeat: str) -> None:
    text = ONE.replace("2026-12-05", "2026-11-27").replace("  place:", f"  repeat: {repeat}\n  place:")
    found = activity(tmp_path, languages, text)
    ours = [f"{one.start:%m-%d %H:%M}" for one in found.occurrences]
    theirs = [start for start, _ in occasions(read_back(found, languages))]
    assert theirs[: len(ours)] == ours
    assert len(ours) > 5


def test_what_is_cancelled_as_a_whole_is_so_in_the_calendar(tmp_path: Path, languages: Languages) -> None:
    for text in (ONE, SERIES):
        found = activity(tmp_path, languages, text.replace("  place: ", "  status: cancelled\n  place: "))
        assert {status for _, status in occasions(read_back(found, languages))} == {EventStatus.CANCELLED}
        assert "VALARM" not in written(found, languages)


def test_the_sequence_grows_with_time_whatever_changes_and_changes_back(tmp_path: Path, languages: Languages) -> None:
    before = activity(tmp_path, languages, ONE)
    moved = activity(tmp_path, languages, ONE.replace("18:00", "19:00"))
    moments = [NOW + timedelta(minutes=minutes) for minutes in (0, 1, 2)]
    sequences = [
        read_back(found, languages, now=now).events[0].sequence or 0
        for found, now in zip((before, moved, before), moments, strict=True)
    ]
    assert sequences == sorted(set(sequences))
    assert max(sequences) < 2**31


def test_the_etag_tells_changes_and_nothing_else(tmp_path: Path, languages: Languages) -> None:
    before = activity(tmp_path, languages, ONE)
    assert etag([before], "sv") == etag([activity(tmp_path, languages, ONE)], "sv")
    assert etag([before], "sv") != etag([activity(tmp_path, languages, ONE.replace("Möte", "Träff"))], "sv")
    assert etag([before], "sv") != etag([before], "ar")


def test_lines_are_folded_and_ended_as_prescribed_in_every_script(tmp_path: Path, languages: Languages) -> None:
    for language in languages.launch:
        text = written(activity(tmp_path, languages, ONE), languages, language.id)
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        assert "\n" not in text.replace("\r\n", "")


def test_the_zone_is_described_in_the_file(tmp_path: Path, languages: Languages) -> None:
    text = written(activity(tmp_path, languages, ONE), languages)
    assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Stockholm" in text
    assert "DTSTART;TZID=Europe/Stockholm:20261205T180000" in text


def test_hostile_text_cannot_add_lines(tmp_path: Path, languages: Languages) -> None:
    hostile = ActivityText("Hej\r\nEND:VEVENT", "a\nATTACH:https://evil.example\r\nSTATUS:CANCELLED;,\\")
    found = replace(activity(tmp_path, languages, ONE), texts={"sv": hostile})
    (event,) = read_back(found, languages).events
    assert event.status is EventStatus.CONFIRMED
    assert "\r\nATTACH" not in written(found, languages)
