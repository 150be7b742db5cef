"""What drives the sender: a loop in this process, or a workflow engine for several. Both only call `send_page`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

SendPage = Callable[[int], Awaitable[int]]


class Engine(Protocol):
    """Calls `send_page` with the size of a page, again and again, while there is something to send."""

    async def run(self, send_page: SendPage, stop: asyncio.Event) -> None:
        """Drive until `stop` is set, then end when the page at hand has ended."""
        ...
