"""`tillsammans calendars`: what came from calendars outside, and what a person decides about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.activities.imported import ImportedCalendars, ImportedEvent, activity_id
from bot.activities.importing import import_calendar
from bot.activities.reading import ProgrammeReader
from bot.activities.schema import CalendarEntry
from bot.knowledge.reading import ContentReader
from bot.languages.dates import ZONE
from bot.languages.table import Languages
from bot.languages.words import Texts, Words
from bot.settings import Settings

app = typer.Typer(help="Activities from calendars outside: see what waits, approve it, fetch now.")
out = Console(soft_wrap=True, highlight=False)
Ids = Annotated[list[str], typer.Argument(help="Ids of activities as the list shows them, or a calendar: all of it.")]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the commands work on."""

    calendars: dict[str, CalendarEntry]
    kept: ImportedCalendars
    knowledge: Path
    staff: Texts
    today: date

    @classmethod
    def open(cls) -> _Desk:
        settings = Settings()
        languages = Languages.load(settings.locales / "languages.yaml")
        today = datetime.now(ZONE).date()
        content = ContentReader(settings.knowledge, languages).read().content
        reading = ProgrammeReader(settings.knowledge, languages).read(content, today)
        staff = Words(settings.locales, languages, "staff").of(settings.staff_language)
        kept = ImportedCalendars(settings.calendars)
        return cls(dict(reading.programme.calendars), kept, settings.knowledge, staff, today)

    def events(self) -> Iterator[tuple[str, str, ImportedEvent]]:
        """Source, uid and event of everything that is kept."""
        for source in self.calendars:
            for uid, event in self.kept.load(source).events.items():
                yield source, uid, event


@app.callback(invoke_without_command=True)
def show(context: typer.Context) -> None:
    """List what came from every calendar: approved, waiting, or vanished from it."""
    if context.invoked_subcommand is None:
        _list(_Desk.open())


@app.command()
def fetch() -> None:
    """Fetch every calendar now."""
    desk = _Desk.open()
    for source, entry in desk.calendars.items():
        asyncio.run(import_calendar(source, entry, desk.kept, desk.knowledge, desk.today))
    _list(desk)


@app.command()
def approve(ids: Ids) -> None:
    """Show these activities, with their texts as they are now, to residents."""
    _decide(ids, lambda event: replace(event, approved=(event.title, event.description)))


@app.command()
def cancel(ids: Ids) -> None:
    """Say that these activities are cancelled; those who were told of them are told."""
    _decide(ids, lambda event: replace(event, is_cancelled=True))


@app.command()
def drop(ids: Ids) -> None:
    """Take these activities away without telling anybody; they come back if their calendar still has them."""
    _decide(ids, lambda event: None)


def _decide(ids: list[str], decision: Callable[[ImportedEvent], ImportedEvent | None]) -> None:
    desk = _Desk.open()
    known = {activity_id(source, uid) for source, uid, _ in desk.events()} | desk.calendars.keys()
    if unknown := [one for one in ids if one not in known]:
        staff = desk.staff
        out.print(staff("There is no activity or calendar '{id}'; the list shows what there is.", id=unknown[0]))
        raise typer.Exit(1)
    for source in desk.calendars:
        with desk.kept.changing(source) as calendar:
            for uid, event in list(calendar.events.items()):
                if source in ids or activity_id(source, uid) in ids:
                    decided = decision(event)
                    if decided is None:
                        del calendar.events[uid]
                    else:
                        calendar.events[uid] = decided
    _list(desk)


def _list(desk: _Desk) -> None:
    staff = desk.staff
    if not desk.calendars:
        out.print(staff("No calendar is named in knowledge/calendars.yaml."))
        return
    table = Table(staff("id"), staff("state"), staff("next time"), staff("title"))
    for source, uid, event in desk.events():
        table.add_row(activity_id(source, uid), _state(desk, source, event), event.occasions[0]["start"], event.title)
    Console(width=None if out.is_terminal else 180).print(table)
    for source in desk.calendars:
        for uid, kind, detail in desk.kept.load(source).troubles:
            out.print(f"{source}: {' '.join(filter(None, (uid, kind, detail)))}", markup=False)


def _state(desk: _Desk, source: str, event: ImportedEvent) -> str:
    staff = desk.staff
    if event.is_cancelled:
        return staff("cancelled")
    if event.is_in_doubt:
        return staff("vanished: cancel or drop")
    if event.waits and not desk.calendars[source].trusted:
        return staff("waits: approve or drop") if event.approved is None else staff("new text: approve")
    return staff("shown")
