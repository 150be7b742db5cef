"""Subscribing and stopping, for whoever draws the menus; the same on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.announcements.model import PENDING, Kind, State
from bot.announcements.snapshots import Snapshot
from bot.announcements.wall_clock import from_milliseconds, milliseconds, reminder_number
from bot.announcements.wishes import Interest, Mode, Quiet, Subscription, Wishes
from bot.languages.dates import ZONE
from bot.store import Store
from bot.store.announcement_tables import (
    delivery,
    digest_item,
    recipient,
    reminder_request,
    revision,
    series_stop,
    subscription,
)
from bot.store.tables import telegram_chat

# What a subscription asks for; who was told of something goes on hearing when that changes.
_ASKED_FOR = (Kind.PUBLISHED, Kind.REMINDER, Kind.WEEKLY)


class Subscriptions:
    """What every subscriber wants to hear of. A subscriber is named by the random id of the table `subscriber`.

    Whatever is stopped or paused is also taken out of what waits to be sent. Every call may raise StoreError.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        """`now` gives an aware moment."""
        self._store, self._now = store, now

    async def of(self, subscriber_id: str) -> Wishes:
        """Everything this person has asked for."""
        async with self._store.read() as connection:
            return (await wishes_of(connection, [subscriber_id])).get(subscriber_id, Wishes())

    async def subscribe(self, subscriber_id: str, interest: Interest, mode: Mode = Mode.INSTANT) -> None:
        """Begin to tell of an interest; one that is there already gets this mode and is no longer paused."""
        row = {
            "subject": interest.subject,
            "area": interest.area,
            "audience": interest.audience,
            "mode": mode,
            "paused_until": 0,
            "created": self._now().astimezone(ZONE).date(),
        }
        statement = self._store.insert_new(subscription).values(subscriber_id=subscriber_id, **row)
        key = [subscription.c[name] for name in ("subscriber_id", "subject", "area", "audience")]
        async with self._store.write() as connection:
            await self._welcome(connection, subscriber_id)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=key, set_={"mode": mode, "paused_until": 0})
            )

    async def set_mode(self, subscriber_id: str, subscription_id: int, mode: Mode) -> None:
        """Tell of a subscription in another way."""
        async with self._store.write() as connection:
            await connection.execute(update(subscription).where(_own(subscriber_id, subscription_id)).values(mode=mode))
            await self._withdraw(connection, subscriber_id)

    async def pause(self, subscriber_id: str, until: datetime | None, subscription_id: int | None = None) -> None:
        """Say nothing of one subscription, or of any, until a moment; None goes on at once."""
        paused = milliseconds(until) if until else 0
        async with self._store.write() as connection:
            await connection.execute(
                update(subscription).where(_own(subscriber_id, subscription_id)).values(paused_until=paused)
            )
            await self._withdraw(connection, subscriber_id)

    async def stop(self, subscriber_id: str, subscription_id: int) -> None:
        """End one subscription."""
        async with self._store.write() as connection:
            await connection.execute(delete(subscription).where(_own(subscriber_id, subscription_id)))
            await self._withdraw(connection, subscriber_id)

    async def stop_series(self, subscriber_id: str, series: str) -> None:
        """Say nothing more of one series, whatever is subscribed to."""
        async with self._store.write() as connection:
            await self._welcome(connection, subscriber_id)
            row = {"subscriber_id": subscriber_id, "series": series}
            await connection.execute(self._store.insert_new(series_stop).values(row).on_conflict_do_nothing())
            await self._withdraw(connection, subscriber_id)

    async def resume_series(self, subscriber_id: str, series: str) -> None:
        """Take back `stop_series`."""
        async with self._store.write() as connection:
            this = and_(series_stop.c.subscriber_id == subscriber_id, series_stop.c.series == series)
            await connection.execute(delete(series_stop).where(this))

    async def remind(self, subscriber_id: str, activity_id: str, occasion: str) -> None:
        """Remind of one occasion the evening before, and tell if it moves or is cancelled."""
        row = {"subscriber_id": subscriber_id, "activity_id": activity_id, "occasion": occasion}
        async with self._store.write() as connection:
            await self._welcome(connection, subscriber_id)
            await connection.execute(self._store.insert_new(reminder_request).values(row).on_conflict_do_nothing())

    async def set_quiet_hours(self, subscriber_id: str, quiet: Quiet) -> None:
        """When not to disturb."""
        async with self._store.write() as connection:
            await self._welcome(connection, subscriber_id)
            await connection.execute(
                update(recipient)
                .where(recipient.c.subscriber_id == subscriber_id)
                .values(quiet_from=quiet.start, quiet_until=quiet.end)
            )

    async def stop_all(self, subscriber_id: str) -> None:
        """End everything at once: nothing more is sent, not even what waits already."""
        async with self._store.write() as connection:
            for table in (subscription, series_stop, reminder_request, digest_item, recipient):
                await connection.execute(delete(table).where(table.c.subscriber_id == subscriber_id))
            await connection.execute(
                update(delivery)
                .where(delivery.c.subscriber_id == subscriber_id, delivery.c.state.in_(PENDING))
                .values(state=State.SUPERSEDED)
            )

    async def unsubscribe(self, chat_id: int) -> None:
        """End everything of a chat on Telegram."""
        async with self._store.read() as connection:
            known = await connection.scalar(
                select(telegram_chat.c.subscriber_id).where(telegram_chat.c.chat_id == chat_id)
            )
        if known is not None:
            await self.stop_all(known)

    async def set_reachable(self, subscriber_id: str, *, is_reachable: bool) -> None:
        """The chat blocked the bot, or let it write again."""
        async with self._store.write() as connection:
            await connection.execute(
                update(recipient).where(recipient.c.subscriber_id == subscriber_id).values(is_blocked=not is_reachable)
            )

    async def _welcome(self, connection: AsyncConnection, subscriber_id: str) -> None:
        quiet = Quiet()
        row = {
            "subscriber_id": subscriber_id,
            "quiet_from": quiet.start,
            "quiet_until": quiet.end,
            "is_blocked": False,
            "next_at": 0,
        }
        # Whoever asks for something can be reached.
        statement = self._store.insert_new(recipient).values(row)
        await connection.execute(
            statement.on_conflict_do_update(index_elements=[recipient.c.subscriber_id], set_={"is_blocked": False})
        )

    async def _withdraw(self, connection: AsyncConnection, subscriber_id: str) -> None:
        """Take out what waits to be sent and is no longer asked for."""
        waiting = (
            await connection.execute(
                select(delivery.c.id, delivery.c.event_id, delivery.c.kind, delivery.c.revision).where(
                    delivery.c.subscriber_id == subscriber_id,
                    delivery.c.state.in_(PENDING),
                    delivery.c.kind.in_(_ASKED_FOR),
                )
            )
        ).all()
        if not waiting:
            return
        wishes = (await wishes_of(connection, [subscriber_id]))[subscriber_id]
        published = await latest_snapshots(connection, {row.event_id for row in waiting})
        unwanted = [
            row.id
            for row in waiting
            if not _still_wants(wishes, Kind(row.kind), row.revision, row.event_id, published, self._now())
        ]
        await connection.execute(update(delivery).where(delivery.c.id.in_(unwanted)).values(state=State.SUPERSEDED))


