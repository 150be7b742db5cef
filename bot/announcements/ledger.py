"""The deliveries of one bot: claimed, marked just before each call, and settled right after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, func, literal_column, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.announcements.model import PENDING, PRIORITIES, Kind, State
from bot.announcements.rate import Grant, Pace
from bot.announcements.wall_clock import milliseconds, next_times
from bot.announcements.wishes import Quiet
from bot.languages.dates import ZONE
from bot.store import Store, StoreError
from bot.store.announcement_tables import delivery, digest_item, recipient, revision
from bot.store.tables import subscriber, telegram_chat

# Written out, because a partial index is only used for a condition that is literally its own.
IS_QUEUED = delivery.c.state == literal_column("'queued'")
IS_TAKEN = delivery.c.state.in_((literal_column("'claimed'"), literal_column("'sending'")))
# Longer than a page takes at the slowest pace, and than the longest wait for a connection and a reply.
LEASE_MILLISECONDS = 50_000
CHAT_MILLISECONDS = 1_000


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours to send. `since` is the revision this reader knows, 0 for none."""

    id: int
    event_id: str
    revision: int
    kind: Kind
    since: int
    subscriber_id: str
    chat_id: int
    language: str
    attempts: int
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What a delivery has become. `not_before` in UTC milliseconds; `items` are what a digest told of."""

    claimed: Claimed
    state: State
    not_before: int = 0
    attempts: int = 0
    message_id: int | None = None
    chat_waits_until: int = 0
    new_chat_id: int | None = None
    items: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Sorted:
    """What was due, by what is to be done with it."""

    claimed: list[Claimed] = field(default_factory=list)
    ended: dict[State, list[int]] = field(default_factory=lambda: defaultdict(list))
    deferred: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


class Ledger:
    """The deliveries of one bot as one process sees them; every call is one transaction and may raise StoreError."""

    def __init__(self, store: Store, bot_id: int, worker: str, pace: Pace, now: Callable[[], datetime]) -> None:
        """`worker` names this process; `now` gives an aware moment."""
        self._store, self._bot_id, self._worker, self._pace, self._now = store, bot_id, worker, pace, now

    # Claiming ------------------------------------------------------------------------------------------------------

    async def claim(self, most: int) -> Sequence[Claimed]:
        """Take up to `most` deliveries that are due, the most urgent first. They are leased, and not yet sent."""
        try:
            return await self._claim(most)
        except StoreError as error:
            # Another instance took a message to one of the same people in this moment.
            if isinstance(error.__cause__, IntegrityError):
                return ()
            raise

    async def _claim(self, most: int) -> Sequence[Claimed]:
        async with self._store.write() as connection:
            rows = await self._due(connection, most)
            if not rows:
                return ()
            found = self._sort(rows, await self._newest(connection, rows), await self._busy(connection, rows))
            for state, ids in found.ended.items():
                await connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(state=state))
            for moment, ids in found.deferred.items():
                await connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(not_before=moment))
            ids = [claimed.id for claimed in found.claimed]
            await connection.execute(
                update(delivery)
                .where(delivery.c.id.in_(ids))
                .values(state=State.CLAIMED, worker=self._worker, lease_until=self._lease())
            )
        return found.claimed

    async def _due(self, connection: AsyncConnection, most: int) -> list[Row[Any]]:
        rows: list[Row[Any]] = []
        for priority in range(len(PRIORITIES)):
            if len(rows) < most:
                rows += (await connection.execute(self._due_of(priority).limit(most - len(rows)))).all()
        return rows

    def _due_of(self, priority: int) -> Select[Any]:
        """One priority at a time: what is urgent and not yet due must not be passed over again and again."""
        return (
            select(
                delivery,
                subscriber.c.language,
                telegram_chat.c.chat_id,
                recipient.c.quiet_from,
                recipient.c.quiet_until,
                recipient.c.is_blocked,
                recipient.c.next_at,
            )
            .join(subscriber, subscriber.c.id == delivery.c.subscriber_id)
            .outerjoin(telegram_chat, telegram_chat.c.subscriber_id == delivery.c.subscriber_id)
            .outerjoin(recipient, recipient.c.subscriber_id == delivery.c.subscriber_id)
            .where(
                delivery.c.bot_id == self._bot_id,
                IS_QUEUED,
                delivery.c.priority == priority,
                delivery.c.not_before <= self._milliseconds(),
            )
            .order_by(delivery.c.not_before, delivery.c.id)
            .with_for_update(of=delivery, skip_locked=True)
        )

    async def _newest(self, connection: AsyncConnection, rows: Iterable[Row[Any]]) -> Mapping[str, int]:
        newest = select(revision.c.activity_id, func.max(revision.c.revision)).group_by(revision.c.activity_id)
        ids = {row.event_id for row in rows}
        found = await connection.execute(newest.where(revision.c.activity_id.in_(ids)))
        return {row[0]: row[1] for row in found}

    async def _busy(self, connection: AsyncConnection, rows: Iterable[Row[Any]]) -> Collection[str]:
        """Those to whom a message is on its way already."""
        query = select(delivery.c.subscriber_id).where(
            delivery.c.bot_id == self._bot_id,
            IS_TAKEN,
            delivery.c.subscriber_id.in_({row.subscriber_id for row in rows}),
        )
        return set((await connection.scalars(query)).all())

    def _sort(self, rows: Iterable[Row[Any]], newest: Mapping[str, int], busy: Collection[str]) -> _Sorted:
        found, taken = _Sorted(), set(busy)
        now = self._milliseconds()
        hour, strikes = self._now().astimezone(ZONE).hour, next_times(self._now())
        for row in rows:
            kind = Kind(row.kind)
            is_old = kind not in (Kind.REMINDER, Kind.WEEKLY) and row.revision < newest.get(row.event_id, 0)
            if row.expires_at <= now:
                found.ended[State.EXPIRED].append(row.id)
            elif row.chat_id is None or row.quiet_from is None or is_old:
                found.ended[State.SUPERSEDED].append(row.id)
            elif row.is_blocked:
                found.ended[State.BLOCKED].append(row.id)
            elif row.subscriber_id in taken:
                found.deferred[now + CHAT_MILLISECONDS].append(row.id)
            elif row.next_at > now:
                found.deferred[row.next_at].append(row.id)
            else:
                is_quiet = Quiet(row.quiet_from, row.quiet_until).covers(hour)
                wakes = milliseconds(strikes[row.quiet_until]) if is_quiet else 0
                # A correction that would then come too late comes now.
                if is_quiet and not (kind.is_correction and wakes >= row.expires_at):
                    found.deferred[wakes].append(row.id)
                    continue
                taken.add(row.subscriber_id)
                found.claimed.append(_claimed(row, kind, is_quiet=is_quiet))
        return found

    async def due(self) -> int:
        """How many are due or on their way."""
        is_due = IS_QUEUED & (delivery.c.not_before <= self._milliseconds())
        query = select(func.count()).where(delivery.c.bot_id == self._bot_id, is_due | IS_TAKEN)
        async with self._store.read() as connection:
            return int(await connection.scalar(query) or 0)

    # Sending and settling ------------------------------------------------------------------------------------------

    async def turn(self, settled: Sequence[Settled], waiting: Sequence[Claimed]) -> tuple[Sequence[Claimed], Grant]:
        """Write what became of those sent, and mark as many of `waiting` as may be sent now.

        Returns those to send at once; where fewer than granted, the rest was superseded or stopped meanwhile.
        """
        async with self._store.write() as connection:
            await self._settle(connection, settled)
            if not waiting:
                return (), Grant(0, 0.0)
            grant = await self._pace.take(connection, len(waiting), self._milliseconds())
            chosen = {claimed.id: claimed for claimed in waiting[: grant.slots]}
            if not chosen:
                return (), grant
            marked = await connection.scalars(
                update(delivery)
                .where(delivery.c.id.in_(chosen), self._mine(State.CLAIMED))
                .values(state=State.SENDING, lease_until=self._lease())
                .returning(delivery.c.id)
            )
            return [chosen[row_id] for row_id in sorted(marked)], grant

    async def _settle(self, connection: AsyncConnection, settled: Sequence[Settled]) -> None:
        """A row that was deleted meanwhile (forgotten) stays deleted."""
        if not settled:
            return
        await connection.execute(
            update(delivery)
            .where(delivery.c.id == bindparam("row"), delivery.c.worker == self._worker)
            .values(
                state=bindparam("to"),
                lang=bindparam("language"),
                not_before=bindparam("earliest"),
                attempts=bindparam("tries"),
                tg_message_id=bindparam("message"),
                lease_until=None,
                worker=None,
            ),
            [
                {
                    "row": one.claimed.id,
                    "to": one.state,
                    "language": one.claimed.language,
                    "earliest": one.not_before,
                    "tries": one.attempts,
                    "message": one.message_id,
                }
                for one in settled
            ],
        )
        waits = {one.claimed.subscriber_id: one.chat_waits_until for one in settled if one.chat_waits_until}
        for moment in set(waits.values()):
            ids = [subscriber_id for subscriber_id, until in waits.items() if until == moment]
            await connection.execute(update(recipient).where(recipient.c.subscriber_id.in_(ids)).values(next_at=moment))
        for one in settled:
            await self._settle_chat(connection, one)

    async def _settle_chat(self, connection: AsyncConnection, one: Settled) -> None:
        """What is true of the chat from now on."""
        subscriber_id = one.claimed.subscriber_id
        if one.state is State.BLOCKED:
            await connection.execute(
                update(recipient).where(recipient.c.subscriber_id == subscriber_id).values(is_blocked=True)
            )
            await connection.execute(
                update(delivery)
                .where(delivery.c.subscriber_id == subscriber_id, delivery.c.state.in_(PENDING))
                .values(state=State.BLOCKED)
            )
        if one.new_chat_id is not None:
            await connection.execute(delete(telegram_chat).where(telegram_chat.c.chat_id == one.new_chat_id))
            await connection.execute(
                update(telegram_chat)
                .where(telegram_chat.c.subscriber_id == subscriber_id)
                .values(chat_id=one.new_chat_id)
            )
        rows = [
            {"subscriber_id": subscriber_id, "activity_id": activity_id, "occasion": key}
            for activity_id, key in one.items
        ]
        # Somebody forgotten meanwhile has no row to refer to.
        if rows and await connection.scalar(select(subscriber.c.id).where(subscriber.c.id == subscriber_id)):
            await connection.execute(self._store.insert_new(digest_item).on_conflict_do_nothing(), rows)

    async def release(self, waiting: Iterable[Claimed]) -> None:
        """Give back what was claimed and not sent."""
        ids = [claimed.id for claimed in waiting]
        async with self._store.write() as connection:
            await connection.execute(
                update(delivery)
                .where(delivery.c.id.in_(ids), self._mine(State.CLAIMED))
                .values(state=State.QUEUED, worker=None, lease_until=None)
            )

    async def park(self, claimed: Claimed) -> int:
        """A message that is wrong in itself: what waits of it in this language waits for a person."""
        readers = select(subscriber.c.id).where(subscriber.c.language == claimed.language)
        async with self._store.write() as connection:
            parked = await connection.execute(
                update(delivery)
                .where(
                    delivery.c.bot_id == self._bot_id,
                    delivery.c.event_id == claimed.event_id,
                    delivery.c.revision == claimed.revision,
                    delivery.c.kind == claimed.kind,
                    delivery.c.state.in_((State.QUEUED, State.CLAIMED)),
                    delivery.c.subscriber_id.in_(readers),
                )
                .values(state=State.PARKED, worker=None, lease_until=None)
            )
        return parked.rowcount

    async def pause(self, seconds: float) -> None:
        """Let nobody send with this bot for a while."""
        async with self._store.write() as connection:
            await self._pace.pause(connection, self._milliseconds(), seconds)

    # Taking over ---------------------------------------------------------------------------------------------------

    async def take_over(self, in_hand: Collection[int], repeat: Callable[[Kind, int], State]) -> int:
        """Free what an instance that is gone had claimed, and repeat what it may have sent; how many rows.

        `in_hand` are the ids this process is busy with; `repeat` says what becomes of a kind after so many attempts.
        """
        now = self._milliseconds()
        async with self._store.write() as connection:
            # Leased for longer than a lease lasts: the clock was set back. It counts from now.
            await connection.execute(
                update(delivery)
                .where(delivery.c.bot_id == self._bot_id, IS_TAKEN, delivery.c.lease_until > self._lease())
                .values(lease_until=self._lease())
            )
            rows = (
                await connection.execute(
                    select(delivery.c.id, delivery.c.state, delivery.c.kind, delivery.c.attempts)
                    .where(delivery.c.bot_id == self._bot_id, IS_TAKEN, delivery.c.lease_until < now)
                    .with_for_update(skip_locked=True)
                )
            ).all()
            lost = [row for row in rows if row.id not in in_hand]
            for row in lost:
                was_sending = row.state == State.SENDING
                state = repeat(Kind(row.kind), row.attempts + 1) if was_sending else State.QUEUED
                await connection.execute(
                    update(delivery)
                    .where(delivery.c.id == row.id)
                    .values(
                        state=state,
                        attempts=row.attempts + was_sending,
                        not_before=0,
                        worker=None,
                        lease_until=None,
                    )
                )
        return len(lost)

    def _mine(self, state: State) -> ColumnElement[bool]:
        return (delivery.c.state == state) & (delivery.c.worker == self._worker)

    def _milliseconds(self) -> int:
        return milliseconds(self._now())

    def _lease(self) -> int:
        return self._milliseconds() + LEASE_MILLISECONDS


def _claimed(row: Row[Any], kind: Kind, *, is_quiet: bool) -> Claimed:
    # What may have arrived already makes no second sound; a correction must be noticed.
    may_be_repeat = row.attempts > 0 and not kind.is_correction
    return Claimed(
        row.id,
        row.event_id,
        row.revision,
        kind,
        row.since,
        row.subscriber_id,
        row.chat_id,
        row.language,
        row.attempts,
        is_quiet or may_be_repeat,
    )
