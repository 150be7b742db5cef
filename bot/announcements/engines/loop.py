"""The default engine: one loop in this process, for both databases and any number of instances."""

from __future__ import annotations

import asyncio
import logging

from bot.announcements.engines import SendPage
from bot.store import StoreError

log = logging.getLogger(__name__)

PAGE = 30
# A message whose reply takes half a minute holds up its page; the others go on.
LANES = 3
# How long nothing is looked for after nothing was found.
IDLE_SECONDS = 1.0
PAUSE_SECONDS = 5.0


class LoopEngine:
    """Sends page after page in a few lanes, and looks once a second whether there is another."""

    def __init__(self, page: int = PAGE, idle: float = IDLE_SECONDS, lanes: int = LANES) -> None:
        """`idle` in seconds; `lanes` pages are on their way at once, at one pace together."""
        self._page, self._idle, self._lanes = page, idle, lanes

    async def run(self, send_page: SendPage, stop: asyncio.Event) -> None:
        """Drive until `stop` is set; whatever fails is tried again."""
        await asyncio.gather(*(self._drive(send_page, stop) for _ in range(self._lanes)))

    async def _drive(self, send_page: SendPage, stop: asyncio.Event) -> None:
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
