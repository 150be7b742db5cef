"""Who is told of what, as queries over all recipients, so that a million need not pass through this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)

from bot.announcements.model import TOLD, Kind, State
from bot.announcements.snapshots import Change, Snapshot
from bot.announcements.wall_clock import milliseconds, next_times, reminder_number
from bot.announcements.wishes import ANY, Mode
from bot.languages.dates import ZONE
from bot.store.announcement_tables import (
    delivery,
    digest_item,
    recipient,
    reminder_request,
    series_stop,
    subscription,
)

_ABOUT_ACTIVITY = (Kind.PUBLISHED, Kind.CHANGED, Kind.CANCELLED)


@dataclass(frozen=True, slots=True)
class Event:
    """One announcement to plan readers for. `snapshot` and `occasions` are empty for a weekly digest; `occasions` are
    the keys a reminder is about. `base` is the last revision that everybody has heard of who was to."""

    bot_id: int
    event_id: str
    revision: int
    kind: Kind
    expires: datetime
    snapshot: Snapshot | None = None
    changes: tuple[Change, ...] = ()
    occasions: tuple[str, ...] = ()
    base: int = 0


Part = Callable[[ColumnElement[str]], ColumnElement[bool]]


def readers(event: Event, now: datetime, part: Part) -> Select[tuple[str, int, int]]:
    """The readers within `part`: subscriber, the revision they know (0: none), and when to tell them."""
    return (
        select(
            recipient.c.subscriber_id,
            _known_revision(event).label("since"),
            _earliest(event, now).label("not_before"),
        )
        .where(part(recipient.c.subscriber_id), recipient.c.is_blocked.is_(False), _belongs(event, now, part))
        .order_by(recipient.c.subscriber_id)
    )


def part_of(number: int, parts: int) -> Part:
    """One of `parts` equal parts of all recipients: their ids are random, so a range of ids is a share of them."""
    low, high = (f"{16**8 * edge // parts:08x}" for edge in (number, number + 1))
    return lambda column: and_(column >= (low if number else ""), column < (high if number + 1 < parts else "g"))


def _belongs(event: Event, now: datetime, part: Part) -> ColumnElement[bool]:
    match event.kind:
        case Kind.WEEKLY:
            return _subscribed(None, Mode.WEEKLY, now, part)
        case Kind.REMINDER:
            return or_(_subscribed(event.snapshot, Mode.EVENING, now, part), _asked_to_be_reminded(event))
        case Kind.PUBLISHED:
            return and_(_subscribed(event.snapshot, Mode.INSTANT, now, part), ~_was_told(event, of_this=True))
        case Kind.EDITED:
            return exists().where(_own_deliveries(event), _has_message())
        case _:
            return or_(_was_told(event), _read_in_digest(event), _asked_to_be_reminded(event))


def _subscribed(activity: Snapshot | None, mode: Mode, now: datetime, part: Part) -> ColumnElement[bool]:
    wanted = exists().where(
        subscription.c.subscriber_id == recipient.c.subscriber_id,
        # Said twice, so that a part of this table is enough to read.
        part(subscription.c.subscriber_id),
        subscription.c.mode == mode,
        subscription.c.paused_until <= milliseconds(now),
    )
    if activity is None:
        return wanted
    stopped = exists().where(
        series_stop.c.subscriber_id == recipient.c.subscriber_id, series_stop.c.series == activity.series
    )
    return and_(
        wanted.where(
            subscription.c.subject.in_((ANY, activity.subject)),
            subscription.c.area.in_((ANY, activity.area)),
            subscription.c.audience.in_((ANY, *activity.audiences)),
        ),
        ~stopped,
    )


def _own_deliveries(event: Event) -> ColumnElement[bool]:
    """By the index of subscribers. Bare columns would tempt PostgreSQL, before it has counted a table that grows, to
    read all deliveries of the event for every reader by the unique key: 20,000 readers took 80 s instead of 0.6."""
    return and_(
        delivery.c.subscriber_id == recipient.c.subscriber_id,
        func.coalesce(delivery.c.event_id, "") == event.event_id,
        func.coalesce(delivery.c.bot_id, 0) == event.bot_id,
    )


def _has_message() -> ColumnElement[bool]:
    return and_(
        delivery.c.kind == Kind.PUBLISHED, delivery.c.state == State.SENT, delivery.c.tg_message_id.is_not(None)
    )


def _was_told(event: Event, *, of_this: bool = False) -> ColumnElement[bool]:
    """Told of the activity itself, or reminded of one of the occasions concerned. `of_this`: or about to be."""
    of_activity = and_(delivery.c.kind.in_(_ABOUT_ACTIVITY), delivery.c.state.in_(TOLD))
    being_told = and_(delivery.c.revision == event.revision, delivery.c.kind.in_((Kind.CHANGED, Kind.CANCELLED)))
    numbers = [reminder_number(change.before) for change in event.changes if change.before]
    reminded = and_(delivery.c.kind == Kind.REMINDER, delivery.c.state.in_(TOLD), delivery.c.revision.in_(numbers))
    return exists().where(_own_deliveries(event), or_(of_activity, being_told if of_this else reminded))


def _keys(event: Event) -> Sequence[str]:
    return [change.before.key for change in event.changes if change.before] or event.occasions


def _read_in_digest(event: Event) -> ColumnElement[bool]:
    return exists().where(
        digest_item.c.subscriber_id == recipient.c.subscriber_id,
        digest_item.c.activity_id == event.event_id,
        digest_item.c.occasion.in_(_keys(event)),
    )


def _asked_to_be_reminded(event: Event) -> ColumnElement[bool]:
    return exists().where(
        reminder_request.c.subscriber_id == recipient.c.subscriber_id,
        reminder_request.c.activity_id == event.event_id,
        reminder_request.c.occasion.in_(_keys(event)),
    )


def _known_revision(event: Event) -> ColumnElement[int]:
    """What a reader of a change was told last; who knows only one occasion, what everybody knew."""
    if event.kind not in (Kind.CHANGED, Kind.CANCELLED):
        return literal(0)
    newest = (
        select(func.max(delivery.c.revision))
        .where(_own_deliveries(event), delivery.c.kind.in_(_ABOUT_ACTIVITY), delivery.c.state.in_(TOLD))
        .scalar_subquery()
    )
    return func.coalesce(newest, event.base)


def _earliest(event: Event, now: datetime) -> ColumnElement[int]:
    """0 for at once, which a clock set back cannot delay; or the end of the quiet hours.

    A correction that would then come too late is told at once.
    """
    hour = now.astimezone(ZONE).hour
    begins, ends = recipient.c.quiet_from, recipient.c.quiet_until
    is_quiet = case(
        (begins == ends, false()),
        (begins < ends, and_(begins <= hour, ends > hour)),
        else_=or_(begins <= hour, ends > hour),
    )
    moments = {number: milliseconds(moment) for number, moment in enumerate(next_times(now))}
    if event.kind.is_correction:
        moments = {number: moment for number, moment in moments.items() if moment < milliseconds(event.expires)}
    at_end = [(ends == number, literal(moment, BigInteger)) for number, moment in moments.items()]
    waiting: ColumnElement[int] = case(*at_end, else_=literal(0, BigInteger)) if at_end else literal(0, BigInteger)
    return cast(case((is_quiet, waiting), else_=literal(0, BigInteger)), BigInteger)
