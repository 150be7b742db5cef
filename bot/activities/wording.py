"""What the bot says of an activity by itself, in every language: when, where, what it costs; nobody translates it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from babel.dates import format_time

from bot.activities.model import Activity, Occurrence, Place, Status
from bot.languages.bidi import isolate
from bot.languages.dates import ZONE, clock, weekday_in_words
from bot.languages.table import Languages
from bot.languages.words import Texts

FREE = "free"
_COMMAS = {"Arab": "، ", "Ethi": "፣ "}


def when(occurrence: Occurrence, texts: Texts) -> str:
    """ "Tuesday 5 December 18:00–20:00"; past midnight with the day on which it ends; whole days without a time."""
    start, end = occurrence.start.astimezone(ZONE), occurrence.end.astimezone(ZONE)
    first = weekday_in_words(start.date(), texts.language)
    if start.time() == end.time() == time() and start < end:
        last = weekday_in_words(end.date() - timedelta(days=1), texts.language)
        return first if first == last else f"{first} – {last}"
    half = _half_of_day(start, texts)
    if start.date() == end.date():
        return f"{first} {_figures(clock(start) if start == end else f'{clock(start)}–{clock(end)}', texts)}{half}"
    last = weekday_in_words(end.date(), texts.language)
    return f"{first} {_figures(clock(start), texts)}{half} – {last} {_figures(clock(end), texts)}"


def _half_of_day(moment: datetime, texts: Texts) -> str:
    """Before or after noon, where the hours are spoken of as counted from six: "09:00" may be heard as three."""
    if texts.language.script != "Ethi":
        return ""
    return f" ({format_time(moment.time(), 'a', locale=texts.language.babel)})"


def _figures(value: str, texts: Texts) -> str:
    return isolate(value, texts.language.direction)


def where(place: Place, texts: Texts) -> str:
    """The name and the address, as they are written in Sweden."""
    named = ", ".join(filter(None, (place.name, place.address)))
    return isolate(named, texts.language.direction, is_text=True)


def in_a_line(activity: Activity, occurrence: Occurrence, texts: Texts) -> str:
    """ "Tuesday 5 December 18:00–20:00, Biblioteket, Junogatan 2, free, child care"."""
    said = [when(occurrence, texts)]
    if occurrence.place.name:
        said.append(where(occurrence.place, texts))
    if activity.cost:
        said.append(cost(activity, texts))
    if activity.has_child_care:
        said.append(texts("child care"))
    if activity.has_interpreter:
        said.append(texts("interpreter"))
    line = _COMMAS.get(texts.language.script, ", ").join(said)
    return state(occurrence, line, texts)


def state(occurrence: Occurrence, line: str, texts: Texts) -> str:
    """`line`, with CANCELLED or MOVED in front of it when that is so."""
    match occurrence.status:
        case Status.CANCELLED:
            return ": ".join((texts("CANCELLED"), line))
        case Status.MOVED:
            return ": ".join((texts("MOVED"), line))
        case _:
            return line


def cost(activity: Activity, texts: Texts) -> str:
    """ "free", or the sum."""
    return texts("free") if activity.cost == FREE else _figures(activity.cost, texts)


def details(activity: Activity, place: Place, texts: Texts, languages: Languages) -> Iterable[str]:
    """What is true of every occasion, a sentence each: cost, languages, interpreter, child care, steps."""
    if activity.cost == FREE:
        yield texts("It costs nothing.")
    elif activity.cost:
        yield texts("It costs {sum}.", sum=activity.cost)
    if activity.languages:
        named = (isolate(languages[key].name, texts.language.direction, is_text=True) for key in activity.languages)
        yield texts("Languages spoken:") + " " + _COMMAS.get(texts.language.script, ", ").join(named)
    if activity.has_interpreter:
        yield texts("There is an interpreter.")
    if activity.has_child_care:
        yield texts("There is child care.")
    if place.is_step_free is not None:
        yield texts("You can get in without steps.") if place.is_step_free else texts("There are steps to get in.")


def marked(activity: Activity, title: str, texts: Texts) -> str:
    """The title, with EXAMPLE in front of it for what may only be looked at in trying out."""
    return ": ".join((texts("EXAMPLE"), title)) if activity.is_sample else title
