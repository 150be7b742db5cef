"""Which Telegram updates have been answered, so that none is answered again after a crash."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete, select

from bot.store.database import Store
from bot.store.sharing import Shared
from bot.store.tables import telegram_update


class HandledUpdates:
    """The numbers of the updates handled last: those that Telegram might send again."""

    def __init__(self, store: Store) -> None:
        """Share `store` with everything else that is kept."""
        self._store = store
        self._writing = Shared(self._write)

    async def all(self) -> frozenset[int]:
        """The numbers kept, to be asked once at start; raises StoreError."""
        async with self._store.read() as connection:
            return frozenset((await connection.scalars(select(telegram_update.c.update_id))).all())

    async def add(self, update_id: int) -> None:
        """Return when `update_id` is on disk; those that come while others are being written share the next write.

        Raises StoreError, to all who share.
        """
        await self._writing.include(update_id)

    async def _write(self, update_ids: Collection[int]) -> None:
        rows = [{"update_id": update_id} for update_id in update_ids]
        async with self._store.write() as connection:
            await connection.execute(self._store.insert_new(telegram_update).on_conflict_do_nothing(), rows)

    async def forget(self, update_ids: Iterable[int]) -> None:
        """Drop numbers that Telegram will not send again; raises StoreError."""
        async with self._store.write() as connection:
            await connection.execute(delete(telegram_update).where(telegram_update.c.update_id.in_(tuple(update_ids))))
