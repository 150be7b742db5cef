"""How often a call is made again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.aiohttp_request import UnreachableError, UnreadableError
from bot.channels.telegram.patience import Patience
from bot.channels.telegram.troubles import TroubleLog, describe, pause_after


class Failing:
    """Fails with the errors given, one after another, then succeeds."""

    def __init__(self, *errors: TelegramError) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


async def persist(*errors: TelegramError) -> tuple[str, list[float]]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    return await Patience(sleep).persist(Failing(*errors)), pauses


@pytest.mark.parametrize(
    ("errors", "pauses"),
    [
        ([], []),
        ([NetworkError("502")] * 4, [1, 2, 4, 8]),
        ([UnreachableError("ClientConnectorError")] * 7, [1, 2, 4, 8, 16, 30, 30]),
        ([RetryAfter(7)], [7]),
        ([RetryAfter(timedelta(seconds=90))], [90]),
        ([RetryAfter(90)] * 5, [90] * 5),
        ([TimedOut()], [1]),
        ([UnreadableError("the reply broke off")], [1]),
    ],
)
async def test_what_passes_is_waited_for(errors: list[TelegramError], pauses: list[float]) -> None:
    assert await persist(*errors) == ("done", pauses)


@pytest.mark.parametrize(
    "errors",
    [
        [NetworkError("500")] * 5,
        [UnreachableError("ClientConnectorError")] * 35,
        [RetryAfter(91)],
        [RetryAfter(1)] * 50,
        [RetryAfter(90)] * 6,
        [UnreadableError("the reply broke off")] * 2,
        [TimedOut()] * 2,
        [BadRequest("chat not found")],
        [Forbidden("blocked")],
    ],
)
async def test_what_does_not_pass_is_given_up(errors: list[TelegramError]) -> None:
    with pytest.raises(type(errors[-1])):
        await persist(*errors)


def test_an_outage_of_a_quarter_of_an_hour_is_waited_out() -> None:
    assert sum(pause_after(UnreachableError("x"), tries) for tries in range(1, 35)) > 15 * 60


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InvalidToken("Unauthorized"), "refuses the token (401): check TELEGRAM_TOKEN"),
        (InvalidToken("Not Found"), "refuses the token (404): check TELEGRAM_TOKEN"),
        (Conflict("Conflict: terminated by other getUpdates request"), "stop one of the two"),
        (Conflict("Conflict: can't use getUpdates method while webhook is active"), "webhook"),
        (UnreachableError("ClientConnectorError"), "TELEGRAM_API_URL"),
        (RetryAfter(5), "asks to wait"),
        (TimedOut(), "in time"),
        (ValueError("what a resident wrote"), "ValueError in"),
    ],
)
def test_troubles_are_told_in_a_line_that_helps(error: Exception, words: str) -> None:
    line = describe(error)
    assert words in line
    assert "\n" not in line
    assert "what a resident wrote" not in line


def test_a_trouble_is_logged_when_it_begins_and_when_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    import logging

    caplog.set_level(logging.INFO)
    trouble = TroubleLog(logging.getLogger("test"))
    trouble.end("fine")
    for _ in range(3):
        trouble.begin("broken")
    trouble.end("fine again")
    trouble.begin("broken")
    assert caplog.messages == ["broken", "fine again", "broken"]
