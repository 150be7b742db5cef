"""The default engine: one loop in this process, for both databases and any number of instances."""

from __future__ import annotations

import asyncio
import logging

from bot.announcements.engines import SendPage
from bot.store import StoreError

log = logging.getLogger(__name__)

PAGE = 30
# How long nothing is looked for after nothing was found.
IDLE_SECONDS = 1.0
PAUSE_SECONDS = 5.0


class LoopEngine:
    """Sends page after page, and looks once a second whether there is another."""

    def __init__(self, page: int = PAGE, idle: float = IDLE_SECONDS) -> None:
        """`idle` in seconds."""
        self._page, self._idle = page, idle

    async def run(self, send_page: SendPage, stop: asyncio.Event) -> None:
        """Drive until `stop` is set; whatever fails is tried again."""
        while not stop.is_set():
            pause = 0.0
            try:
                if not await send_page(self._page):
                    pause = self._idle
            except StoreError as error:
                log.error("announcements wait for the database: %s", error)
                pause = PAUSE_SECONDS
            except Exception:
                # Answers must go on; what was on its way is taken over when its lease has run out.
                log.exception("a page of announcements failed")
                pause = PAUSE_SECONDS
            if pause:
                await rest(pause, stop)


async def rest(seconds: float, stop: asyncio.Event) -> None:
    """Wait for so long, or until `stop` is set."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
