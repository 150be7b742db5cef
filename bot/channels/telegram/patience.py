"""Trying a call to Telegram again, as often as it makes sense."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.channels.telegram.aiohttp_request import UnreachableError
from bot.channels.telegram.troubles import pause_after, seconds_to_wait

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

# While Telegram is out of reach nothing else can be done anyway. A failing server or a flood limit may concern this
# one chat only, and others must not wait for it: a fetch holds no more than 100 updates that are not done.
UNREACHABLE_TRIES = 35
FAILING_TRIES = 5
LONGEST_FLOOD_WAIT = 90.0
# After a timeout the message may have arrived. Saying it twice is better than silence, three times is not.
TIMED_OUT_TRIES = 2


class Patience:
    """Repeats a call that failed for a reason that passes; everything else is raised at once."""

    def __init__(self, sleep: Sleep) -> None:
        """`sleep` waits for a number of seconds."""
        self._sleep = sleep

    async def persist(self, call: Callable[[], Awaitable[T]]) -> T:
        """The result of `call`; raises its last TelegramError when it makes no sense to go on."""
        tries = 0
        while True:
            tries += 1
            try:
                return await call()
            except (NetworkError, RetryAfter) as error:
                if not is_worth_repeating(error, tries):
                    raise
                await self._sleep(pause_after(error, tries))


def is_worth_repeating(error: NetworkError | RetryAfter, tries: int) -> bool:
    """Whether a call that failed `tries` times, most recently with `error`, may do better."""
    match error:
        case BadRequest():
            return False
        case RetryAfter():
            return tries < FAILING_TRIES and seconds_to_wait(error) <= LONGEST_FLOOD_WAIT
        case TimedOut():
            return tries < TIMED_OUT_TRIES
        case UnreachableError():
            return tries < UNREACHABLE_TRIES
        case _:
            return tries < FAILING_TRIES
