"""Whom announcements would reach, when and in which languages, without writing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.activities.model import Activity, Programme
from bot.announcements.deciding import Plan, due_digest, due_reminders, may_be_announced, news_of
from bot.announcements.model import Kind, State
from bot.announcements.planning import Planner
from bot.announcements.readers import Event, part_of, readers
from bot.announcements.snapshots import Snapshot, changes
from bot.announcements.wall_clock import from_milliseconds, reminder_number
from bot.languages.table import Languages
from bot.store import Store
from bot.store.announcement_tables import announcer, broadcast, delivery
from bot.store.tables import subscriber

AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Preview:
    """One announcement: `due`, how many readers by language, how many of them only after their quiet hours, and the
    languages among them in which the activity has no text. `state`: new, waiting, or parked until a person lets it go.
    """

    kind: Kind
    activity_id: str
    state: str
    due: datetime
    expires: datetime
    readers: Mapping[str, int]
    after_quiet_hours: int
    missing: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "kind": self.kind.value,
            "activity": self.activity_id,
            "state": self.state,
            "due": self.due.isoformat(),
            "expires": self.expires.isoformat(),
            "readers": dict(self.readers),
            "total": sum(self.readers.values()),
            "after_quiet_hours": self.after_quiet_hours,
            "missing": list(self.missing),
        }


class DryRun:
    """Looks ahead for one bot. Every call may raise StoreError."""

    def __init__(self, store: Store, bot_id: int, planner: Planner, languages: Languages) -> None:
        """`planner` knows what was published."""
        self._store, self._bot_id, self._planner, self._languages = store, bot_id, planner, languages

    async def look(self, programme: Programme, now: datetime) -> list[Preview]:
        """What waits already, what is new, and what is due within a day; the most urgent first."""
        async with self._store.read() as connection:
            found = await self._waiting(connection, programme)
            for event in await self._news(connection, programme, now):
                found.append(await self._preview(connection, event, now, now, programme))
            for event, due in await self._due(connection, programme, now):
                preview = await self._preview(connection, event, due, max(due, now), programme)
                # Of what recurs by itself, only what somebody has asked for is worth telling.
                found += [preview] if preview.readers else []
        return sorted(found, key=lambda one: (one.due, one.kind.priority, one.activity_id))

    async def _waiting(self, connection: AsyncConnection, programme: Programme) -> list[Preview]:
        counted = (
            select(broadcast, delivery.c.state, subscriber.c.language, func.count().label("readers"))
            .join(
                delivery,
                (delivery.c.bot_id == broadcast.c.bot_id)
                & (delivery.c.event_id == broadcast.c.event_id)
                & (delivery.c.revision == broadcast.c.revision)
                & (delivery.c.kind == broadcast.c.kind),
            )
            .join(subscriber, subscriber.c.id == delivery.c.subscriber_id)
            .where(broadcast.c.bot_id == self._bot_id, delivery.c.state.in_((State.QUEUED, State.PARKED)))
            .group_by(*broadcast.c, delivery.c.state, subscriber.c.language)
        )
        found: dict[tuple[Any, ...], Preview] = {}
        for row in await connection.execute(counted):
            key = (row.event_id, row.revision, row.kind, row.state)
            state = "waiting" if row.state == State.QUEUED else "parked"
            before = found[key].readers if key in found else {}
            by_language = {**before, row.language: row.readers}
            found[key] = Preview(
                Kind(row.kind),
                row.event_id,
                state,
                from_milliseconds(row.planned_at),
                from_milliseconds(row.expires_at),
                by_language,
                0,
                self._missing(programme.activities.get(row.event_id), by_language),
            )
        return list(found.values())

    async def _news(self, connection: AsyncConnection, programme: Programme, now: datetime) -> list[Event]:
        known = await self._planner.known(connection)
        ran = select(announcer.c.compared_at).where(announcer.c.bot_id == self._bot_id)
        if not known and not await connection.scalar(ran):
            # At the first start nothing of what is there already is announced.
            return []
        found = []
        for activity in filter(may_be_announced, programme.activities.values()):
            last = known.get(activity.id)
            if last is None or last.fingerprint != activity.fingerprint:
                before = await self._planner.published(connection, activity.id, last.revision) if last else None
                about = changes(before.heard, Snapshot.of(activity), now) if before else ()
                for plan in news_of(activity, before, now):
                    found.append(self._event(plan, activity, () if plan.kind is Kind.PUBLISHED else about))
        return found

    async def _due(
        self, connection: AsyncConnection, programme: Programme, now: datetime
    ) -> list[tuple[Event, datetime]]:
        plans = {(plan.event_id, plan.revision): plan for plan in _soon(programme, now)}
        found = []
        for plan in plans.values():
            planned = exists().where(
                broadcast.c.bot_id == self._bot_id,
                broadcast.c.event_id == plan.event_id,
                broadcast.c.revision == plan.revision,
                broadcast.c.kind == plan.kind,
            )
            if not await connection.scalar(select(planned)):
                found.append((self._event(plan, programme.activities.get(plan.event_id), ()), plan.due))
        return found

    def _event(self, plan: Plan, activity: Activity | None, about: Any) -> Event:
        occasions = activity.occurrences if activity and plan.kind is Kind.REMINDER else ()
        keys = tuple(one.key for one in occasions if reminder_number(one) == plan.revision)
        snapshot = Snapshot.of(activity) if activity else None
        return Event(
            self._bot_id, plan.event_id, plan.revision, plan.kind, plan.expires, snapshot, about, keys, plan.base
        )

    async def _preview(
        self, connection: AsyncConnection, event: Event, due: datetime, at: datetime, programme: Programme
    ) -> Preview:
        chosen = readers(event, at, part_of(0, 1)).subquery()
        later = func.sum(case((chosen.c.not_before > 0, 1), else_=0))
        rows = await connection.execute(
            select(subscriber.c.language, func.count(), later)
            .join(chosen, chosen.c.subscriber_id == subscriber.c.id)
            .group_by(subscriber.c.language)
        )
        counted = rows.all()
        by_language = {row[0]: row[1] for row in counted}
        missing = self._missing(programme.activities.get(event.event_id), by_language)
        after = sum(row[2] for row in counted)
        return Preview(event.kind, event.event_id, "new", due, event.expires, by_language, after, missing)

    def _missing(self, activity: Activity | None, by_language: Mapping[str, int]) -> tuple[str, ...]:
        if activity is None:
            return ()
        return tuple(key for key in self._languages if key in by_language and key not in activity.texts)


def _soon(programme: Programme, now: datetime) -> Iterator[Plan]:
    for moment in (now, now + AHEAD):
        yield from due_reminders(programme, moment)
        digest = due_digest(programme, moment)
        if digest:
            yield digest
