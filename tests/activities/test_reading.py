"""Activities read from the files coordinators write, and everything that can be wrong in them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.activities.model import Activity, Status
from bot.activities.reading import ProgrammeReader
from bot.knowledge.content import Content
from bot.languages.dates import ZONE
from bot.languages.table import Languages
from tests import conftest
from tests.activities.examples import FACTS, ONE, SERIES, read_programme, write_programme


def read_one(folder: Path, languages: Languages, text: str, key: str) -> Activity:
    write_programme(folder, one=text)
    reading = read_programme(folder, languages)
    assert not reading.problems.errors, [problem.render() for problem in reading.problems.errors]
    return reading.programme.activities[key]


def test_everything_that_is_written_is_read(tmp_path: Path, languages: Languages) -> None:
    meeting = read_one(tmp_path, languages, ONE, "meeting")
    (occasion,) = meeting.occurrences
    assert occasion.key == "once"
    assert occasion.start == datetime(2026, 12, 5, 18, tzinfo=ZONE)
    assert occasion.end == datetime(2026, 12, 5, 20, tzinfo=ZONE)
    assert occasion.place.point == (58.348, 11.938)
    assert occasion.place.is_step_free is True
    assert (meeting.cost, meeting.languages, meeting.organiser) == ("free", ("sv", "ar"), "red-cross")
    assert meeting.texts["sv"].title == "Möte"


def test_an_organisation_takes_its_number_from_the_facts(tmp_path: Path, languages: Languages) -> None:
    write_programme(tmp_path)
    organisation = read_programme(tmp_path, languages).programme.organisations["red-cross"]
    assert (organisation.name, organisation.phone) == ("Röda Korset", "0522-69 60 00")
    assert organisation.texts["sv"].description == "Hjälper."


def test_a_series_is_spread_out_with_its_exceptions(tmp_path: Path, languages: Languages) -> None:
    cafe = read_one(tmp_path, languages, SERIES, "language-cafe")
    assert [(one.key, f"{one.start:%d %H:%M}", one.status) for one in cafe.occurrences] == [
        ("2026-11-24", "24 18:00", Status.PLANNED),
        ("2026-11-26", "26 18:00", Status.PLANNED),
        ("2026-12-03", "03 18:00", Status.CANCELLED),
        ("2026-12-08", "09 17:00", Status.MOVED),
        ("2026-12-10", "10 18:00", Status.PLANNED),
        ("2026-12-15", "15 18:00", Status.PLANNED),
        ("2026-12-17", "17 18:00", Status.PLANNED),
    ]
    moved = cafe.occurrences[3]
    assert (moved.place.name, f"{moved.end:%H:%M}") == ("Folkets Hus", "19:00")


@pytest.mark.parametrize(
    ("repeat", "start", "days"),
    [
        ("{every: 2 weeks, until: 2027-01-10}", "2026-11-26", ["11-26", "12-10", "12-24", "01-07"]),
        ("{every: month, on: [first thursday], until: 2027-02-28}", "2026-12-03", ["12-03", "01-07", "02-04"]),
        ("{every: month, on: [last friday], until: 2027-01-31}", "2026-11-27", ["11-27", "12-25", "01-29"]),
        ("{every: week, until: 2026-12-05}", "2026-11-28", ["11-28", "12-05"]),
    ],
)
def test_the_plain_forms_of_a_rule(
    tmp_path: Path, languages: Languages, repeat: str, start: str, days: list[str]
) -> None:
    text = ONE.replace("2026-12-05", start).replace("  place:", f"  repeat: {repeat}\n  place:")
    activity = read_one(tmp_path, languages, text, "meeting")
    assert [f"{one.start:%m-%d}" for one in activity.occurrences] == days


def test_wall_time_stays_when_summer_time_begins(tmp_path: Path, languages: Languages) -> None:
    text = ONE.replace("  place:", "  repeat: {every: week, until: 2027-04-30}\n  place:")
    series = read_one(tmp_path, languages, text, "meeting")
    assert {f"{one.start:%H:%M}" for one in series.occurrences} == {"18:00"}
    assert {one.start.utcoffset() for one in series.occurrences} == {timedelta(hours=1), timedelta(hours=2)}


def test_a_series_without_end_reaches_180_days_ahead(tmp_path: Path, languages: Languages) -> None:
    write_programme(tmp_path, one=ONE.replace("  place:", "  repeat: {every: week}\n  place:"))
    reading = read_programme(tmp_path, languages)
    last = reading.programme.activities["meeting"].occurrences[-1].start.date()
    assert timedelta(days=173) < last - conftest.TODAY <= timedelta(days=180)
    assert any("has no end" in problem.render() for problem in reading.problems.warnings)


def test_a_day_that_goes_by_changes_no_fingerprint_and_a_new_time_does(tmp_path: Path, languages: Languages) -> None:
    write_programme(tmp_path, one=SERIES)
    reader = ProgrammeReader(tmp_path, languages)
    before = reader.read(Content(facts=FACTS), date(2026, 11, 21)).programme.activities["language-cafe"]
    after = reader.read(Content(facts=FACTS), date(2026, 12, 7)).programme.activities["language-cafe"]
    assert len(after.occurrences) < len(before.occurrences)
    assert after.fingerprint == before.fingerprint
    retitled = SERIES.replace("Språkkafé", "Kafé")
    assert read_one(tmp_path, languages, retitled, "language-cafe").fingerprint == before.fingerprint
    later = SERIES.replace("2026-11-24 18:00", "2026-11-24 18:30")
    changed = read_one(tmp_path, languages, later, "language-cafe")
    assert changed.fingerprint != before.fingerprint
    assert [one.key for one in changed.occurrences] == [one.key for one in before.occurrences]


def test_what_goes_on_now_is_still_there_and_what_was_yesterday_is_not(tmp_path: Path, languages: Languages) -> None:
    today = f"{conftest.TODAY:%Y-%m-%d}"
    assert read_one(tmp_path, languages, ONE.replace("2026-12-05", today), "meeting").occurrences
    assert not read_one(tmp_path, languages, ONE.replace("2026-12-05", "2026-11-20"), "meeting").occurrences


WRONG = {
    "an end before the start": (ONE, "end: 20:00", "end: 17:00", "7: the activity ends before it starts"),
    "an unknown subject": (ONE, "subject: swedish", "subject: swedihs", "2: 'swedihs' does not stand in"),
    "an unknown area": (ONE, "area: centre", "area: center", "did you mean 'centre'"),
    "an unknown audience": (ONE, "[everyone]", "[everyone, kids]", "4: 'kids' does not stand in"),
    "a missing organiser": (ONE, "  organiser: red-cross\n", "", "'organiser' is missing"),
    "an unknown organiser": (ONE, "organiser: red-cross", "organiser: blue", "knowledge/organisations.yaml"),
    "an unknown language": (ONE, "languages: [sv, ar]", "languages: [sv, arab]", "'arab' is not a language"),
    "no Swedish text": (ONE, "{sv: {title: Möte, description: Vi ses.}, ", "{", "the Swedish text is missing"),
    "a field misspelt": (ONE, "cost: free", "cots: free", "did you mean 'cost'"),
    "a cost in words": (ONE, "cost: free", "cost: cheap", "it should look like: free, or a sum"),
    "a day that does not exist": (ONE, "2026-12-05", "2026-02-30", "6: '2026-02-30 18:00' is not right for 'start'"),
    "a year that cannot be": (ONE, "2026-12-05", "0026-12-05", "the year cannot be right"),
    "a point in the sea": (ONE, "[58.348, 11.938]", "[11.938, 58.348]", "latitude, then longitude"),
    "a point of letters": (ONE, "[58.348, 11.938]", "[a, b]", "is not right for"),
    "hidden characters": (ONE, "Vi ses.", "Vi\u202e ses.", "an invisible character"),
    "markup": (ONE, "Vi ses.", "<b>Vi</b> ses.", "HTML"),
    "a time that is skipped": (ONE, "2026-12-05 18:00", "2027-03-28 02:30", "does not exist: summer time begins"),
    "a time that comes twice": (
        ONE,
        "2026-12-05 18:00\n  end: 20:00",
        "2026-10-25 02:30\n  end: 04:00",
        "exists twice: summer time ends",
    ),
    "an exception that hits nothing": (SERIES, "[2026-12-01]", "[2026-12-02]", "'except' names 2026-12-02"),
    "a cancellation that hits nothing": (SERIES, "[2026-12-03]", "[2026-12-04]", "10: 'cancelled' names 2026-12-04"),
    "a move that hits nothing": (SERIES, "2026-12-08: {", "2026-12-09: {", "12: 'moved' names 2026-12-09"),
    "a start outside the rule": (SERIES, "start: 2026-11-24", "start: 2026-11-25", "repeats on other days"),
    "too many occasions": (SERIES, "until: 2026-12-17", "until: 2066-12-17", "more than 400 occasions"),
    "a rule no one follows": (SERIES, "every: week", "every: second", "it should look like: week, 2 weeks"),
    "first without month": (SERIES, "[tuesday, thursday]", "[first tuesday]", "belong to every: month"),
    "except without series": (ONE, "  cost", "  except: [2026-12-05]\n  cost", "'except' belongs to a series"),
    "a move that ends before it starts": (
        SERIES,
        "{start: 2026-12-09 17:00,",
        "{start: 2026-12-09 17:00, end: 16:00,",
        "12: the activity ends before it starts",
    ),
    "an id too long for a button": (ONE, "meeting:", f"m{'e' * 40}:", "is too long for a button; shorten it to 40"),
    "a month long": (ONE, "end: 20:00", "end: 2027-12-05 20:00", "longer than a month"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_placed_and_keeps_only_its_activity_out(tmp_path: Path, languages: Languages, name: str) -> None:
    text, old, new, told = WRONG[name]
    assert text.count(old) == 1
    other = ONE.replace("meeting:", "other:")
    write_programme(tmp_path, one=text.replace(old, new), two=other)
    reading = read_programme(tmp_path, languages)
    assert told in "\n".join(problem.render() for problem in reading.problems.errors)
    assert all(problem.path == "knowledge/activities/one.yaml" for problem in reading.problems.errors)
    assert list(reading.programme.activities) == ["other"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "meeting",
        "meeting: [",
        "? [a]\n: b",
        "meeting: &a {x: *a}",
        "\x00",
        "a: " + "[" * 40,
        "meeting: " * 3,
        "ä" * 2_100_000,
    ],
    ids=range(9),
)
def test_whatever_stands_in_a_file_is_told_and_the_rest_goes_on(
    tmp_path: Path, languages: Languages, text: str
) -> None:
    write_programme(tmp_path, bad=text, good=ONE)
    reading = read_programme(tmp_path, languages)
    assert reading.problems.errors
    assert list(reading.programme.activities) == ["meeting"]


def test_an_id_used_twice_is_told_with_both_places(tmp_path: Path, languages: Languages) -> None:
    write_programme(tmp_path, one=ONE, two=ONE.replace("Möte", "Annat"))
    reading = read_programme(tmp_path, languages)
    (error,) = reading.problems.errors
    assert "activities/two.yaml:1: 'meeting' stands in knowledge/activities/one.yaml too" in error.render()
    assert reading.programme.activities["meeting"].texts["sv"].title == "Möte"


def test_what_is_over_is_a_warning_and_no_error(tmp_path: Path, languages: Languages) -> None:
    write_programme(tmp_path, one=ONE.replace("2026-12-05", "2026-01-05"))
    reading = read_programme(tmp_path, languages)
    assert not reading.problems.errors
    assert any("over since 2026-01-05" in problem.render() for problem in reading.problems.warnings)


def test_samples_are_checked_always_and_shown_only_when_wanted(tmp_path: Path, languages: Languages) -> None:
    write_programme(tmp_path, **{"samples/try": ONE})
    assert not read_programme(tmp_path, languages).programme.activities
    assert read_programme(tmp_path, languages, with_samples=True).programme.activities["meeting"].is_sample
    write_programme(tmp_path, **{"samples/try": ONE.replace("end: 20:00", "end: 10:00")})
    assert read_programme(tmp_path, languages).problems.errors


def test_no_files_are_an_empty_programme(tmp_path: Path, languages: Languages) -> None:
    reading = read_programme(tmp_path, languages)
    assert not reading.programme.activities
    assert not len(reading.problems)


@pytest.mark.parametrize(
    ("limit", "told"),
    [("MAX_ACTIVITIES", "there are 3 activities; at most 2 are read"), ("MAX_FILES", "there are 3 files; at most 2")],
)
def test_more_than_anybody_writes_is_read_up_to_a_limit(
    tmp_path: Path, languages: Languages, monkeypatch: pytest.MonkeyPatch, limit: str, told: str
) -> None:
    monkeypatch.setattr(f"bot.activities.reading.{limit}", 2)
    write_programme(tmp_path, **{name: ONE.replace("meeting:", f"{name}:") for name in "abc"})
    reading = read_programme(tmp_path, languages)
    assert list(reading.programme.activities) == ["a", "b"]
    assert any(told in problem.render() for problem in reading.problems.errors)
