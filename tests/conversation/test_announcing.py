"""Announcements in words, in the language of each reader, with what is told them standing in the right places."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.activities.model import Activity, Place, Status
from bot.announcements.model import Digest, Kind, News, Receipt
from bot.announcements.snapshots import Change
from bot.conversation.actions import MAX_BYTES, Verb
from bot.conversation.announcing import AnnouncementComposer
from bot.conversation.brain import Brain
from bot.languages.bidi import strip_controls
from bot.languages.dates import ZONE
from bot.languages.table import Languages
from bot.languages.words import Words
from bot.settings import ROOT
from tests.conftest import TODAY


@pytest.fixture
def cafe(brain: Brain) -> Activity:
    return replace(brain.programme.activities["sample-language-cafe"], is_sample=False)


@pytest.fixture
def composer(brain: Brain, languages: Languages) -> AnnouncementComposer:
    return AnnouncementComposer(lambda: brain, lambda: TODAY, Words(ROOT / "locales", languages, "staff").of("sv"))


def test_what_is_new_says_when_where_and_how_to_hear_no_more(composer: AnnouncementComposer, cafe: Activity) -> None:
    reply = composer.compose(News(Kind.PUBLISHED, cafe), "en")
    assert reply.text.startswith("New: Language café")
    assert "Tuesday 24 November 18:00–20:00, Exempelhuset" in reply.text
    verbs = {button.action.verb for row in reply.buttons for button in row}
    assert verbs == {Verb.ACTIVITY, Verb.STOP_SERIES, Verb.SUBSCRIPTIONS}


def test_a_move_says_both_times_and_both_places(composer: AnnouncementComposer, cafe: Activity) -> None:
    before = cafe.occurrences[0]
    later = replace(
        before,
        start=before.start + timedelta(hours=1),
        end=before.end + timedelta(hours=1),
        place=Place("Torget"),
        status=Status.MOVED,
    )
    reply = composer.compose(News(Kind.CHANGED, cafe, (Change(before, later),)), "sv")
    assert reply.text.startswith("Ändrat: Språkkafé")
    assert "Ny tid: tisdag 24 november 19:00–21:00. Det var: tisdag 24 november 18:00–20:00." in reply.text
    assert "Ny plats: Torget. Det var: Exempelhuset" in reply.text


def test_a_cancellation_says_so_first(composer: AnnouncementComposer, cafe: Activity) -> None:
    before = cafe.occurrences[0]
    gone = Change(before, replace(before, status=Status.CANCELLED))
    reply = composer.compose(News(Kind.CANCELLED, cafe, (gone,)), "ar")
    assert strip_controls(reply.text).startswith("أُلغي: مقهى اللغة")
    assert "ملغى" in reply.text
    assert reply.language.direction == "rtl"


@pytest.mark.parametrize("kind", [Kind.PUBLISHED, Kind.EDITED, Kind.REMINDER, Kind.CHANGED, Kind.CANCELLED])
def test_every_kind_is_said_in_every_language(
    composer: AnnouncementComposer, cafe: Activity, brain: Brain, kind: Kind
) -> None:
    news = News(kind, cafe, (Change(None, cafe.occurrences[0]),), cafe.occurrences[0], is_repeat=True)
    for language in brain.languages.values():
        reply = composer.compose(news, language.id)
        assert reply.text.strip()
        assert all(len(button.action.encode().encode()) <= MAX_BYTES for row in reply.buttons for button in row)


def test_a_text_that_is_not_translated_comes_in_the_nearest_language_and_says_so(
    composer: AnnouncementComposer, cafe: Activity
) -> None:
    swedish_only = replace(cafe, texts={"sv": cafe.texts["sv"]})
    text = composer.compose(News(Kind.PUBLISHED, swedish_only), "uk").text
    assert "Språkkafé" in text
    assert "Svenska" in text


def test_a_language_that_is_served_no_more_is_answered_in_swedish(
    composer: AnnouncementComposer, cafe: Activity
) -> None:
    assert composer.compose(News(Kind.PUBLISHED, cafe), "gone").language.id == "sv"


def test_a_week_is_listed_and_cut_where_it_is_long(composer: AnnouncementComposer, cafe: Activity) -> None:
    start = datetime(2026, 11, 23, tzinfo=ZONE)
    items = tuple((cafe, one) for one in cafe.occurrences[:20])
    reply = composer.compose(Digest(items, start, start + timedelta(days=7)), "en")
    assert reply.text.startswith("This is on in the coming week:")
    assert reply.text.count("Language café") == 15
    assert "There is more." in reply.text


def test_staff_get_a_receipt_in_numbers(composer: AnnouncementComposer) -> None:
    receipt = Receipt(Kind.PUBLISHED, "kafe", 1, sent=120, blocked=3, failed=1)
    assert "120" in composer.receipt(receipt).text
    assert "kafe" in composer.receipt(receipt).text
    assert composer.alert("the token was refused").text == "the token was refused"
