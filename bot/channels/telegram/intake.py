"""Every update handled once, in the order of its chat, whichever way and however often it comes in."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, Protocol

from bot.channels.telegram.bot_api import Json
from bot.channels.telegram.incoming import Arrived
from bot.channels.telegram.ordering import PerChatOrder
from bot.channels.telegram.troubles import TroubleLog, describe
from bot.store import StoreError

log = logging.getLogger(__name__)

# Telegram sends again what was not confirmed: by polling at most 100 updates, by webhook within two minutes of the
# program's return. So many numbers are kept; they are forgotten a thousand at a time.
NUMBERS_KEPT = 20_000
_FORGOTTEN_AT_ONCE = 1_000


class Handled(Protocol):
    """Where the numbers of handled updates are kept across a crash; every call may raise StoreError."""

    async def all(self) -> frozenset[int]:
        """The numbers kept."""
        ...

    async def add(self, update_id: int) -> None:
        """Keep one."""
        ...

    async def forget(self, update_ids: Iterable[int]) -> None:
        """Drop some."""
        ...


class Intake:
    """Takes updates in. No question is ever written to disk: until it is handled, Telegram is who keeps it."""

    def __init__(
        self,
        read: Callable[[Json], Arrived],
        handle: Callable[[Arrived], Awaitable[None]],
        handled: Handled,
        order: PerChatOrder,
        writing: TroubleLog,
        clock: Callable[[], float],
    ) -> None:
        """`read` raises anything for what cannot be read; `order` keeps each chat's updates one after another.

        `writing` is told when the store fails. `clock` gives seconds.
        """
        self._read, self._handle, self._handled, self._order = read, handle, handled, order
        self._writing, self._clock = writing, clock
        self._known: dict[int, asyncio.Task[None] | None] = {}
        self._done: deque[int] = deque()
        self._being_handled, self._last_progress = 0, 0.0

    @property
    def seconds_stuck(self) -> float:
        """For how long nothing has been finished although something is being handled."""
        return self._clock() - self._last_progress if self._being_handled else 0.0

    async def remember(self) -> None:
        """Read which updates were handled before this start. A store that fails is told; then none are known."""
        try:
            earlier = sorted(await self._handled.all())
        except StoreError as error:
            self._writing.begin(str(error))
        else:
            self._done.extend(earlier)
            self._known.update(dict.fromkeys(earlier))

    def take(self, raw: Any) -> asyncio.Task[None] | None:
        """The handling of an update as it came, begun now or when it came first; None when nothing is left to do.

        A task that is cancelled (the program stops) leaves the update unhandled; nothing else does.
        """
        update_id = number_of(raw)
        if update_id is None:
            log.error("an update without a number was skipped")
            return None
        if update_id in self._known:
            return self._known[update_id]
        try:
            arrived = self._read(raw)
        except Exception as error:
            log.error("update %s cannot be read and was skipped: %s", update_id, describe(error))
            return None
        task = self._known[update_id] = self._order.submit(arrived.key, partial(self._run, arrived))
        if not self._being_handled:
            self._last_progress = self._clock()
        self._being_handled += 1
        return task

    async def _run(self, arrived: Arrived) -> None:
        update_id = arrived.update_id
        try:
            await self._handle(arrived)
        except Exception as error:
            log.error("update %s failed: %s", update_id, describe(error))
        self._being_handled -= 1
        self._last_progress = self._clock()
        self._known[update_id] = None
        self._done.append(update_id)
        await self._keep(partial(self._handled.add, update_id))
        if len(self._done) >= NUMBERS_KEPT + _FORGOTTEN_AT_ONCE:
            forgotten = [self._done.popleft() for _ in range(_FORGOTTEN_AT_ONCE)]
            for update_id in forgotten:
                del self._known[update_id]
            await self._keep(partial(self._handled.forget, forgotten))

    async def _keep(self, write: Callable[[], Awaitable[None]]) -> None:
        """A store that fails must not stop the answers; at worst a few are given twice after a restart."""
        try:
            await write()
        except StoreError as error:
            self._writing.begin(str(error))
        else:
            self._writing.end("the database can be written again")


def number_of(raw: Any) -> int | None:
    """The `update_id` of an update as it came, or None when it has none."""
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    return update_id if isinstance(update_id, int) else None
