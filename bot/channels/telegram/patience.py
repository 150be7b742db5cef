"""Trying a call to Telegram again, as often as it makes sense."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.channels.telegram.aiohttp_request import UnreachableError, UnreadableError
from bot.channels.telegram.troubles import pause_after, seconds_to_wait

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

# While Telegram is out of reach nothing else can be done anyway. A failing server or a flood limit may concern this
# one chat only, and others must not wait for it: a fetch holds no more than 100 updates that are not done.
UNREACHABLE_TRIES = 35
FAILING_TRIES = 5
# Telegram takes 30 messages a second. When a hundred answers are on their way, each second brings some of them home and
# refuses the others, who ask again together: a few tries would lose many of them, and a refusal is never sent twice.
FLOOD_TRIES = 50
LONGEST_FLOOD_WAIT, LONGEST_FLOOD_WAITS = 90.0, 450.0  # seconds: one wait, and all together
# After a timeout or a broken reply the message may have arrived. Saying it twice is better than silence, three times is
# not.
UNSURE_TRIES = 2


class Patience:
    """Repeats a call that failed for a reason that passes; everything else is raised at once."""

    def __init__(self, sleep: Sleep) -> None:
        """`sleep` waits for a number of seconds."""
        self._sleep = sleep

    async def persist(self, call: Callable[[], Awaitable[T]]) -> T:
        """The result of `call`; raises its last TelegramError when it makes no sense to go on."""
        tries, waited = 0, 0.0
        while True:
            tries += 1
            try:
                return await call()
            except (NetworkError, RetryAfter) as error:
                pause = pause_after(error, tries)
                if not is_worth_repeating(error, tries, waited + pause):
                    raise
                waited += pause
                await self._sleep(pause)


def is_worth_repeating(error: NetworkError | RetryAfter, tries: int, waits: float) -> bool:
    """Whether a call that failed `tries` times, lately with `error`, may do better; `waits`: seconds waited in all."""
    match error:
        case BadRequest():
            return False
        case RetryAfter():
            is_bearable = seconds_to_wait(error) <= LONGEST_FLOOD_WAIT and waits <= LONGEST_FLOOD_WAITS
            return tries < FLOOD_TRIES and is_bearable
        case TimedOut() | UnreadableError():
            return tries < UNSURE_TRIES
        case UnreachableError():
            return tries < UNREACHABLE_TRIES
        case _:
            return tries < FAILING_TRIES
