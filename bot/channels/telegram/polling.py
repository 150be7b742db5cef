"""Long polling: fetching updates for as long as the program runs, and confirming them only when they are handled."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from bot.channels.telegram.bot_api import FETCH_LIMIT, BotApi
from bot.channels.telegram.intake import Intake, number_of
from bot.channels.telegram.window import Window

# The shortest time between two fetches when nothing has been finished in between.
PACE_SECONDS = 0.6


class Polling:
    """Fetches updates, and leaves each with Telegram until it has been handled."""

    def __init__(self, api: BotApi, intake: Intake) -> None:
        """`intake` handles what is fetched."""
        self._api, self._intake = api, intake
        self._window = Window()

    async def begin(self) -> None:
        """Make Telegram let us poll: it refuses while a webhook is set. What waits stays. Raises TelegramError."""
        await self._api.delete_webhook()

    async def step(self) -> None:
        """Fetch once, submit what is new, and wait until it makes sense to fetch again; raises TelegramError."""
        window = self._window
        offset = window.offset
        updates = await self._api.fetch(offset)
        if offset is not None:
            window.confirm(offset)
        for raw in updates:
            self._submit(raw)
        await window.worth_asking(offset, FETCH_LIMIT // 2, PACE_SECONDS)

    def _submit(self, raw: Any) -> None:
        update_id, task = number_of(raw), self._intake.take(raw)
        if update_id is None or not self._window.open(update_id):
            return
        if task is None:
            self._window.close(update_id)
        else:
            task.add_done_callback(partial(self._close, update_id))

    def _close(self, update_id: int, task: asyncio.Task[None]) -> None:
        # Cancelled means that the program is stopping before the update was done; then it comes again.
        if not task.cancelled():
            self._window.close(update_id)
