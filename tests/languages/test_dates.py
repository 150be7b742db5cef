from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

import pytest

from bot.languages.dates import clock, date_in_words, day_in_words, month_in_words, weekday_in_words
from bot.languages.table import Languages

DAY = date(2026, 12, 5)


@pytest.mark.parametrize(
    ("language_id", "expected"),
    [
        ("sv", "5 december 2026"),
        ("en", "5 December 2026"),
        ("fi", "5. joulukuuta 2026"),
        ("uk", "5 грудня 2026 р."),
        ("bs", "5. decembra 2026."),
        ("kmr", "5ê berfanbarê 2026"),
        ("ti", "5 ታሕሳስ 2026 (5/12 2026)"),
    ],
)
def test_a_date_is_written_as_its_readers_write_it(languages: Languages, language_id: str, expected: str) -> None:
    assert date_in_words(DAY, languages[language_id]) == expected


def test_arabic_shows_both_names_of_the_month(languages: Languages) -> None:
    words = date_in_words(DAY, languages["ar"])
    assert "ديسمبر" in words
    assert "كانون الأول" in words


def test_every_language_writes_western_digits_and_no_twelve_hour_clock(languages: Languages) -> None:
    for language in languages.values():
        for words in (date_in_words(DAY, language), weekday_in_words(DAY, language), day_in_words(DAY, language)):
            assert re.findall(r"\d", words), language.id
            assert all(character.isascii() for character in words if character.isdigit()), language.id


def test_persian_joins_the_month_to_the_year_alone(languages: Languages) -> None:
    may = date(2026, 5, 4)
    assert "مهٔ 2026" in date_in_words(may, languages["fa"])
    assert "مهٔ" not in day_in_words(may, languages["fa"])


def test_a_month_has_no_day(languages: Languages) -> None:
    assert month_in_words(date(2026, 6, 1), languages["sv"]) == "juni 2026"
    assert month_in_words(date(2026, 6, 1), languages["bs"]) == "juni 2026."


def test_the_clock_has_24_hours_and_swedish_wall_time() -> None:
    assert clock(time(17, 30)) == "17:30"
    assert clock(datetime(2026, 7, 1, 15, 5, tzinfo=UTC)) == "17:05"
    assert clock(datetime(2026, 12, 1, 15, 5, tzinfo=UTC)) == "16:05"
