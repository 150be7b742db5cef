"""From the programme to the ledger: what is new is written down once, then handed out to its readers in parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.activities.model import Activity, Programme
from bot.announcements.deciding import Plan, Published, due_digest, due_reminders, may_be_announced, news_of
from bot.announcements.model import PENDING, Kind, State
from bot.announcements.readers import Event, part_of, readers
from bot.announcements.snapshots import Snapshot, changes
from bot.announcements.wall_clock import from_milliseconds, milliseconds, reminder_number
from bot.store import Store
from bot.store.announcement_tables import announcer, broadcast, delivery, recipient, revision

# Written in one transaction, so that an answer waits a few milliseconds at most.
PART = 5_000
# Another instance plans when the one that does has been silent for so long.
LEADING_MILLISECONDS = 60_000
_OF_REVISIONS = (Kind.PUBLISHED, Kind.CHANGED, Kind.CANCELLED, Kind.EDITED)


class Planner:
    """Plans the announcements of one bot. Running it again, or in two instances at once, tells nobody twice.

    Every call may raise StoreError; what was done until then stays done, and the next call goes on from there.
    """

    def __init__(self, store: Store, bot_id: int, worker: str, now: Callable[[], datetime]) -> None:
        """`worker` names this process; `now` gives an aware moment."""
        self._store, self._bot_id, self._worker, self._now = store, bot_id, worker, now
        self._compared: Programme | None = None
        self._planned: set[tuple[str, int]] = set()

    async def step(self, programme: Programme) -> int:
        """Write down what is new or due and hand it out; how many deliveries were added."""
        if not await self._leads():
            return 0
        if programme is not self._compared:
            await self._compare(programme)
            self._compared = programme
        await self._plan_due(programme)
        return await self.hand_out()

    async def _leads(self) -> bool:
        """Whether this instance is the one that plans: two with different files would contradict each other."""
        now = milliseconds(self._now())
        free = or_(
            announcer.c.planner == self._worker,
            announcer.c.planner_until < now,
            announcer.c.planner_until > now + LEADING_MILLISECONDS,
        )
        if not self._store.is_shared:
            return True
        async with self._store.write() as connection:
            taken = await connection.execute(
                update(announcer)
                .where(announcer.c.bot_id == self._bot_id, free)
                .values(planner=self._worker, planner_until=now + LEADING_MILLISECONDS)
            )
        return taken.rowcount == 1

    # What is new ---------------------------------------------------------------------------------------------------

    async def _compare(self, programme: Programme) -> None:
        """One transaction for everything: a reader of the ledger sees the old state or the new."""
        now = self._now()
        async with self._store.write() as connection:
            mine = await self._announcer(connection)
            known = await self.known(connection)
            # What was there before the first start is no news to anybody.
            is_first = mine.is_new and not known
            for activity in filter(may_be_announced, programme.activities.values()):
                last = known.get(activity.id)
                if last is not None and last.fingerprint == activity.fingerprint:
                    continue
                before = await self.published(connection, activity.id, last.revision) if last else None
                await self._keep(connection, activity, before.revision + 1 if before else 1, now)
                if before:
                    await self._supersede(connection, activity.id, before.revision)
                for plan in () if is_first else news_of(activity, before, now):
                    await self._announce(connection, plan, is_parked=mine.is_restored)

    async def known(self, connection: AsyncConnection) -> Mapping[str, Row[str, int, str]]:
        """The newest revision and its fingerprint, by activity."""
        rows = await connection.execute(
            select(revision.c.activity_id, revision.c.revision, revision.c.fingerprint).order_by(revision.c.revision)
        )
        return {row.activity_id: row for row in rows}

    async def _announcer(self, connection: AsyncConnection) -> Row[bool, bool]:
        """Whether this is the first comparison of all, or the first since a backup was restored; locks the row."""
        row = (
            await connection.execute(
                select(
                    (announcer.c.compared_at == 0).label("is_new"),
                    (func.coalesce(announcer.c.restored_at, 0) > announcer.c.compared_at).label("is_restored"),
                )
                .where(announcer.c.bot_id == self._bot_id)
                .with_for_update()
            )
        ).one()
        await connection.execute(
            update(announcer).where(announcer.c.bot_id == self._bot_id).values(compared_at=milliseconds(self._now()))
        )
        return row

    async def published(self, connection: AsyncConnection, activity_id: str, last: int) -> Published:
        """What was published of an activity, and how far that has got."""
        rows = await connection.execute(
            select(broadcast.c.kind, broadcast.c.base).where(
                broadcast.c.bot_id == self._bot_id,
                broadcast.c.event_id == activity_id,
                broadcast.c.kind.in_(_OF_REVISIONS),
                broadcast.c.finished_at.is_(None),
            )
        )
        going_out = [(Kind(row.kind), row.base) for row in rows]
        base = min((one for kind, one in going_out if kind is not Kind.PUBLISHED), default=last)
        return Published(
            last,
            await self._snapshot(connection, activity_id, last),
            base,
            await self._snapshot(connection, activity_id, base),
            any(kind is Kind.PUBLISHED for kind, _ in going_out),
        )

    async def _snapshot(self, connection: AsyncConnection, activity_id: str, number: int) -> Snapshot:
        this = and_(revision.c.activity_id == activity_id, revision.c.revision == number)
        text: str = (await connection.execute(select(revision.c.snapshot).where(this))).scalar_one()
        return Snapshot.from_json(activity_id, text)

    async def _keep(self, connection: AsyncConnection, activity: Activity, number: int, now: datetime) -> None:
        await connection.execute(
            insert(revision).values(
                activity_id=activity.id,
                revision=number,
                fingerprint=activity.fingerprint,
                snapshot=Snapshot.of(activity).as_json(),
                published_at=milliseconds(now),
            )
        )

    async def _supersede(self, connection: AsyncConnection, activity_id: str, until: int) -> None:
        """What has not been sent of older revisions never will be."""
        for table, values in (
            (delivery, {"state": State.SUPERSEDED}),
            (broadcast, {"next_part": broadcast.c.parts, "is_parked": False}),
        ):
            old = (
                table.c.bot_id == self._bot_id,
                table.c.event_id == activity_id,
                table.c.revision <= until,
                table.c.kind.in_(_OF_REVISIONS),
            )
            pending = (delivery.c.state.in_(PENDING),) if table is delivery else ()
            await connection.execute(update(table).where(*old, *pending).values(values))

    # What is due ---------------------------------------------------------------------------------------------------

    async def _plan_due(self, programme: Programme) -> None:
        now = self._now()
        digest = due_digest(programme, now)
        due = [*due_reminders(programme, now), *([digest] if digest else [])]
        new = [plan for plan in due if (plan.event_id, plan.revision) not in self._planned]
        if not new:
            return
        async with self._store.write() as connection:
            restored_at = await connection.scalar(
                select(announcer.c.restored_at).where(announcer.c.bot_id == self._bot_id)
            )
            for plan in new:
                is_parked = restored_at is not None and milliseconds(plan.due) <= restored_at
                await self._announce(connection, plan, is_parked=is_parked)
        self._planned = {(plan.event_id, plan.revision) for plan in due}

    async def _announce(self, connection: AsyncConnection, plan: Plan, *, is_parked: bool) -> None:
        recipients = await connection.scalar(select(func.count()).select_from(recipient))
        row = {
            "bot_id": self._bot_id,
            "event_id": plan.event_id,
            "revision": plan.revision,
            "kind": plan.kind,
            "base": plan.base,
            "planned_at": milliseconds(self._now()),
            "expires_at": milliseconds(plan.expires),
            "parts": 1 + (recipients or 0) // PART,
            "next_part": 0,
            "is_parked": is_parked,
            "is_reported": False,
            "sent": 0,
            "blocked": 0,
            "failed": 0,
            "expired": 0,
            "unknown": 0,
        }
        await connection.execute(self._store.insert_new(broadcast).values(row).on_conflict_do_nothing())

    # Handing out ---------------------------------------------------------------------------------------------------

    async def hand_out(self) -> int:
        """Write the deliveries of every announcement that is not yet handed out, the most urgent first."""
        async with self._store.read() as connection:
            rows = (
                await connection.execute(
                    select(broadcast).where(
                        broadcast.c.bot_id == self._bot_id, broadcast.c.next_part < broadcast.c.parts
                    )
                )
            ).all()
        added = 0
        for row in sorted(rows, key=lambda row: (Kind(row.kind).priority, row.planned_at)):
            async with self._store.read() as connection:
                event = await event_of(connection, row)
            for part in range(row.next_part, row.parts):
                added += await self._hand_out_part(event, row, part)
                await asyncio.sleep(0)
        return added

    async def _hand_out_part(self, event: Event, row: Row[tuple[object, ...]], part: int) -> int:
        """One part, in one transaction with the note that it is done. Superseded meanwhile, nothing is added."""
        of_row = _of(row)
        async with self._store.write() as connection:
            went_on = await connection.execute(
                update(broadcast).where(of_row, broadcast.c.next_part == part).values(next_part=part + 1)
            )
            if went_on.rowcount == 0:
                return 0
            chosen = readers(event, self._now(), part_of(part, row.parts)).subquery()
            values = {
                "bot_id": self._bot_id,
                "event_id": event.event_id,
                "revision": event.revision,
                "kind": event.kind,
                "state": State.PARKED if row.is_parked else State.QUEUED,
                "priority": event.kind.priority,
                "expires_at": row.expires_at,
                "attempts": 0,
            }
            select_rows = select(
                chosen.c.subscriber_id,
                chosen.c.since,
                chosen.c.not_before,
                *(literal(value, delivery.c[name].type) for name, value in values.items()),
            ).where(chosen.c.subscriber_id != "")
            added = await connection.execute(
                self._store.insert_new(delivery)
                .from_select(["subscriber_id", "since", "not_before", *values], select_rows)
                .on_conflict_do_nothing()
            )
            return added.rowcount


def _of(row: Row[tuple[object, ...]]) -> ColumnElement[bool]:
    return and_(*(broadcast.c[name] == getattr(row, name) for name in ("bot_id", "event_id", "revision", "kind")))


async def event_of(connection: AsyncConnection, row: Row[tuple[object, ...]]) -> Event:
    """What an announcement written down is about, from what was published: files are not needed for it."""
    kind = Kind(row.kind)
    event = Event(row.bot_id, row.event_id, row.revision, kind, from_milliseconds(row.expires_at))
    if kind is Kind.WEEKLY:
        return event
    numbers = (row.revision, row.base) if kind in _OF_REVISIONS else (await _latest(connection, row.event_id),)
    kept = await connection.execute(
        select(revision.c.revision, revision.c.snapshot).where(
            revision.c.activity_id == row.event_id, revision.c.revision.in_(numbers)
        )
    )
    snapshots = {one.revision: Snapshot.from_json(row.event_id, one.snapshot) for one in kept}
    latest, before = snapshots[numbers[0]], snapshots.get(row.base)
    about = changes(before, latest, from_milliseconds(row.planned_at)) if before else ()
    occasions = tuple(
        key for key, one in latest.occasions.items() if kind is Kind.REMINDER and reminder_number(one) == row.revision
    )
    return replace(event, snapshot=latest, changes=about, occasions=occasions, base=row.base)


async def _latest(connection: AsyncConnection, activity_id: str) -> int:
    number: int = (
        await connection.execute(select(func.max(revision.c.revision)).where(revision.c.activity_id == activity_id))
    ).scalar_one()
    return number
