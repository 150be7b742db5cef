from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.actions import MAX_BYTES, Action, Verb
from bot.conversation.brain import Brain
from bot.conversation.commands import COMMANDS, parse_command

NAMES = st.from_regex(r"[a-z][a-z0-9.-]{0,20}", fullmatch=True)


@given(st.sampled_from(Verb), NAMES | st.just(""), NAMES | st.just(""))
def test_an_action_survives_its_code(verb: Verb, about: str, language: str) -> None:
    action = Action(verb, about, language)
    assert Action.decode(action.encode()) == action


@given(st.text(max_size=100))
def test_any_other_code_is_refused_or_read(code: str) -> None:
    action = Action.decode(code)
    assert action is None or action.encode() == code.rstrip(":")


@pytest.mark.parametrize("code", ["", "x", "topic:a:b:c", "TOPIC:a", "topic:" + "a" * 64, "\x00"])
def test_forged_codes_are_refused(code: str) -> None:
    assert Action.decode(code) is None


def test_an_action_too_long_for_a_button_is_an_error() -> None:
    with pytest.raises(ValueError, match="longer than"):
        Action(Verb.TOPIC, "x" * 60, "sv-simple").encode()


def test_every_topic_and_part_fits_a_button(brain: Brain) -> None:
    for topic in brain.content.topics.values():
        for label in (topic.id, *(f"{topic.id}.{part}" for part in topic.source.parts)):
            assert len(Action(Verb.TOPIC, label, "sv-simple").encode().encode()) <= MAX_BYTES
            assert len(Action(Verb.SWEDISH, label, "sv-simple").encode().encode()) <= MAX_BYTES


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("/start", Action(Verb.START)),
        ("/start sfi", Action(Verb.START, "sfi")),
        ("/language", Action(Verb.LANGUAGES)),
        ("/SPRAK@TillsammansBot", Action(Verb.LANGUAGES)),
        ("/", None),
        ("/nothing", None),
        ("start", None),
        ("//", None),
    ],
)
def test_commands_are_understood_in_any_channel(text: str, action: Action | None) -> None:
    assert parse_command(text) == action


def test_command_names_follow_telegrams_rule() -> None:
    assert all(command.name.isascii() and command.name.islower() and len(command.name) <= 32 for command in COMMANDS)
