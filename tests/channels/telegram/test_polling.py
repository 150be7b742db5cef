"""Fetching updates whatever happens: nothing lost, nothing answered twice, and the operator told."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text

from bot.conversation.replies import Message, Reply
from tests.channels.telegram.conftest import FakeDialogue
from tests.standin import faults
from tests.standin.people import Person
from tests.standin.running import Running, eventually, running_bot
from tests.standin.server import StandIn
from tests.standin.world import Webhook


@pytest.fixture
def kim(standin: StandIn) -> Person:
    return Person(standin.world, 5)


async def polled(standin: StandIn) -> None:
    """Wait until the bot waits for updates."""
    await eventually(lambda: any(standin.world.calls_of("getUpdates")))


@pytest.mark.parametrize(
    ("fault", "pause", "line"),
    [
        (faults.UNAUTHORIZED, 30, "Telegram refuses the token (401): check TELEGRAM_TOKEN"),
        (faults.NOT_FOUND, 30, "Telegram refuses the token (404): check TELEGRAM_TOKEN"),
        (faults.CONFLICT, 1, "another program fetches the updates with this token (409): stop one of the two"),
        (faults.too_many_requests(9), 9, "Telegram asks to wait (429)"),
        (faults.INTERNAL, 1, "Telegram fails: Internal Server Error"),
        (faults.BAD_GATEWAY, 1, "Telegram fails: Bad Gateway (502)"),
        (faults.HANG_UP, 1, "Telegram cannot be reached (ServerDisconnectedError)"),
        (faults.Fault(200, page="{}"), 1, "KeyError in"),
    ],
)
async def test_polling_goes_on_after_everything_that_can_go_wrong(
    standin: StandIn,
    bot: Running,
    kim: Person,
    fault: faults.Fault,
    pause: float,
    line: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    standin.fail("getUpdates", fault, fault)
    await kim.say("hej")
    assert [message["text"] for message in await kim.hears()] == ["you said hej"]
    await eventually(lambda: standin.faults_left == 0)
    await eventually(lambda: bot.channel.health().problem is None)
    assert bot.pauses.seconds == [pause, 2 if pause == 1 else pause]
    assert sum(line in message for message in caplog.messages) == 1
    assert "Telegram answers again" in caplog.messages
    assert standin.token not in caplog.text


async def test_a_wrong_token_is_told_in_one_line_and_tried_again_slowly(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_bot(standin.url, fake, tmp_path / "bot.db", token="1:AAwrong") as running:
        await eventually(lambda: len(running.pauses.seconds) >= 5)
        assert running.channel.health().problem == "Telegram refuses the token (401): check TELEGRAM_TOKEN"
    assert set(running.pauses.seconds) == {30.0}
    assert caplog.messages == ["Telegram refuses the token (401): check TELEGRAM_TOKEN"]


async def test_another_program_with_the_same_token_is_told(
    standin: StandIn, bot: Running, kim: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await polled(standin)
    async with aiohttp.ClientSession() as other:
        async with other.get(f"{standin.url}/bot{standin.token}/getUpdates") as response:
            assert response.status == 200
        line = "another program fetches the updates with this token (409): stop one of the two"
        await eventually(lambda: line in caplog.messages)
        await kim.say("hej")
        assert len(await kim.hears()) == 1
        url = f"{standin.url}/bot{standin.token}/setWebhook?url=https://other.example/hook"
        async with other.get(url) as response:
            assert response.status == 200
        line = "Telegram sends the updates to a webhook (409): another installation uses this token; stop it"
        await eventually(lambda: bot.channel.health().problem == line)


async def test_health_tells_how_long_ago_telegram_last_answered(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, kim: Person
) -> None:
    now = 1000.0
    async with running_bot(standin.url, fake, tmp_path / "bot.db", clock=lambda: now) as running:
        await kim.say("hej")
        await kim.hears()
        assert running.channel.health().is_well
        standin.fail("getUpdates", *[faults.UNAUTHORIZED] * 10_000)
        await kim.say("hej")
        await eventually(lambda: running.channel.health().problem is not None)
        now += 61
        health = running.channel.health()
        assert (health.since_success, health.is_well) == (61, False)
        standin.mend()
        await kim.say("hej")
        await kim.hears()
        await eventually(lambda: running.channel.health().is_well)


async def test_the_commands_of_a_start_without_network_are_published_later(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, kim: Person
) -> None:
    standin.fail("getMe", faults.HANG_UP, faults.BAD_GATEWAY)
    standin.fail("deleteWebhook", faults.INTERNAL)
    standin.fail("getMyCommands", faults.too_many_requests(30))
    await kim.say("written before the start")
    async with running_bot(standin.url, fake, tmp_path / "bot.db"):
        assert [message["text"] for message in await kim.hears()] == ["you said written before the start"]
        await eventually(lambda: bool(standin.world.commands))


async def test_a_webhook_left_by_another_installation_is_removed(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, kim: Person
) -> None:
    standin.world.webhook = Webhook("https://old.example/hook")
    await kim.say("hej")
    async with running_bot(standin.url, fake, tmp_path / "bot.db"):
        assert len(await kim.hears()) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"message_id": 1},
        {"message_id": 1, "date": "yesterday", "chat": 7},
        {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "from": {"id": "x"}, "text": ["a"]},
        None,
    ],
)
async def test_an_update_that_cannot_be_read_is_skipped_and_not_fetched_for_ever(
    standin: StandIn, bot: Running, kim: Person, odd: object, caplog: pytest.LogCaptureFixture
) -> None:
    await standin.world.tell("message", odd, is_odd=True)  # type: ignore[arg-type]
    await kim.say("hej")
    assert [message["text"] for message in await kim.hears()] == ["you said hej"]
    assert "yesterday" not in caplog.text


async def test_kinds_of_updates_that_do_not_exist_yet_are_passed_over(
    standin: StandIn, bot: Running, kim: Person
) -> None:
    standin.world.allowed_updates = None
    await standin.world.tell("telepathy", {"thought": "hej"}, is_odd=True)
    await kim.say("hej")
    assert len(await kim.hears()) == 1


async def test_one_chats_questions_are_answered_in_order_and_many_chats_at_once(standin: StandIn, bot: Running) -> None:
    standin.latency = 0.02
    people = [Person(standin.world, number) for number in range(1, 31)]
    for text_ in "abc":
        for person in people:
            await person.say(text_)
    await standin.world.all_confirmed()
    assert standin.most_calls_at_once > 10
    for person in people:
        said = [message["text"] for message in standin.world.of_bot(person.chat.id)]
        assert said == ["you said a", "you said b", "you said c"]


async def test_one_chat_that_hangs_does_not_hold_up_the_others(
    standin: StandIn, bot: Running, kim: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.channels.telegram.channel.STOPPING_SECONDS", 0.01)
    standin.fail("sendMessage", faults.SILENCE)
    await kim.say("this one hangs")
    await eventually(lambda: standin.faults_left == 0)
    await Person(standin.world, 6).say("hej")
    assert (await standin.world.until_said(6, 1))[0]["text"] == "you said hej"
    await bot.end()
    assert "updates were not finished; they come again at the next start" in caplog.text


async def test_a_poll_that_is_never_answered_is_broken_off_and_begun_again(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, kim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.bot_api.POLL_SECONDS", 0)
    monkeypatch.setattr("bot.channels.telegram.bot_api._POLL_GRACE_SECONDS", 0.05)
    standin.fail("getUpdates", faults.SILENCE)
    async with running_bot(standin.url, fake, tmp_path / "bot.db") as running:
        await kim.say("hej")
        assert len(await kim.hears()) == 1
        assert running.pauses.seconds[0] == 1.0


async def test_answers_that_never_get_finished_make_the_bot_unwell(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, kim: Person
) -> None:
    now, begun, go_on = 1000.0, threading.Event(), threading.Event()

    class Stuck:
        def reply(self, message: Message) -> Reply:
            begun.set()
            go_on.wait(20)
            return fake.reply(message)

    async with running_bot(standin.url, Stuck(), tmp_path / "bot.db", clock=lambda: now) as running:
        await kim.say("hej")
        await eventually(begun.is_set)
        polls = len(list(standin.world.calls_of("getUpdates")))
        now += 61
        await eventually(lambda: len(list(standin.world.calls_of("getUpdates"))) > polls + 1)
        health = running.channel.health()
        assert (health.is_well, health.problem) == (False, "no answer has been finished for 61 seconds")
        go_on.set()
        assert len(await kim.hears()) == 1
        await eventually(lambda: running.channel.health().is_well)


# Restarts ----------------------------------------------------------------------------------------------------------


async def test_stopping_finishes_what_is_being_answered(standin: StandIn, bot: Running, kim: Person) -> None:
    await polled(standin)
    standin.fail("sendMessage", faults.Fault(delay=0.05))
    await kim.say("hej")
    await standin.world.until_said(5, 1)
    await bot.end()
    assert await bot.handled.all() == {standin.world.updates[0]["update_id"]}


async def test_what_was_answered_before_a_restart_is_not_answered_again(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, kim: Person
) -> None:
    """Telegram sends it again, because the program ended before the next fetch could confirm it."""
    async with running_bot(standin.url, fake, tmp_path / "bot.db"):
        await polled(standin)
        standin.fail("getUpdates", *[faults.INTERNAL] * 10_000)
        await kim.say("hej")
        await standin.world.until_said(5, 1)
        await eventually(lambda: standin.faults_left < 10_000)
    assert standin.world.updates, "the update was confirmed after all"
    standin.mend()
    async with running_bot(standin.url, fake, tmp_path / "bot.db"):
        await kim.say("hallå")
        assert [message["text"] for message in await kim.hears()] == ["you said hej", "you said hallå"]


async def test_numbers_of_answered_updates_do_not_pile_up(
    standin: StandIn, bot: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.intake.NUMBERS_KEPT", 100)
    monkeypatch.setattr("bot.channels.telegram.intake._FORGOTTEN_AT_ONCE", 50)
    people = [Person(standin.world, number) for number in range(1, 31)]
    for _ in range(10):
        for person in people:
            await person.say("hej")
    await standin.world.all_confirmed()
    await eventually(lambda: not standin.world.updates)
    await bot.end()
    assert 100 <= len(await bot.handled.all()) < 150


# A store that fails ------------------------------------------------------------------------------------------------


async def test_a_failing_database_stops_no_answers_and_is_told(
    standin: StandIn, bot: Running, kim: Person, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot.store.write() as connection:
        await connection.execute(text("DROP TABLE telegram_chat"))
        await connection.execute(text("DROP TABLE telegram_update"))
    for number in range(3):
        await kim.say(f"{number}")
    assert len(await kim.hears()) == 3
    problem = bot.channel.health().problem
    assert problem is not None
    assert "no such table" in problem
    assert len([line for line in caplog.messages if "no such table" in line]) == 2


async def test_a_choice_that_cannot_be_stored_is_not_confirmed(standin: StandIn, bot: Running, kim: Person) -> None:
    await kim.say("menu")
    await kim.hears()
    async with bot.store.write() as connection:
        await connection.execute(text("DROP TABLE telegram_chat"))
    await kim.tap("Uk")
    assert [message["text"] for message in await kim.hears()][-1].startswith("Something went wrong")


async def test_a_dialogue_that_takes_its_time_the_first_time_is_no_problem(
    standin: StandIn, tmp_path: Path, kim: Person, fake: FakeDialogue
) -> None:
    class Slow:
        def reply(self, message: Message) -> Reply:
            time.sleep(0.1)
            return fake.reply(message)

    async with running_bot(standin.url, Slow(), tmp_path / "bot.db"):
        await kim.say("hej")
        assert len(await kim.hears()) == 1
