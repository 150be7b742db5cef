"""How residents ask what is on: every way of asking, with every time of which people speak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.languages.dates import ZONE

ASKING = "activities"
COMING = "coming"
PERIODS = ("today", "tomorrow", "weekend", "week")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SATURDAY = 5


def spelt_out(kinds: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Small talk in which "activities" and its times ("activities-today": today, tonight) have become whole questions.

    A time stands before or after the question, whichever the language does: "what is on today", "این هفته چه خبر است".
    Thai does not part its words, though some do.
    """
    asked = kinds.get(ASKING, ())
    whole = {kind: tuple(phrases) for kind, phrases in kinds.items() if not kind.startswith(f"{ASKING}-")}
    for period in (*PERIODS, COMING):
        times = kinds.get(f"{ASKING}-{period}", ())
        whole[f"{ASKING}-{period}"] = tuple(
            f"{first}{gap}{second}"
            for ask in asked
            for gap in ((" ", "") if "\u0e00" <= ask[:1] <= "\u0e7f" else (" ",))
            for when in times
            for first, second in ((ask, when), (when, ask))
        )
    return {kind: phrases for kind, phrases in whole.items() if phrases}


def period_of(kind: str) -> str | None:
    """The period of a kind of small talk: "" for no particular one, COMING for later; None for any other kind."""
    name, _, period = kind.partition("-")
    return period if name == ASKING else None


def bounds(period: str, today: date) -> tuple[datetime, datetime]:
    """From when to when a period of PERIODS or a day of WEEKDAYS lasts, seen from `today`.

    The week is the seven days from then.

    At the end of a week "this week" would otherwise show nothing, when what comes is what is asked for.
    """
    first, days = today, 1
    match period:
        case "tomorrow":
            first = today + timedelta(days=1)
        case "weekend":
            until_saturday = (_SATURDAY - today.weekday()) % 7 if today.weekday() < _SATURDAY else 0
            first = today + timedelta(days=until_saturday)
            days = 2 if first.weekday() == _SATURDAY else 1
        case "week":
            days = 7
        case _ if period in WEEKDAYS:
            first = today + timedelta(days=(WEEKDAYS.index(period) - today.weekday()) % 7)
    return _midnight(first), _midnight(first + timedelta(days=days))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
