"""What travels in a button."""

from __future__ import annotations

import pytest

from bot.channels.telegram.codes import Tap, decode_hide, decode_tap, encode_hide, encode_tap
from bot.conversation.actions import Action, Verb
from bot.conversation.replies import Kind, Reply
from bot.languages.table import Languages


@pytest.mark.parametrize(
    ("kind", "action", "anew"),
    [
        (Kind.MENU, Action(Verb.AREAS), False),
        (Kind.CHOOSE, Action(Verb.TOPIC, "sfi", "uk"), False),
        (Kind.ANSWER, Action(Verb.TOPIC, "rent", "uk"), True),
        (Kind.ANSWER, Action(Verb.SWEDISH, "sfi", "uk"), False),
        (Kind.ANSWER, Action(Verb.OTHER_LANGUAGE, "sfi", "uk"), True),
        (Kind.CRISIS, Action(Verb.LANGUAGES), True),
        (Kind.UNKNOWN, Action(Verb.AREAS), True),
    ],
)
def test_answers_stay_and_menus_change(languages: Languages, kind: Kind, action: Action, anew: bool) -> None:
    reply = Reply(languages["uk"], (), kind, topics=("sfi",))
    assert decode_tap(encode_tap(action, reply, is_one_message=True)) == Tap(action, anew)


def test_a_reply_of_several_messages_always_stays(languages: Languages) -> None:
    code = encode_tap(Action(Verb.AREAS), Reply(languages["uk"], ()), is_one_message=False)
    assert decode_tap(code) == Tap(Action(Verb.AREAS), anew=True)


def test_a_code_with_no_room_left_still_works(languages: Languages) -> None:
    action = Action(Verb.TOPIC, "t" * 55, "uk")
    assert len(action.encode()) == 64
    code = encode_tap(action, Reply(languages["uk"], (), Kind.ANSWER), is_one_message=True)
    assert decode_tap(code) == Tap(action, anew=False)


@pytest.mark.parametrize("code", ["", "+", "++areas", "nonsense", "hide:1"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert decode_tap(code) is None


def test_messages_to_hide_are_listed_as_far_as_there_is_room() -> None:
    assert decode_hide(encode_hide([1, 23, 456])) == (1, 23, 456)
    assert decode_hide(encode_hide([])) == ()
    many = encode_hide(range(10**9, 10**9 + 20))
    assert len(many.encode()) <= 64
    assert decode_hide(many) == tuple(range(10**9, 10**9 + 5))


@pytest.mark.parametrize(("code", "ids"), [("areas", None), ("hide:", ()), ("hide:1,x,-2,٣", (1,))])
def test_forged_lists_are_read_as_far_as_they_make_sense(code: str, ids: tuple[int, ...] | None) -> None:
    assert decode_hide(code) == ids
