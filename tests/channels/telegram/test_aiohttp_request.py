"""HTTP to the Bot API: every failure has its own error, and none holds an address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channels.telegram.aiohttp_request import AiohttpRequest, UnreachableError, UnreadableError
from tests.standin import faults
from tests.standin.people import Person
from tests.standin.server import StandIn


@pytest.fixture
async def client(standin: StandIn) -> AsyncIterator[Bot]:
    requests = AiohttpRequest(2), AiohttpRequest(4, read_timeout=0.1)
    for request in requests:
        await request.initialize()
        await request.initialize()
    yield Bot(standin.token, f"{standin.url}/bot", get_updates_request=requests[0], request=requests[1])
    for request in requests:
        await request.shutdown()
        await request.shutdown()


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (faults.UNAUTHORIZED, InvalidToken, "Unauthorized"),
        (faults.NOT_FOUND, InvalidToken, "Not Found"),
        (faults.too_many_requests(3), RetryAfter, "3"),
        (faults.INTERNAL, NetworkError, "Internal Server Error"),
        (faults.BAD_GATEWAY, NetworkError, "Bad Gateway"),
        (faults.HANG_UP, UnreachableError, "ServerDisconnectedError"),
        (faults.HANG_UP_AFTER, UnreachableError, "ServerDisconnectedError"),
        (faults.HANG_UP_WITHIN, UnreadableError, "broke off"),
        (faults.SILENCE, TimedOut, "Timed out"),
        (faults.Fault(200, page="<html>a page, and not from Telegram</html>"), UnreadableError, "not a JSON object"),
        (faults.Fault(200, page="[]"), UnreadableError, "not a JSON object"),
        (faults.Fault(429, "Too Many Requests", retry_after="3"), RetryAfter, "3"),
        (faults.Fault(429, "Too Many Requests", retry_after="soon"), NetworkError, "Too Many Requests"),
        (faults.Fault(429, page='{"ok": false, "parameters": [3]}'), NetworkError, "Too Many Requests"),
    ],
)
async def test_every_failure_has_its_error(
    client: Bot,
    standin: StandIn,
    fault: faults.Fault,
    error: type[TelegramError],
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    standin.fail("getMe", fault)
    with pytest.raises(error) as raised:
        await client.get_me()
    assert words in str(raised.value)
    assert standin.token not in f"{raised.value!r} {raised.value.__cause__!r} {caplog.text}"
    assert (await client.get_me()).is_bot


async def test_a_connection_closed_while_nothing_was_asked_is_not_used_again(client: Bot, standin: StandIn) -> None:
    for _ in range(3):
        await client.get_me()
        standin.hang_up()
        # Until the bot's side has seen it.
        await asyncio.sleep(0.01)
    assert standin.world.calls[-1].method == "getMe"


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    request = AiohttpRequest(1)
    await request.initialize()
    with pytest.raises(UnreachableError, match="ClientConnectorError") as raised:
        await Bot("4711:secret", "http://127.0.0.1:1/bot", request=request).get_me()
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    await request.shutdown()


async def test_it_must_be_opened_first() -> None:
    with pytest.raises(NetworkError, match="not open yet"):
        await Bot("4711:secret", request=AiohttpRequest(1)).get_me()


async def test_files_are_sent_as_a_form_of_several_parts(client: Bot, standin: StandIn) -> None:
    Person(standin.world, 5)
    await client.send_document(5, BytesIO(b"PDF" * 1000), filename="poster.pdf", caption="åäö")
    (call,) = standin.world.calls_of("sendDocument")
    assert call["chat_id"] == 5
    assert call["caption"] == "åäö"
    assert list(standin.world.files.values()) == [b"PDF" * 1000]


async def test_texts_are_sent_as_they_are(client: Bot, standin: StandIn) -> None:
    Person(standin.world, 5)
    await client.send_message(5, "سلام & <åäö> +%20")
    assert standin.world.said(5)[0]["text"] == "سلام & <åäö> +%20"


@pytest.mark.parametrize(("bypassed", "is_asked"), [("", True), ("telegram.invalid", False)])
async def test_the_proxy_the_environment_names_is_asked(
    standin: StandIn, monkeypatch: pytest.MonkeyPatch, bypassed: str, *, is_asked: bool
) -> None:
    monkeypatch.setenv("http_proxy", standin.url)
    monkeypatch.setenv("no_proxy", bypassed)
    request = AiohttpRequest(1)
    await request.initialize()
    bot = Bot(standin.token, "http://telegram.invalid/bot", request=request)
    if is_asked:
        assert (await bot.get_me()).is_bot
    else:
        with pytest.raises(UnreachableError):
            await bot.get_me()
    await request.shutdown()
