"""How residents ask what is on."""

from __future__ import annotations

from datetime import date

import pytest

from bot.activities.asking import bounds, period_of, spelt_out
from bot.conversation.brain import Brain
from bot.languages.table import Languages

ASKED = {
    "sv": ("Vad händer i veckan?", "vad finns att göra i helgen", "aktiviteter"),
    "en": ("What is on this week?", "what's happening this weekend", "events"),
    "ar": ("ماذا يوجد هذا الأسبوع؟", "شو في نهاية الأسبوع", "الفعاليات"),
    "fi": ("Mitä tapahtuu tällä viikolla?", "mitä on viikonloppuna", "tapahtumat"),
    "so": ("Maxaa jira usbuucan?", "maxaa socda dhamaadka usbuuca", "hawlaha"),
    "uk": ("Що відбувається цього тижня?", "куди піти на вихідних", "афіша"),
    "fa": ("این هفته چه خبر است؟", "آخر هفته چه برنامه‌ای هست", "برنامه‌ها"),
    "ti": ("እዚ ሰሙን እንታይ ኣሎ?", "ቀዳመ ሰንበት እንታይ ኣሎ", "ንጥፈታት"),
    "ckb": ("ئەم هەفتەیە چی هەیە؟", "کۆتایی هەفتە چی هەیە", "چالاکییەکان"),
    "kmr": ("Vê hefteyê çi heye?", "dawiya hefteyê çi heye", "çalakî"),
    "bs": ("Šta ima ove sedmice?", "šta se dešava za vikend", "događanja"),
    "prs": ("این هفته چه گپ است؟", "آخر هفته کدام برنامه است", "پروگرام ها"),
    "ps": ("په دې اونۍ کې کوم پروګرامونه شته؟", "د اونۍ په پای کې څه روان دي", "فعالیتونه"),
    "th": ("อาทิตย์นี้มีกิจกรรมอะไรบ้าง", "มีงานอะไร เสาร์อาทิตย์นี้", "กิจกรรม"),
    "am": ("በዚህ ሳምንት ምን ዝግጅት አለ?", "ቅዳሜና እሁድ ምን አለ", "ዝግጅቶች"),
}


@pytest.mark.parametrize("language", ASKED)
def test_what_is_on_is_asked_in_every_language(brain: Brain, language: str) -> None:
    week, weekend, plain = ASKED[language]
    asked = {text: brain.understanding.understand(text, language).small_talk for text in (week, weekend, plain)}
    assert asked == {week: "activities-week", weekend: "activities-weekend", plain: "activities"}


def test_every_launch_language_has_ways_of_asking(brain: Brain, languages: Languages) -> None:
    spoken = {languages[key].spoken for key, kinds in brain.content.small_talk.items() if kinds.get("activities")}
    assert {language.spoken for language in languages.launch} <= spoken


def test_a_time_alone_does_not_ask_for_activities(brain: Brain) -> None:
    assert brain.understanding.understand("tomorrow", "en").small_talk is None


def test_times_stand_before_or_after_the_question() -> None:
    whole = spelt_out({"bye": ["bye"], "activities": ["what is on"], "activities-today": ["today"]})
    assert whole == {
        "bye": ("bye",),
        "activities": ("what is on",),
        "activities-today": ("what is on today", "today what is on"),
    }


def test_kinds_that_ask_for_nothing_have_no_period() -> None:
    assert (period_of("activities"), period_of("activities-week"), period_of("bye")) == ("", "week", None)


@pytest.mark.parametrize(
    ("today", "period", "first", "last"),
    [
        (date(2026, 11, 18), "today", "11-18", "11-18"),
        (date(2026, 11, 18), "tomorrow", "11-19", "11-19"),
        (date(2026, 11, 18), "week", "11-18", "11-24"),
        (date(2026, 11, 18), "weekend", "11-21", "11-22"),
        (date(2026, 11, 21), "weekend", "11-21", "11-22"),
        (date(2026, 11, 22), "weekend", "11-22", "11-22"),
        (date(2026, 10, 24), "weekend", "10-24", "10-25"),
    ],
)
def test_periods(today: date, period: str, first: str, last: str) -> None:
    start, end = bounds(period, today)
    assert f"{start:%m-%d %H:%M}" == f"{first} 00:00"
    assert f"{end:%H:%M}" == "00:00"
    assert date.fromordinal(end.date().toordinal() - 1).strftime("%m-%d") == last


@pytest.mark.parametrize(
    ("today", "first"), [(date(2026, 11, 21), 21), (date(2026, 11, 22), 28), (date(2026, 11, 23), 28)]
)
def test_a_named_day_is_the_next_one_or_today(today: date, first: int) -> None:
    start, end = bounds("saturday", today)
    assert (start.day, (end - start).days) == (first, 1)
