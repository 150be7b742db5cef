"""A chat that writes faster than anybody can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.telegram.flood import AT_ONCE, FloodGate, Pace
from bot.conversation.dialogue import Dialogue
from tests.standin.people import Person, buttons
from tests.standin.running import Running, running_bot
from tests.standin.server import StandIn

TOO_MANY = "Many messages came at once. Wait a little, then send your question again."


@pytest.fixture
def kim(standin: StandIn, bot: Running) -> Person:
    return Person(standin.world, 5)


async def test_a_flood_is_slowed_and_told_so_once(kim: Person) -> None:
    for number in range(20):
        await kim.say(f"hej {number}")
    said = [message["text"] for message in await kim.hears()]
    assert said.count(TOO_MANY) == 1
    assert AT_ONCE <= len(said) - 1 < 15


async def test_danger_is_answered_in_a_flood(kim: Person) -> None:
    for number in range(15):
        await kim.say(f"hej {number}")
    await kim.say("crisis")
    assert (await kim.last())["text"] == "you said crisis"


async def test_whoever_says_stop_in_a_flood_is_told_that_it_stopped(
    standin: StandIn, dialogue: Dialogue, tmp_path: Path
) -> None:
    async with running_bot(standin.url, dialogue, tmp_path / "real.db"):
        kim = Person(standin.world, 5, "en")
        for _ in range(15):
            await kim.say("hello")
        await kim.say("stop")
        assert (await kim.last())["text"].startswith("You have no subscriptions now.")


async def test_a_flood_of_taps_is_acknowledged_and_not_followed(kim: Person, standin: StandIn) -> None:
    await kim.say("answer")
    message = await kim.last()
    (code,) = [button["callback_data"] for button in buttons(message) if button["text"] == "Areas"]
    for _ in range(25):
        await kim.tap_code(message, code)
    assert len(await kim.hears()) < 15
    assert len(standin.world.answered_queries) == 25


async def test_others_are_answered_meanwhile(kim: Person, standin: StandIn) -> None:
    other = Person(standin.world, 6)
    for number in range(20):
        await kim.say(f"hej {number}")
    await other.say("hej")
    assert (await other.last())["text"] == "you said hej"


def test_after_a_pause_it_may_begin_again_and_is_told_again() -> None:
    now = 0.0
    gate = FloodGate(lambda: now)
    paces = [gate.judge(1) for _ in range(AT_ONCE + 3)]
    assert paces == [Pace.CALM] * AT_ONCE + [Pace.TELL, Pace.QUIET, Pace.QUIET]
    now = 2.0
    assert [gate.judge(1) for _ in range(3)] == [Pace.CALM, Pace.CALM, Pace.QUIET]
    now = 60.0
    assert [gate.judge(1) for _ in range(AT_ONCE + 1)] == [Pace.CALM] * AT_ONCE + [Pace.TELL]
    gate.forget(1)
    assert gate.judge(1) is Pace.CALM
