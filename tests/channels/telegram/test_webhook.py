"""Updates posted by the stand-in to the bot's own web server: nothing lost, nothing answered twice."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.channels.telegram.bot_api import ALLOWED_UPDATES
from bot.channels.telegram.webhook import BODY_LIMIT, CHECK_SECONDS, HEADER_WITH_PROOF, webhook_secret
from tests.channels.telegram.conftest import FakeDialogue
from tests.standin import faults
from tests.standin.people import Person
from tests.standin.running import Pauses, Running, eventually, free_port, running_bot
from tests.standin.server import TOKEN, StandIn
from tests.standin.world import Webhook

PROOF = {HEADER_WITH_PROOF: webhook_secret(TOKEN)}


@pytest.fixture
def kim(standin: StandIn) -> Person:
    standin.poster.sleep = Pauses()
    return Person(standin.world, 5)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def hooked(standin: StandIn, fake: FakeDialogue, tmp_path: Path, port: int) -> AsyncIterator[Running]:
    """The bot with a webhook that Telegram knows of."""
    async with running_bot(standin.url, fake, tmp_path / "bot.db", webhook_port=port) as running:
        await eventually(lambda: bool(standin.world.webhook.url))
        yield running


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}/telegram"


async def post(port: int, body: bytes = b"{}", **headers: str) -> int:
    """Post as anybody could; returns the status."""
    sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.post(address(port), data=io.BytesIO(body), headers=sent) as response,
    ):
        return response.status


async def test_questions_posted_are_answered_and_taken_away(standin: StandIn, hooked: Running, kim: Person) -> None:
    await kim.say("hej")
    assert [message["text"] for message in await kim.hears()] == ["you said hej"]
    assert not list(standin.world.calls_of("getUpdates"))
    assert await hooked.handled.all() == {100_001}


async def test_telegram_is_told_the_address_once_with_a_proof_that_is_not_the_token(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, port: int
) -> None:
    for _ in range(2):
        async with running_bot(standin.url, fake, tmp_path / "bot.db", webhook_port=port):
            await eventually(lambda: len(list(standin.world.calls_of("getWebhookInfo"))) > 3)
            standin.world.calls[:] = [call for call in standin.world.calls if call.method != "getWebhookInfo"]
    (call,) = standin.world.calls_of("setWebhook")
    assert call["url"] == address(port)
    assert call["max_connections"] == 100
    assert call["allowed_updates"] == ALLOWED_UPDATES
    assert call["secret_token"] not in standin.token
    assert standin.token not in call["secret_token"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {}, 403),
        (b"{}", {HEADER_WITH_PROOF: "guessed"}, 403),
        (b"{}", {HEADER_WITH_PROOF: "gissad å"}, 403),
        (b"{}", PROOF | {"Content-Type": "text/plain"}, 415),
        (b"{}", PROOF | {"Content-Type": "application/json; charset=utf-8"}, 200),
        (b"not json", PROOF, 400),
        (b"\xff\xfe", PROOF, 400),
        (b"[" * 100_000, PROOF, 400),
        (b"[]", PROOF, 200),
        (b'{"update_id": 1, "message": 7}', PROOF, 200),
        (b'"' + b"a" * BODY_LIMIT + b'"', PROOF, 413),
    ],
)
async def test_what_anybody_can_post(
    standin: StandIn, hooked: Running, kim: Person, port: int, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert await post(port, body, **headers) == status
    await kim.say("hej")
    assert len(await kim.hears()) == 1


async def test_only_posts_are_taken(hooked: Running, port: int) -> None:
    async with aiohttp.ClientSession() as session, session.get(address(port), headers=PROOF) as response:
        assert response.status == 405


async def test_it_is_taken_only_when_it_has_been_answered(standin: StandIn, hooked: Running, kim: Person) -> None:
    standin.fail("sendMessage", faults.Fault(delay=0.1))
    await kim.say("hej")
    await standin.world.until_said(5, 1)
    assert standin.world.updates
    await standin.world.all_confirmed()
    assert await hooked.handled.all()


async def test_what_telegram_posts_again_is_not_answered_again(standin: StandIn, hooked: Running, kim: Person) -> None:
    standin.fail("post", faults.HANG_UP_AFTER, faults.HANG_UP_AFTER, faults.HANG_UP_AFTER)
    await kim.say("hej")
    assert len(await kim.hears()) == 1
    assert standin.poster.pauses == [0.0, 2.0, 4.0]


async def test_what_telegram_posts_again_while_it_is_being_answered_is_not_answered_again(
    standin: StandIn, hooked: Running, kim: Person, port: int
) -> None:
    standin.fail("sendMessage", faults.Fault(delay=0.1))
    await kim.say("hej")
    await standin.world.until_said(5, 1)
    async with aiohttp.ClientSession(headers=PROOF) as session:
        again = session.post(address(port), json=standin.world.updates[0])
        async with again as response:
            assert response.status == 200
    assert len(await kim.hears()) == 1


async def test_what_was_answered_before_a_restart_is_not_answered_again(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, kim: Person, port: int
) -> None:
    """The answer of 200 got lost, and the program ended before Telegram came again."""
    async with running_bot(standin.url, fake, tmp_path / "bot.db", webhook_port=port) as running:
        standin.fail("post", *[faults.HANG_UP_AFTER] * 10_000)
        await kim.say("hej")
        await standin.world.until_said(5, 1)
        await eventually(lambda: standin.faults_left < 10_000)
        await running.end()
    assert standin.world.updates
    standin.mend()
    async with running_bot(standin.url, fake, tmp_path / "bot.db", webhook_port=port):
        await kim.say("hallå")
        assert [message["text"] for message in await kim.hears()] == ["you said hej", "you said hallå"]


async def test_chats_side_by_side_and_each_in_order(standin: StandIn, hooked: Running, kim: Person) -> None:
    standin.latency = 0.05
    people = [Person(standin.world, number) for number in range(10, 60)]
    for text in "abc":
        for person in people:
            await person.say(text)
    await standin.world.all_confirmed()
    assert standin.most_calls_at_once > 10
    for person in people:
        said = [message["text"] for message in standin.world.of_bot(person.chat.id)]
        assert said == ["you said a", "you said b", "you said c"]


async def test_stopping_finishes_what_is_being_answered(standin: StandIn, hooked: Running, kim: Person) -> None:
    standin.fail("sendMessage", faults.Fault(delay=0.05))
    await kim.say("hej")
    await standin.world.until_said(5, 1)
    await hooked.end()
    assert await hooked.handled.all() == {100_001}


async def test_what_cannot_be_finished_in_time_is_left_with_telegram(
    standin: StandIn,
    fake: FakeDialogue,
    tmp_path: Path,
    kim: Person,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.telegram.channel.STOPPING_SECONDS", 0.01)
    standin.fail("sendMessage", faults.SILENCE)
    await kim.say("hej")
    async with running_bot(standin.url, fake, tmp_path / "bot.db", webhook_port=port):
        await eventually(lambda: standin.faults_left == 0)
    assert standin.world.updates
    async with running_bot(standin.url, fake, tmp_path / "bot.db", webhook_port=port):
        assert len(await kim.hears()) == 1


async def test_back_to_polling_nothing_is_lost(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, kim: Person, port: int
) -> None:
    async with running_bot(standin.url, fake, tmp_path / "bot.db", webhook_port=port):
        await kim.say("one")
        await kim.hears()
    await kim.say("two")
    async with running_bot(standin.url, fake, tmp_path / "bot.db"):
        assert [message["text"] for message in await kim.hears()] == ["you said one", "you said two"]
    assert not standin.world.webhook.url


# Telegram is asked whether it can post -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other", [Webhook(), Webhook("https://other.example/hook"), "allowed updates"], ids=["none", "another", "fewer"]
)
async def test_a_webhook_that_another_installation_changed_is_set_again(
    standin: StandIn, hooked: Running, kim: Person, other: Webhook | str
) -> None:
    if isinstance(other, Webhook):
        standin.world.webhook = other
    else:
        standin.world.allowed_updates = ["callback_query"]
    await eventually(lambda: len(list(standin.world.calls_of("setWebhook"))) == 2)
    await kim.say("hej")
    assert len(await kim.hears()) == 1


async def test_another_proof_set_by_another_installation_is_set_right(
    standin: StandIn, hooked: Running, kim: Person
) -> None:
    standin.world.webhook.secret = "of_another"
    await kim.say("hej")
    assert len(await kim.hears()) == 1
    assert len(list(standin.world.calls_of("setWebhook"))) == 2


async def test_a_proxy_that_lets_nothing_through_is_told_and_makes_the_bot_unwell(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, kim: Person, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    now = 1000.0
    async with running_bot(standin.url, fake, tmp_path / "bot.db", webhook_port=port, clock=lambda: now) as running:
        await eventually(lambda: running.pauses.seconds.count(CHECK_SECONDS) > 1)
        standin.fail("post", *[faults.BAD_GATEWAY] * 10_000)
        await kim.say("hej")
        await eventually(lambda: running.channel.health().problem is not None)
        assert running.channel.health().problem == (
            "Telegram cannot post to the webhook (Wrong response from the webhook: 502 Bad Gateway): "
            "check TILLSAMMANS_WEBHOOK_URL"
        )
        now += 61
        assert not running.channel.health().is_well
        standin.mend()
        assert len(await kim.hears()) == 1
        await eventually(lambda: running.channel.health().is_well)
    assert "Telegram answers again" in caplog.messages


@pytest.mark.parametrize("fault", [faults.UNAUTHORIZED, faults.BAD_GATEWAY, faults.HANG_UP])
async def test_a_start_at_which_telegram_fails_is_tried_again(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, kim: Person, port: int, fault: faults.Fault
) -> None:
    for method in ("getMe", "getWebhookInfo", "setWebhook"):
        standin.fail(method, fault)
    await kim.say("hej")
    async with running_bot(standin.url, fake, tmp_path / "bot.db", webhook_port=port):
        assert len(await kim.hears()) == 1
    assert standin.faults_left == 0


async def test_an_address_telegram_refuses_is_told(
    standin: StandIn, hooked: Running, caplog: pytest.LogCaptureFixture
) -> None:
    refusal = "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    standin.fail("setWebhook", faults.Fault(400, refusal))
    standin.world.webhook = Webhook()
    await eventually(lambda: bool(standin.world.webhook.url))
    assert any("check TILLSAMMANS_WEBHOOK_URL" in line and "https" in line for line in caplog.messages)
