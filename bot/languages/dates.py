"""Dates in words: our own patterns with CLDR's names, Gregorian, Western digits, Swedish wall time."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names

from bot.languages.bidi import isolate
from bot.languages.table import Language

ZONE = ZoneInfo("Europe/Stockholm")


def date_in_words(day: date, language: Language) -> str:
    """ "6 June 2026" in `language`; where month names mislead, with other names or figures beside them."""
    return _with_aids(day, language, language.patterns.date, figures=f"{day.day}/{day.month} {day.year}")


def day_in_words(day: date, language: Language) -> str:
    """ "6 June", for something that returns every year."""
    return _with_aids(day, language, language.patterns.day, figures=f"{day.day}/{day.month}")


def month_in_words(day: date, language: Language) -> str:
    """ "June 2026"; the day of `day` is not used."""
    return _with_aids(day, language, language.patterns.month, figures=f"{day.month}/{day.year}")


def weekday_in_words(day: date, language: Language) -> str:
    """ "Saturday 6 June": the weekday survives every misunderstanding about calendars."""
    return _with_aids(day, language, language.patterns.weekday, figures=f"{day.day}/{day.month}")


def weekday_names(language: Language) -> tuple[str, ...]:
    """The days from Monday to Sunday, as they stand alone."""
    names = get_day_names("wide", "stand-alone", locale=language.babel)
    return tuple(names[day] for day in range(7))


def clock(moment: datetime | time) -> str:
    """ "09:05" on a 24-hour clock, the same in every language; an aware datetime is told in Swedish wall time."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        moment = moment.astimezone(ZONE)
    return f"{moment:%H:%M}"


def _with_aids(day: date, language: Language, pattern: str, figures: str) -> str:
    if language.months_after_day:
        pattern = pattern.replace("MMMM", f"'{language.months_after_day[day.month - 1]}'")
    words = format_date(day, pattern, locale=language.babel)
    if language.months:
        words = f"{words} ({format_date(day, 'MMMM', locale=language.months)})"
    if language.numeric_date:
        words = f"{words} ({figures})"
    return isolate(words, language.direction, is_text=True) if language.direction == "rtl" else words
