"""What became of each announcement, counted when nothing of it is left to send, and told to staff once."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.announcements.ledger import IS_QUEUED, IS_TAKEN
from bot.announcements.model import Kind, Receipt, State
from bot.announcements.wall_clock import milliseconds
from bot.store import Store
from bot.store.announcement_tables import broadcast, delivery, digest_item

log = logging.getLogger(__name__)

# After that only the numbers are kept.
KEEP = timedelta(days=30)


class Receipts:
    """The receipts of one bot's announcements. Every call may raise StoreError."""

    def __init__(
        self,
        store: Store,
        bot_id: int,
        now: Callable[[], datetime],
        tell: Callable[[Receipt], Awaitable[bool]],
    ) -> None:
        """`tell` brings a receipt to the staff chat; False when it should be tried again."""
        self._store, self._bot_id, self._now, self._tell = store, bot_id, now, tell

    async def step(self) -> int:
        """Count what is finished and tell of it; how many were told."""
        async with self._store.read() as connection:
            open_ones = (
                await connection.execute(select(broadcast).where(self._mine(), broadcast.c.is_reported.is_(False)))
            ).all()
        told = 0
        for row in open_ones:
            if row.finished_at is not None or await self._finish(row):
                told += await self._report(row)
        return told

    async def _finish(self, row: Row[Any]) -> bool:
        """Note the counts if nothing is left to send; whether that is so."""
        if row.is_parked or row.next_part < row.parts:
            return False
        async with self._store.write() as connection:
            if await self._is_pending(connection, row):
                return False
            counts = await self._counts(connection, row)
            await connection.execute(
                update(broadcast)
                .where(_this(broadcast, row))
                .values(
                    finished_at=milliseconds(self._now()),
                    sent=counts[State.SENT],
                    blocked=counts[State.BLOCKED],
                    failed=counts[State.FAILED] + counts[State.PARKED],
                    expired=counts[State.EXPIRED],
                    unknown=counts[State.UNKNOWN],
                )
            )
        return True

    async def _is_pending(self, connection: AsyncConnection, row: Row[Any]) -> bool:
        """By the indexes of what is due and what is taken: the unique key would lead past everything sent already."""
        hidden = and_(
            func.coalesce(delivery.c.event_id, "") == row.event_id,
            delivery.c.revision == row.revision,
            delivery.c.kind == row.kind,
        )
        queued = exists().where(
            delivery.c.bot_id == self._bot_id, IS_QUEUED, delivery.c.priority == Kind(row.kind).priority, hidden
        )
        taken = exists().where(delivery.c.bot_id == self._bot_id, IS_TAKEN, hidden)
        return bool(await connection.scalar(select(queued | taken)))

    async def _counts(self, connection: AsyncConnection, row: Row[Any]) -> Counter[str]:
        rows = await connection.execute(
            select(delivery.c.state, func.count()).where(_this(delivery, row)).group_by(delivery.c.state)
        )
        return Counter({one[0]: one[1] for one in rows})

    async def _report(self, row: Row[Any]) -> bool:
        async with self._store.read() as connection:
            kept = (await connection.execute(select(broadcast).where(_this(broadcast, row)))).one()
        receipt = Receipt(
            Kind(kept.kind),
            kept.event_id,
            kept.revision,
            kept.sent,
            kept.blocked,
            kept.failed,
            kept.expired,
            kept.unknown,
        )
        is_worth_telling = receipt.kind is not Kind.EDITED and receipt != Receipt(
            receipt.kind, receipt.activity_id, receipt.revision
        )
        if is_worth_telling:
            log.info("announced: %s", receipt)
            if not await self._tell(receipt):
                return False
        async with self._store.write() as connection:
            await connection.execute(update(broadcast).where(_this(broadcast, row)).values(is_reported=True))
        return is_worth_telling

    async def clear_old(self, alive: Collection[str]) -> int:
        """Delete who was told of what was over long ago; how many rows. `alive` are the activities on the programme:
        whoever was told of one must hear of its changes, however long ago that was."""
        if not alive:
            # More likely files that cannot be read than a programme that is over.
            return 0
        limit = milliseconds(self._now() - KEEP)
        over = and_(self._mine(), broadcast.c.expires_at < limit, broadcast.c.event_id.not_in(alive))
        async with self._store.read() as connection:
            rows = (await connection.execute(select(broadcast).where(over, broadcast.c.is_reported))).all()
        cleared = 0
        for row in rows:
            async with self._store.write() as connection:
                cleared += (await connection.execute(delete(delivery).where(_this(delivery, row)))).rowcount
                await connection.execute(delete(digest_item).where(digest_item.c.activity_id == row.event_id))
        return cleared

    def _mine(self) -> ColumnElement[bool]:
        return broadcast.c.bot_id == self._bot_id


def _this(table: Table, row: Row[Any]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == getattr(row, name) for name in ("bot_id", "event_id", "revision", "kind")))
