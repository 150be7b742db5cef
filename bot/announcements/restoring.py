"""After a backup is restored: what it has forgotten was sent must not be sent again before a person has looked.

A number in the database rises while the program runs, and the same number stands in a file outside it. A file that is
ahead of the database tells that the database is older than what this installation has done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.announcements.model import State
from bot.announcements.wall_clock import milliseconds
from bot.store import Store
from bot.store.announcement_tables import announcer, broadcast, delivery

log = logging.getLogger(__name__)

# Written out, because a partial index is only used for a condition that is literally its own.
_IS_PARKED = delivery.c.state == literal_column("'parked'")


class Restoring:
    """Notices a restored backup and holds back what is in doubt. Every call may raise StoreError."""

    def __init__(self, store: Store, bot_id: int, folder: Path, now: Callable[[], datetime]) -> None:
        """`folder` is outside what is backed up; without it nothing can be noticed, and the log says so."""
        self._store, self._bot_id, self._now = store, bot_id, now
        self._file = folder / f"mark-{bot_id}"

    async def open(self) -> bool:
        """Make the row of this bot when it is missing; whether the database is an older one, restored."""
        row = {
            "bot_id": self._bot_id,
            "arrival": 0,
            "paused_from": 0,
            "paused_until": 0,
            "planner_until": 0,
            "compared_at": 0,
            "mark": 0,
        }
        seen = self._read()
        async with self._store.write() as connection:
            await connection.execute(self._store.insert_new(announcer).values(row).on_conflict_do_nothing())
            mark: int = (await connection.execute(select(announcer.c.mark).where(self._mine()))).scalar_one()
            # The file is written first, so it is one ahead when the program ended between the two.
            if seen <= mark + 1:
                return False
            parked = await self._hold_back(connection, seen)
        log.error(
            "the database is older than what this installation has done: a backup was restored. %s announcements are "
            "held back, because they may have been sent since; look at `tillsammans announce --dry-run`, then run "
            "`tillsammans announce --release`",
            parked,
        )
        return True

    async def _hold_back(self, connection: AsyncConnection, seen: int) -> int:
        await connection.execute(
            update(announcer).where(self._mine()).values(restored_at=milliseconds(self._now()), mark=seen)
        )
        unfinished = (broadcast.c.bot_id == self._bot_id, broadcast.c.next_part < broadcast.c.parts)
        await connection.execute(update(broadcast).where(*unfinished).values(is_parked=True))
        parked = await connection.execute(
            update(delivery)
            .where(
                delivery.c.bot_id == self._bot_id,
                delivery.c.state.in_((State.QUEUED, State.CLAIMED, State.SENDING)),
            )
            .values(state=State.PARKED, worker=None, lease_until=None)
        )
        return parked.rowcount

    async def advance(self) -> None:
        """Raise the number: something was sent or planned since."""
        async with self._store.read() as connection:
            mark: int = (await connection.execute(select(announcer.c.mark).where(self._mine()))).scalar_one()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file.write_text(f"{mark + 1}\n", encoding="ascii")
        except OSError as error:
            log.error("a restored backup could not be noticed, because %s cannot be written: %s", self._file, error)
            return
        async with self._store.write() as connection:
            await connection.execute(update(announcer).where(self._mine()).values(mark=announcer.c.mark + 1))

    def _read(self) -> int:
        with suppress(OSError, ValueError):
            return int(self._file.read_text(encoding="ascii"))
        return 0

    async def parked(self) -> int:
        """How many deliveries wait for a person."""
        async with self._store.read() as connection:
            waiting = select(func.count()).where(delivery.c.bot_id == self._bot_id, _IS_PARKED)
            return int(await connection.scalar(waiting) or 0)

    async def release(self) -> int:
        """Let everything that is held back go; how many deliveries. What is too late by now expires by itself."""
        async with self._store.write() as connection:
            held = select(delivery.c.event_id).where(delivery.c.bot_id == self._bot_id, _IS_PARKED)
            await connection.execute(
                update(broadcast)
                .where(broadcast.c.bot_id == self._bot_id, broadcast.c.event_id.in_(held))
                .values(finished_at=None, is_reported=False)
            )
            await connection.execute(
                update(broadcast).where(broadcast.c.bot_id == self._bot_id).values(is_parked=False)
            )
            released = await connection.execute(
                update(delivery)
                .where(delivery.c.bot_id == self._bot_id, _IS_PARKED)
                .values(state=State.QUEUED, not_before=0)
            )
            await connection.execute(update(announcer).where(self._mine()).values(restored_at=None))
        return released.rowcount

    def _mine(self) -> ColumnElement[bool]:
        return announcer.c.bot_id == self._bot_id