def _own(subscriber_id: str, subscription_id: int | None) -> ColumnElement[bool]:
    mine = subscription.c.subscriber_id == subscriber_id
    return mine if subscription_id is None else and_(mine, subscription.c.id == subscription_id)


def _still_wants(
    wishes: Wishes, kind: Kind, number: int, event_id: str, published: dict[str, Snapshot], now: datetime
) -> bool:
    if kind is Kind.WEEKLY:
        return any(one.mode is Mode.WEEKLY and not _is_paused(one, now) for one in wishes.subscriptions)
    activity = published.get(event_id)
    if activity is None:
        return True
    if kind is Kind.PUBLISHED:
        return wishes.want(activity, Mode.INSTANT, now)
    asked = any(
        (event_id, key) in wishes.reminders and reminder_number(one) == number
        for key, one in activity.occasions.items()
    )
    return asked or wishes.want(activity, Mode.EVENING, now)


def _is_paused(subscription: Subscription, now: datetime) -> bool:
    return subscription.paused_until is not None and subscription.paused_until > now


async def wishes_of(connection: AsyncConnection, subscriber_ids: Iterable[str]) -> dict[str, Wishes]:
    """What these recipients have asked for; those who want no messages at all are left out."""
    ids = tuple(subscriber_ids)
    people = (await connection.execute(select(recipient).where(recipient.c.subscriber_id.in_(ids)))).all()
    kept = (
        await connection.execute(
            select(subscription).where(subscription.c.subscriber_id.in_(ids)).order_by(subscription.c.id)
        )
    ).all()
    stopped = (await connection.execute(select(series_stop).where(series_stop.c.subscriber_id.in_(ids)))).all()
    asked = (await connection.execute(select(reminder_request).where(reminder_request.c.subscriber_id.in_(ids)))).all()
    return {
        person.subscriber_id: Wishes(
            tuple(
                Subscription(
                    row.id,
                    Interest(row.subject, row.area, row.audience),
                    Mode(row.mode),
                    from_milliseconds(row.paused_until) if row.paused_until else None,
                )
                for row in kept
                if row.subscriber_id == person.subscriber_id
            ),
            frozenset(row.series for row in stopped if row.subscriber_id == person.subscriber_id),
            frozenset((row.activity_id, row.occasion) for row in asked if row.subscriber_id == person.subscriber_id),
            Quiet(person.quiet_from, person.quiet_until),
            person.is_blocked,
        )
        for person in people
    }


async def latest_snapshots(connection: AsyncConnection, activity_ids: Iterable[str]) -> dict[str, Snapshot]:
    """What was published last of each activity."""
    rows = await connection.execute(
        select(revision.c.activity_id, revision.c.snapshot)
        .where(revision.c.activity_id.in_(tuple(activity_ids)))
        .order_by(revision.c.revision)
    )
    return {row.activity_id: Snapshot.from_json(row.activity_id, row.snapshot) for row in rows}
