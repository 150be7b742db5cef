"""Being told: what is offered, what is stored, and that nothing is offered where nobody can be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.announcements.wishes import Interest, Mode, Quiet, Subscription, Wishes
from bot.conversation.actions import MAX_BYTES, Action, Verb
from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.conversation.effects import (
    EndSubscription,
    PauseSubscriptions,
    Remind,
    ResumeSeries,
    SetQuietHours,
    StopSeries,
    Subscribe,
)
from bot.conversation.my_subscriptions import PAUSE_DAYS
from bot.conversation.replies import Button, Message, Reply
from bot.languages.bidi import strip_controls
from tests.conftest import TODAY

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SWEDISH = Subscription(7, Interest(subject="swedish"), Mode.INSTANT)
NOTHING = Wishes()
CAFE = "sample-language-cafe"


@pytest.fixture
def telling(brain: Brain) -> Dialogue:
    """With a programme of what is no sample, because nobody is told of samples."""
    real = {key: replace(activity, is_sample=False) for key, activity in brain.programme.activities.items()}
    brain = replace(brain, programme=replace(brain.programme, activities=real))
    return Dialogue(lambda: brain, lambda: TODAY, lambda: NOW)


def tapped(dialogue: Dialogue, code: str, wishes: Wishes | None = NOTHING, language: str = "en") -> Reply:
    action = Action.decode(code)
    assert action is not None
    return dialogue.reply(Message(action=action, chosen=language, wishes=wishes))


def buttons(reply: Reply) -> Iterator[Button]:
    return (button for row in reply.buttons for button in row)


def code_of(reply: Reply, label: str) -> str:
    return next(button.action.encode() for button in buttons(reply) if button.text == label)


def test_two_taps_begin_and_one_ends(telling: Dialogue) -> None:
    looking = tapped(telling, "on:subject.swedish")
    begun = tapped(telling, code_of(looking, "Tell me about this"))
    assert begun.effects == (Subscribe(Interest(subject="swedish"), Mode.INSTANT),)
    assert "Swedish and language practice" in begun.text
    assert "21:00–08:00" in begun.text
    ended = tapped(telling, code_of(begun, "Stop"), Wishes((SWEDISH,)))
    assert ended.effects == (EndSubscription(7),)
    assert ended.text.startswith("You have no subscriptions.")


@pytest.mark.parametrize(("label", "mode"), [("Once a week", Mode.WEEKLY), ("The evening before", Mode.EVENING)])
def test_it_can_come_at_another_time(telling: Dialogue, label: str, mode: Mode) -> None:
    begun = tapped(telling, "tell:swedish...instant")
    changed = tapped(telling, code_of(begun, label), Wishes((SWEDISH,)))
    assert changed.effects == (Subscribe(Interest(subject="swedish"), mode),)


def test_a_narrower_wish_takes_the_place_of_the_wider_one(telling: Dialogue) -> None:
    wide = tapped(telling, "tell:swedish...instant")
    choice = tapped(telling, code_of(wide, "Only one area"), Wishes((SWEDISH,)))
    narrow = tapped(telling, code_of(choice, "Dalaberg"), Wishes((SWEDISH,)))
    assert narrow.effects == (EndSubscription(7), Subscribe(Interest("swedish", "dalaberg"), Mode.INSTANT))


def test_wishes_that_come_at_different_times_stand_side_by_side(telling: Dialogue) -> None:
    everything = Subscription(3, Interest(), Mode.WEEKLY)
    begun = tapped(telling, "tell:swedish...instant", Wishes((everything,)))
    assert begun.effects == (Subscribe(Interest(subject="swedish"), Mode.INSTANT),)


@pytest.mark.parametrize(
    "code", ["tell:nonsense", "tell:swedish...never", "only:nonsense.swedish", "end:nonsense", "remind:x"]
)
def test_forged_and_old_buttons_lead_to_what_is_subscribed_to(telling: Dialogue, code: str) -> None:
    reply = tapped(telling, code, Wishes((SWEDISH,)))
    assert reply.effects == ()
    assert "Swedish and language practice" in reply.text


def test_a_pause_is_shown_and_can_be_ended(telling: Dialogue) -> None:
    mine = tapped(telling, "mine", Wishes((SWEDISH,)))
    paused = tapped(telling, code_of(mine, "Pause for two weeks"), Wishes((SWEDISH,)))
    assert paused.effects == (PauseSubscriptions(NOW + timedelta(days=PAUSE_DAYS)),)
    assert "5 December 2026" in paused.text
    resumed = tapped(telling, code_of(paused, "Go on at once"), Wishes((SWEDISH,)))
    assert resumed.effects == (PauseSubscriptions(None),)
    assert "paused" not in resumed.text


def test_quiet_hours_are_chosen_from_a_few(telling: Dialogue) -> None:
    offered = tapped(telling, "quiet", Wishes((SWEDISH,)))
    chosen = tapped(telling, code_of(offered, "19:00–10:00"), Wishes((SWEDISH,)))
    assert chosen.effects == (SetQuietHours(Quiet(19, 10)),)
    assert "19:00–10:00" in chosen.text
    assert tapped(telling, "quiet:25.99", Wishes((SWEDISH,))).effects == ()


def test_the_next_occasion_is_reminded_of_once(telling: Dialogue, brain: Brain) -> None:
    card = tapped(telling, f"activity:{CAFE}")
    reminded = tapped(telling, code_of(card, "Remind me"))
    occasion = brain.programme.activities[CAFE].occurrences[0].key
    assert reminded.effects == (Remind(CAFE, occasion),)
    again = tapped(telling, f"activity:{CAFE}", Wishes(reminders=frozenset({(CAFE, occasion)})))
    assert "Remind me" not in {button.text for button in buttons(again)}


def test_a_series_is_stopped_with_a_way_back(telling: Dialogue) -> None:
    stopped = tapped(telling, f"mute:{CAFE}")
    assert stopped.effects == (StopSeries(CAFE),)
    mine = tapped(telling, code_of(stopped, "Undo"), Wishes((SWEDISH,), frozenset({CAFE})))
    assert mine.effects == (ResumeSeries(CAFE),)


def test_nothing_is_offered_where_nobody_can_be_told(telling: Dialogue) -> None:
    for code in ("on", "on:subject.swedish", f"activity:{CAFE}"):
        verbs = {button.action.verb for button in buttons(tapped(telling, code, None))}
        assert not verbs & {Verb.SUBSCRIBE, Verb.REMIND, Verb.SUBSCRIPTIONS}
    assert "Telegram" in tapped(telling, "mine", None).text


def test_nobody_is_reminded_of_a_sample(brain: Brain) -> None:
    dialogue = Dialogue(lambda: brain, lambda: TODAY, lambda: NOW)
    assert tapped(dialogue, f"remind:{CAFE}").effects == ()
    assert Verb.REMIND not in {button.action.verb for button in buttons(tapped(dialogue, f"activity:{CAFE}"))}


def test_an_empty_programme_still_lets_people_subscribe(brain: Brain) -> None:
    empty = replace(brain, programme=replace(brain.programme, activities={}))
    dialogue = Dialogue(lambda: empty, lambda: TODAY, lambda: NOW)
    begun = tapped(dialogue, code_of(tapped(dialogue, "on"), "Tell me about this"))
    assert begun.effects == (Subscribe(Interest(), Mode.INSTANT),)
    assert "all activities" in begun.text


def test_everything_fits_a_button_in_every_language(telling: Dialogue, brain: Brain) -> None:
    for language in brain.languages.launch:
        for code in ("mine", "tell:swedish.dalaberg.everyone.weekly", "only:audience.swedish.dalaberg", "quiet"):
            for button in buttons(tapped(telling, code, Wishes((SWEDISH,)), language.id)):
                assert len(button.action.encode().encode()) <= MAX_BYTES
                assert button.text.strip()


def test_right_to_left_hours_keep_their_order(telling: Dialogue) -> None:
    reply = tapped(telling, "tell:swedish...instant", language="ar")
    assert "21:00–08:00" in strip_controls(reply.text)
    assert "\u2066" in reply.text or "\u2068" in reply.text
