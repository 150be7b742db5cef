"""One call to the database for all who want the same of it at about the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Shared:
    """What is asked for while one call goes on shares the next. A lock would cost each of them time for all others."""

    def __init__(self, call: Callable[[frozenset[int]], Awaitable[None]]) -> None:
        """`call` does what is wanted for the numbers given to it."""
        self._call = call
        self._wanted: set[int] = set()
        self._current: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def include(self, number: int) -> None:
        """Return when a call that included `number` is done; raises what it raised, for all who shared it."""
        self._wanted.add(number)
        if self._next is None:
            self._next = asyncio.create_task(self._run(self._current))
        await asyncio.shield(self._next)

    async def _run(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        self._current, self._next = self._next, None
        wanted, self._wanted = frozenset(self._wanted), set()
        await self._call(wanted)
