"""What the bot says of an activity by itself: complete in every language, and the right way round."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.activities.model import Activity, Occurrence, Place, Status
from bot.activities.wording import details, in_a_line, marked, when
from bot.languages.bidi import strip_controls
from bot.languages.dates import ZONE
from bot.languages.table import Languages
from bot.languages.words import Words
from bot.settings import ROOT
from tests.dialogues.play import check_direction

PLACE = Place("Junogatan 2", is_step_free=True)
OCCASION = Occurrence(
    "meeting", "once", datetime(2026, 12, 5, 18, tzinfo=ZONE), datetime(2026, 12, 5, 20, tzinfo=ZONE), PLACE
)
MEETING = Activity(
    "meeting", "swedish", "centre", ("everyone",), "red-cross", (OCCASION,), {}, "x",
    languages=("sv", "ar"), has_interpreter=True, has_child_care=True, cost="free",
)  # fmt: skip

LINES = {
    "sv": "lördag 5 december 18:00–20:00, Junogatan 2, gratis, barnpassning, tolk",
    "sv-simple": "lördag 5 december 18:00–20:00, Junogatan 2, gratis, barnpassning, tolk",
    "en": "Saturday 5 December 18:00–20:00, Junogatan 2, free, child care, interpreter",
    "ar": "السبت، 5 ديسمبر (كانون الأول) 18:00–20:00، Junogatan 2، مجاني، رعاية أطفال، مترجم",
    "fi": "lauantai 5. joulukuuta 18:00–20:00, Junogatan 2, maksuton, lastenhoito, tulkki",
    "so": "Sabti 5 Diseembar 18:00–20:00, Junogatan 2, bilaash, haynta carruurta, turjumaan",
    "uk": "субота, 5 грудня 18:00–20:00, Junogatan 2, безкоштовно, догляд за дітьми, перекладач",
    "fa": "شنبه 5 دسامبر 18:00–20:00، Junogatan 2، رایگان، نگهداری از کودکان، مترجم",
    "ti": "ቀዳም፣ 5 ታሕሳስ (5/12) 18:00–20:00 (ድ.ቀ.)፣ Junogatan 2፣ ነጻ፣ ክንክን ቆልዑ፣ ኣስተርጓሚ",
    "ckb": "شەممە، 5ی کانونی یەکەم 18:00–20:00، Junogatan 2، بێبەرامبەر، چاودێری منداڵان، وەرگێڕ",
    "kmr": "şemî, 5ê berfanbarê 18:00–20:00, Junogatan 2, belaş, lênêrîna zarokan, wergêr",
    "bs": "subota, 5. decembra 18:00–20:00, Junogatan 2, besplatno, čuvanje djece, tumač",
}


@pytest.fixture(scope="session")
def words(languages: Languages) -> Words:
    return Words(ROOT / "locales", languages)


@pytest.mark.parametrize("language", LINES)
def test_time_place_and_cost_need_no_translator(words: Words, language: str) -> None:
    assert strip_controls(in_a_line(MEETING, OCCASION, words.of(language))) == LINES[language]


def test_every_launch_language_is_held_to_a_line(languages: Languages) -> None:
    assert {language.id for language in languages.launch} == set(LINES)


@pytest.mark.parametrize("language", ["ar", "fa", "ckb"])
@pytest.mark.parametrize("status", Status)
def test_figures_stand_in_isolates_in_right_to_left_text(
    words: Words, languages: Languages, language: str, status: Status
) -> None:
    occasion = replace(OCCASION, status=status)
    check_direction(in_a_line(replace(MEETING, cost="50–100 kr"), occasion, words.of(language)))
    for sentence in details(replace(MEETING, cost="50–100 kr"), PLACE, words.of(language), languages):
        check_direction(sentence)


def test_an_end_after_midnight_is_told_with_its_day(words: Words) -> None:
    late = replace(OCCASION, end=datetime(2026, 12, 6, 1, tzinfo=ZONE))
    assert when(late, words.of("en")) == "Saturday 5 December 18:00 – Sunday 6 December 01:00"


def test_whole_days_are_told_without_a_time(words: Words) -> None:
    days = replace(OCCASION, start=datetime(2026, 12, 5, tzinfo=ZONE), end=datetime(2026, 12, 6, tzinfo=ZONE))
    assert when(days, words.of("en")) == "Saturday 5 December"
    weekend = replace(days, end=datetime(2026, 12, 7, tzinfo=ZONE))
    assert when(weekend, words.of("en")) == "Saturday 5 December – Sunday 6 December"


def test_a_time_without_an_end_is_one_time(words: Words) -> None:
    assert when(replace(OCCASION, end=OCCASION.start), words.of("en")) == "Saturday 5 December 18:00"


def test_hours_counted_from_six_are_told_with_the_half_of_the_day(words: Words) -> None:
    morning = replace(OCCASION, start=datetime(2026, 12, 5, 9, tzinfo=ZONE))
    assert when(morning, words.of("ti")).endswith("09:00–20:00 (ቅ.ቀ.)")


def test_what_is_cancelled_or_moved_says_so_first(words: Words) -> None:
    sv = words.of("sv")
    assert in_a_line(MEETING, replace(OCCASION, status=Status.CANCELLED), sv).startswith("INSTÄLLT: lördag")
    assert in_a_line(MEETING, replace(OCCASION, status=Status.MOVED), sv).startswith("FLYTTAT: lördag")


def test_an_example_is_marked(words: Words) -> None:
    assert marked(replace(MEETING, is_sample=True), "Möte", words.of("sv")) == "EXEMPEL: Möte"
    assert marked(MEETING, "Möte", words.of("sv")) == "Möte"


def test_only_what_is_known_is_said(words: Words, languages: Languages) -> None:
    bare = replace(MEETING, languages=(), has_interpreter=False, has_child_care=False, cost="")
    assert list(details(bare, Place("x"), words.of("sv"), languages)) == []
    assert list(details(bare, Place("x", is_step_free=False), words.of("sv"), languages)) == [
        "Det finns trappsteg vid ingången."
    ]
