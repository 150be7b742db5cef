"""Fetching updates for as long as the program runs, whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

from telegram import Update

from bot.channels.telegram.bot_api import FETCH_LIMIT, BotApi
from bot.channels.telegram.incoming import order_key
from bot.channels.telegram.ordering import PerChatOrder
from bot.channels.telegram.troubles import TroubleLog, describe
from bot.channels.telegram.window import Window
from bot.store import StoreError

log = logging.getLogger(__name__)

# The shortest time between two fetches when nothing has been finished in between.
PACE_SECONDS = 0.6


class Handled(Protocol):
    """Where the ids of handled updates are kept across a crash; every call may raise StoreError."""

    async def all(self) -> frozenset[int]:
        """The ids kept."""
        ...

    async def add(self, update_id: int) -> None:
        """Keep one."""
        ...

    async def forget_before(self, update_id: int) -> None:
        """Drop those before `update_id`."""
        ...


class Polling:
    """Fetches updates, hands each to `handle` once, and confirms it to Telegram only when it has been handled."""

    def __init__(
        self,
        api: BotApi,
        handle: Callable[[Update], Awaitable[None]],
        handled: Handled,
        order: PerChatOrder,
        writing: TroubleLog,
    ) -> None:
        """`order` keeps each chat's updates one after another; `writing` is told when the store fails."""
        self._api, self._handle, self._handled, self._order = api, handle, handled, order
        self._writing = writing
        self._window: Window | None = None
        self._confirmed = 0

    async def step(self) -> None:
        """Fetch once, submit what is new, and wait until it makes sense to fetch again; raises TelegramError."""
        if self._window is None:
            self._window = Window(await self._handled_earlier())
        window = self._window
        offset = window.offset
        updates = await self._api.fetch(offset)
        if offset is not None:
            self._confirmed += window.confirm(offset)
            # One write for many: those kept longer than needed do no harm.
            if self._confirmed >= FETCH_LIMIT:
                self._confirmed = 0
                await self._keep(partial(self._handled.forget_before, offset))
        for raw in updates:
            self._submit(window, raw)
        await window.worth_asking(FETCH_LIMIT // 2, PACE_SECONDS)

    def _submit(self, window: Window, raw: Any) -> None:
        update_id = raw.get("update_id") if isinstance(raw, dict) else None
        if not isinstance(update_id, int):
            log.error("an update without a number was skipped")
            return
        if not window.open(update_id):
            return
        try:
            update = Update.de_json(raw, self._api)
            key = order_key(update)
        except Exception as error:
            log.error("update %s cannot be read and was skipped: %s", update_id, describe(error))
            window.close(update_id)
            return
        self._order.submit(key, partial(self._run, window, update))

    async def _run(self, window: Window, update: Update) -> None:
        try:
            await self._handle(update)
        except Exception as error:
            log.error("update %s failed: %s", update.update_id, describe(error))
        # Reached unless the program is stopping before the update was done; then it comes again.
        await self._keep(partial(self._handled.add, update.update_id))
        window.close(update.update_id)

    async def _handled_earlier(self) -> frozenset[int]:
        try:
            return await self._handled.all()
        except StoreError as error:
            self._writing.begin(str(error))
            return frozenset()

    async def _keep(self, write: Callable[[], Awaitable[None]]) -> None:
        """A store that fails must not stop the answers; at worst a few are given twice after a restart."""
        try:
            await write()
        except StoreError as error:
            self._writing.begin(str(error))
        else:
            self._writing.end("the database can be written again")
