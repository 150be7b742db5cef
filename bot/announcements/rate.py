"""The pace of one bot over all instances: a virtual clock in the database (GCRA), and pauses that Telegram asks for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import Store
from bot.store.announcement_tables import announcer

# In any second at most the rate and these: 28 at 25 a second, where Telegram allows 30.
BURST = 3
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Grant:
    """How many may be sent now, and in how many seconds it makes sense to ask again."""

    slots: int
    wait: float


class Pace:
    """Hands out the right to send. `per_second` None: as fast as it goes."""

    def __init__(self, store: Store, bot_id: int, per_second: float | None) -> None:
        """The moments given to `take` are of this machine; where several share a database, its clock counts."""
        self._store, self._bot_id = store, bot_id
        self._interval = round(_MICROSECONDS / per_second) if per_second else 0

    async def take(self, connection: AsyncConnection, wanted: int, now: int) -> Grant:
        """Take up to `wanted` slots at `now` (UTC milliseconds), inside the caller's transaction."""
        clock = cast(func.extract("epoch", func.clock_timestamp()) * _MICROSECONDS, BigInteger)
        row = (
            await connection.execute(
                select(
                    announcer.c.arrival,
                    announcer.c.paused_from,
                    announcer.c.paused_until,
                    *((clock.label("moment"),) if self._store.is_shared else ()),
                )
                .where(announcer.c.bot_id == self._bot_id)
                .with_for_update()
            )
        ).one()
        # A pause that begins in the future was set before the clock was set back.
        if row.paused_from <= now < row.paused_until:
            return Grant(0, (row.paused_until - now) / 1000)
        if not self._interval:
            return Grant(wanted, 0.0)
        grant, arrival = self._count(row.moment if self._store.is_shared else now * 1000, row.arrival, wanted)
        if grant.slots:
            await connection.execute(
                update(announcer).where(announcer.c.bot_id == self._bot_id).values(arrival=arrival)
            )
        return grant

    def _count(self, moment: int, arrival: int, wanted: int) -> tuple[Grant, int]:
        """Slots at a moment, and the next arrival; both in microseconds."""
        ahead = (BURST - 1) * self._interval
        # Further ahead than anybody can have taken: the clock was set back.
        if arrival > moment + ahead + self._interval:
            arrival = moment
        begin = max(arrival, moment)
        slots = min(wanted, max(0, (moment + ahead - begin) // self._interval + 1))
        arrival = begin + slots * self._interval
        return Grant(slots, max(0, arrival - ahead - moment) / _MICROSECONDS), arrival

    async def pause(self, connection: AsyncConnection, now: int, seconds: float) -> None:
        """Let nobody send with this bot for a while."""
        await connection.execute(
            update(announcer)
            .where(announcer.c.bot_id == self._bot_id)
            .values(paused_from=now, paused_until=now + round(seconds * 1000))
        )
