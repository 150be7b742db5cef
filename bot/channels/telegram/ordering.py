"""One chat's updates one after another, different chats side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Job = Callable[[], Awaitable[None]]


class PerChatOrder:
    """Runs jobs: those with the same key in the order they came, at most `at_once` altogether."""

    def __init__(self, at_once: int) -> None:
        """`at_once`: how many chats are served at the same time."""
        self._slots = asyncio.Semaphore(at_once)
        self._last: dict[int, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, key: int, job: Job) -> asyncio.Task[None]:
        """Run `job` after all earlier ones with this key; the task is done when the job is."""
        task = asyncio.create_task(self._run(self._last.get(key), job))
        self._last[key] = task
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._clear(key, done))
        return task

    async def drain(self, seconds: float) -> int:
        """Wait for everything submitted; cancel what is not done after `seconds`, and return how many that were."""
        if not self._tasks:
            return 0
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    async def _run(self, before: asyncio.Task[None] | None, job: Job) -> None:
        if before is not None:
            await asyncio.wait({before})
        async with self._slots:
            await job()

    def _clear(self, key: int, done: asyncio.Task[None]) -> None:
        self._tasks.discard(done)
        if self._last.get(key) is done:
            del self._last[key]
