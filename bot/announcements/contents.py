"""What a delivery says to its reader, worked out just before it is sent, from the programme as it is then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.activities.model import Activity, Programme, Status
from bot.announcements.deciding import of_week
from bot.announcements.ledger import Claimed
from bot.announcements.model import Digest, Kind, News, State
from bot.announcements.snapshots import Snapshot, changes
from bot.announcements.subscriptions import wishes_of
from bot.announcements.wall_clock import reminder_number, week_named
from bot.announcements.wishes import Mode, Wishes
from bot.store import Store
from bot.store.announcement_tables import delivery, revision

_AT_HAND = 1_000


class Nothing(Enum):
    """Why a delivery has nothing to say: it is settled already, not yet, or cannot be said any more."""

    SETTLED = auto()
    NOT_YET = auto()
    LOST = auto()


@dataclass(frozen=True, slots=True)
class Earlier:
    """The message that told of an activity first, to be changed: its number and its language."""

    message_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Page:
    """What the deliveries of one page need from the database besides their own rows."""

    wishes: Mapping[str, Wishes]
    earlier: Mapping[int, Earlier]


class Contents:
    """Works out what to say. Revisions never change, so those met are kept at hand."""

    def __init__(self, store: Store, programme: Callable[[], Programme], now: Callable[[], datetime]) -> None:
        """`programme` gives the one in service; `now` an aware moment."""
        self._store, self._programme, self._now = store, programme, now
        self._revisions: dict[tuple[str, int], tuple[str, Snapshot]] = {}

    async def prepare(self, claimed: Sequence[Claimed]) -> Page:
        """Read what is needed for these; raises StoreError."""
        of_revisions = [one for one in claimed if one.kind not in (Kind.REMINDER, Kind.WEEKLY)]
        wanted = {(one.event_id, number) for one in of_revisions for number in (one.revision, one.since) if number}
        missing = wanted - self._revisions.keys()
        weekly = {one.subscriber_id for one in claimed if one.kind is Kind.WEEKLY}
        edits = [one for one in claimed if one.kind is Kind.EDITED]
        if not missing and not weekly and not edits:
            return Page({}, {})
        async with self._store.read() as connection:
            await self._read_revisions(connection, missing)
            wishes = await wishes_of(connection, weekly) if weekly else {}
            return Page(wishes, {one.id: found for one in edits if (found := await _earlier(connection, one))})

    async def _read_revisions(self, connection: AsyncConnection, missing: set[tuple[str, int]]) -> None:
        if len(self._revisions) > _AT_HAND:
            self._revisions.clear()
        for activity_id, number in missing:
            query = select(revision).where(revision.c.activity_id == activity_id, revision.c.revision == number)
            row = (await connection.execute(query)).one()
            snapshot = Snapshot.from_json(activity_id, row.snapshot)
            self._revisions[activity_id, number] = (row.fingerprint, snapshot)

    def of(self, claimed: Claimed, page: Page) -> News | Digest | Nothing:
        """What to say, or why nothing."""
        if claimed.kind is Kind.WEEKLY:
            return self._digest(claimed, page)
        activity = self._programme().activities.get(claimed.event_id)
        if activity is None:
            return Nothing.LOST
        if claimed.kind is Kind.REMINDER:
            return _reminder(claimed, activity)
        fingerprint, _ = self._revisions[claimed.event_id, claimed.revision]
        if fingerprint != activity.fingerprint:
            # Edited a moment ago and not yet planned, or this instance has not read the newest file.
            return Nothing.NOT_YET
        if claimed.kind is Kind.PUBLISHED:
            return News(Kind.PUBLISHED, activity, is_repeat=claimed.attempts > 0)
        if claimed.kind is Kind.EDITED:
            return News(Kind.EDITED, activity) if claimed.id in page.earlier else Nothing.SETTLED
        _, known = self._revisions[claimed.event_id, claimed.since]
        changed = changes(known, Snapshot.of(activity), self._now())
        if not changed:
            return Nothing.SETTLED
        kind = Kind.CANCELLED if any(change.is_cancellation for change in changed) else Kind.CHANGED
        return News(kind, activity, changed, is_repeat=claimed.attempts > 0)

    def _digest(self, claimed: Claimed, page: Page) -> Digest | Nothing:
        wishes = page.wishes.get(claimed.subscriber_id)
        week = week_named(claimed.event_id)
        now = self._now()
        items = tuple(
            (activity, occurrence)
            for activity, occurrence in of_week(self._programme(), week, now)
            if wishes and wishes.want(Snapshot.of(activity), Mode.WEEKLY, now)
        )
        return Digest(items, week.start, week.end) if items else Nothing.SETTLED


def _reminder(claimed: Claimed, activity: Activity) -> News | Nothing:
    found = (one for one in activity.occurrences if reminder_number(one) == claimed.revision)
    occurrence = next(found, None)
    if occurrence is None or occurrence.status is Status.CANCELLED:
        return Nothing.SETTLED
    return News(Kind.REMINDER, activity, occurrence=occurrence, is_repeat=claimed.attempts > 0)


async def _earlier(connection: AsyncConnection, edit: Claimed) -> Earlier | None:
    query = (
        select(delivery.c.tg_message_id, delivery.c.lang)
        .where(
            delivery.c.subscriber_id == edit.subscriber_id,
            delivery.c.event_id == edit.event_id,
            delivery.c.kind == Kind.PUBLISHED,
            delivery.c.state == State.SENT,
            delivery.c.tg_message_id.is_not(None),
        )
        .order_by(delivery.c.revision.desc())
    )
    row = (await connection.execute(query.limit(1))).first()
    return Earlier(row.tg_message_id, row.lang) if row else None
