"""Which Telegram updates have been answered, so that none is answered again after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from sqlalchemy import delete, select

from bot.store.database import Store
from bot.store.tables import telegram_update


class HandledUpdates:
    """The numbers of the updates handled last: those that Telegram might send again."""

    def __init__(self, store: Store) -> None:
        """Share `store` with everything else that is kept."""
        self._store = store
        self._waiting: set[int] = set()
        self._writing = asyncio.Lock()

    async def all(self) -> frozenset[int]:
        """The numbers kept, to be asked once at start; raises StoreError."""
        async with self._store.read() as connection:
            return frozenset((await connection.scalars(select(telegram_update.c.update_id))).all())

    async def add(self, update_id: int) -> None:
        """Return when `update_id` is on disk; those that come while one is being written share the next write.

        Raises StoreError, to one of those who share.
        """
        self._waiting.add(update_id)
        async with self._writing:
            if update_id not in self._waiting:
                return
            rows = [{"update_id": waiting} for waiting in self._waiting]
            self._waiting.clear()
            async with self._store.write() as connection:
                await connection.execute(self._store.insert_new(telegram_update).on_conflict_do_nothing(), rows)

    async def forget(self, update_ids: Iterable[int]) -> None:
        """Drop numbers that Telegram will not send again; raises StoreError."""
        async with self._store.write() as connection:
            await connection.execute(delete(telegram_update).where(telegram_update.c.update_id.in_(tuple(update_ids))))
