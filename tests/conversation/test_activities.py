"""Looking at what is on: by time, subject, area and audience, in any language; nothing invented, no way without end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.activities.model import Programme
from bot.conversation.actions import MAX_BYTES, Action, Verb
from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.conversation.replies import Button, Message, Reply
from bot.languages.bidi import strip_controls
from bot.languages.table import Languages
from tests.conftest import TODAY

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CAFE = "sample-language-cafe"


@pytest.fixture
def looking(brain: Brain) -> Dialogue:
    return Dialogue(lambda: brain, lambda: TODAY, lambda: NOW)


def shown(dialogue: Dialogue, code: str, language: str = "sv") -> Reply:
    action = Action.decode(code)
    assert action is not None
    return dialogue.reply(Message(action=action, chosen=language))


def buttons(reply: Reply) -> Iterator[Button]:
    return (button for row in reply.buttons for button in row)


def labels(reply: Reply) -> list[str]:
    return [button.text for button in buttons(reply)]


def test_the_week_is_listed_in_order_with_a_button_each(looking: Dialogue) -> None:
    reply = shown(looking, "on")
    text = reply.text
    assert text.index("tisdag 24 november 18:00–20:00") < text.index("onsdag 25 november 13:00–15:00")
    assert "gratis, barnpassning" in text
    assert "Familjelördag" not in text
    assert {"EXEMPEL: Språkkafé", "EXEMPEL: Jobbfika", "I dag", "I helgen", "Efter ämne"} <= set(labels(reply))


def test_a_question_in_one_language_is_answered_in_it(looking: Dialogue) -> None:
    reply = looking.reply(Message(text="ماذا يوجد هذا الأسبوع؟", chosen="sv"))
    assert reply.language.id == "ar"
    assert "مثال: مقهى اللغة" in strip_controls(reply.text)


@pytest.mark.parametrize(
    ("code", "there", "not_there"),
    [
        ("on:subject.work", "Jobbfika", "Språkkafé"),
        ("on:area.dalaberg", "Språkkafé", "Jobbfika"),
        ("on:audience.parents", "Familjelördag", "Jobbfika"),
        ("on:coming", "Familjelördag", "Allt som kommer\n\nDet"),
    ],
)
def test_a_choice_shows_what_belongs_to_it(looking: Dialogue, code: str, there: str, not_there: str) -> None:
    reply = shown(looking, code)
    assert there in reply.text
    assert not_there not in reply.text


def test_only_what_there_is_something_for_is_offered(looking: Dialogue, brain: Brain) -> None:
    offered = labels(shown(looking, "by:subject", "en"))
    assert "Swedish and language practice" in offered
    assert "Sport and outdoors" not in offered


@pytest.mark.parametrize(
    "code",
    ["on:nonsense", "on:subject.nonsense", "by:nonsense", "activity:gone", "ics:gone", "map:gone", "ics:subject.gone"],
)
def test_old_and_forged_buttons_lead_to_what_is_on(looking: Dialogue, code: str) -> None:
    assert "De närmaste sju dagarna" in shown(looking, code).text


def test_a_card_tells_what_is_known(looking: Dialogue) -> None:
    text = shown(looking, f"activity:{CAFE}", "en").text
    for told in (
        "EXAMPLE: Language café",
        "It does not take place.",
        "Come and speak Swedish",
        "• Tuesday 24 November 18:00–20:00\n• Tuesday 1 December 18:00–20:00",
        "It continues after that.",
        "Place: Exempelhuset, Exempelgatan 1, Uddevalla",
        "Languages spoken: Svenska, العربية, Soomaali",
        "There is child care.",
        "You can get in without steps.",
        "Translated by a machine.",
        "Organiser: Studieförbundet Vuxenskolan",
    ):
        assert told in strip_controls(text), told


def test_moved_and_cancelled_times_say_so(looking: Dialogue) -> None:
    text = shown(looking, "activity:sample-job-coffee").text
    assert "• FLYTTAT: torsdag 10 december 14:00–16:00" in text
    assert "• INSTÄLLT: onsdag 23 december" in text
    assert "anmalan@example.com" in text


def test_a_text_that_is_missing_comes_in_the_nearest_language_with_a_notice(brain: Brain) -> None:
    cafe = brain.programme.activities[CAFE]
    swedish_only = replace(cafe, texts={"sv": cafe.texts["sv"]})
    programme = replace(brain.programme, activities={CAFE: swedish_only})
    only = replace(brain, programme=programme)
    reply = shown(Dialogue(lambda: only, lambda: TODAY), f"activity:{CAFE}", "fi")
    assert "Kom och prata svenska" in reply.text
    assert brain.languages["fi"].name in reply.text
    assert "tiistai 24. marraskuuta 18:00–20:00" in reply.text


def test_the_file_for_the_calendar_comes_in_the_residents_language(looking: Dialogue) -> None:
    (document,) = shown(looking, f"ics:{CAFE}:uk").documents
    assert document.name == f"{CAFE}.ics"
    assert document.path == f"/calendar/activity/{CAFE}/uk.ics"
    assert "SUMMARY:ПРИКЛАД: Мовне кафе" in document.content.decode()
    (choice,) = shown(looking, "ics:area.dalaberg").documents
    assert choice.path == "/calendar/sv.ics?area=dalaberg"


def test_the_map_shows_the_place(looking: Dialogue) -> None:
    reply = shown(looking, f"map:{CAFE}")
    assert [place.point for place in reply.places] == [(58.348, 11.938)]


def test_an_empty_programme_says_so_and_leads_to_people(brain: Brain) -> None:
    empty = replace(brain, programme=Programme(organisations=brain.programme.organisations))
    reply = shown(Dialogue(lambda: empty, lambda: TODAY), "on")
    assert "Det finns inget på programmet nu." in reply.text
    assert [phone.number for phone in reply.phones] == ["+46522696000"]
    assert "Organisationer: vem gör vad" in labels(reply)


def test_what_waits_for_approval_is_seen_nowhere(brain: Brain) -> None:
    waiting = {key: replace(one, is_approved=False) for key, one in brain.programme.activities.items()}
    hidden = Dialogue(lambda: replace(brain, programme=replace(brain.programme, activities=waiting)), lambda: TODAY)
    for code in ("on:coming", f"activity:{CAFE}", f"ics:{CAFE}", "on:subject.swedish", "org:biblioteket"):
        reply = shown(hidden, code)
        assert "EXEMPEL" not in reply.text + " ".join(labels(reply))
        assert not reply.documents


def test_who_does_what_is_browsable_in_every_launch_language(looking: Dialogue, languages: Languages) -> None:
    named = [button for button in buttons(shown(looking, "who")) if button.action.verb is Verb.ORGANISATION]
    assert len(named) == 12
    for language in languages.launch:
        card = shown(looking, "org:abf-fyrbodal", language.id)
        assert card.blocks[1].language.id == language.id
        assert "abf.se" in card.text
        assert Verb.TOPIC in {button.action.verb for button in buttons(card)}


def test_every_button_everywhere_leads_somewhere_and_fits(looking: Dialogue, languages: Languages) -> None:
    seen: set[str] = set()
    ahead = ["on", "who"]
    own = {Verb.WHATS_ON, Verb.CHOOSE_BY, Verb.ACTIVITY, Verb.CALENDAR, Verb.MAP, Verb.ORGANISATIONS, Verb.ORGANISATION}
    while ahead:
        code = ahead.pop()
        if code not in seen:
            seen.add(code)
            reply = shown(looking, code, "sv-simple")
            assert reply.blocks
            codes = [button.action.encode() for button in buttons(reply) if button.action.verb in own]
            assert all(len(one.encode()) <= MAX_BYTES for one in codes)
            ahead += codes
    assert len(seen) > 35


def test_a_link_opens_an_activity(looking: Dialogue) -> None:
    assert "Språkkafé" in looking.reply(Message(text=f"/start {CAFE}", chosen="sv")).text


def test_an_activity_that_is_over_says_so(brain: Brain) -> None:
    cafe = replace(brain.programme.activities[CAFE], occurrences=())
    over = replace(brain, programme=replace(brain.programme, activities={CAFE: cafe}))
    dialogue = Dialogue(lambda: over, lambda: date(2029, 1, 1))
    reply = shown(dialogue, f"activity:{CAFE}")
    assert "Det är över" in reply.text
    assert "Lägg i min kalender" not in labels(reply)
