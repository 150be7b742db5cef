"""`tillsammans calendars`: what waits, and what a person decides about it."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.activities.imported import ImportedCalendars, activity_id
from bot.activities.importing import import_calendar
from bot.activities.schema import CalendarEntry
from bot.cli import app
from bot.settings import ROOT
from tests.activities.examples import write_programme
from tests.activities.test_expanding import calendar, event
from tests.small_content import SmallContent

SOURCE = "library: {file: a.ics, organiser: red-cross, subject: swedish, area: centre, audience: [everyone]}\n"
FAR = "UID:far", "DTSTART:20990101T180000Z", "SUMMARY:Långt borta"
ID = activity_id("library", "soon")


@pytest.fixture
def kept(small_content: SmallContent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ImportedCalendars:
    write_programme(small_content.knowledge)
    small_content.save("calendars.yaml", SOURCE)
    small_content.save("calendars/a.ics", calendar(soon(), event(*FAR)))
    folder = tmp_path / "kept"
    settings = {"KNOWLEDGE": small_content.knowledge, "LOCALES": ROOT / "locales", "CALENDARS": folder}
    for name, value in settings.items():
        monkeypatch.setenv(f"TILLSAMMANS_{name}", str(value))
    return ImportedCalendars(folder)


def soon() -> str:
    """An event that is within reach on whatever day the command runs."""
    return event("UID:soon", f"DTSTART:{date.today():%Y%m%d}T230000Z", "RRULE:FREQ=WEEKLY", "SUMMARY:Kafé")  # noqa: DTZ011


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["calendars", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_fetch_shows_what_waits_and_approving_shows_it_to_residents(kept: ImportedCalendars) -> None:
    shown = run("fetch")
    assert ID in shown
    assert "väntar: approve eller drop" in shown
    assert "Långt borta" not in shown
    assert "visas" in run("approve", ID)
    assert kept.load("library").events["soon"].approved == ("Kafé", "")


def test_a_whole_calendar_is_approved_by_its_key(kept: ImportedCalendars) -> None:
    run("fetch")
    assert "visas" in run("approve", "library")


def test_cancelling_and_dropping(kept: ImportedCalendars) -> None:
    run("fetch")
    assert "inställd" in run("cancel", ID)
    assert "Kafé" not in run("drop", ID)


def test_an_unknown_id_changes_nothing(kept: ImportedCalendars) -> None:
    run("fetch")
    assert "gone" in run("approve", ID, "gone", code=1)
    assert kept.load("library").events["soon"].approved is None


def test_without_calendars_it_says_so(kept: ImportedCalendars, small_content: SmallContent) -> None:
    small_content.path("calendars.yaml").unlink()
    assert "Ingen kalender" in run()


def test_what_went_wrong_is_listed(kept: ImportedCalendars, small_content: SmallContent) -> None:
    small_content.save("calendars/a.ics", "<html>")
    assert "it is no calendar" in run("fetch")


def test_two_changes_at_once_are_both_kept(kept: ImportedCalendars, small_content: SmallContent) -> None:
    entry = CalendarEntry.model_validate(
        {"file": "a.ics", "organiser": "red-cross", "subject": "swedish", "area": "centre", "audience": ["everyone"]}
    )
    run("fetch")
    run("approve", ID)
    asyncio.run(import_calendar("library", entry, kept, small_content.knowledge, date.today()))  # noqa: DTZ011
    assert kept.load("library").events["soon"].approved == ("Kafé", "")
