"""The tables of subscriptions and announcements. Times are UTC milliseconds; every row about a person goes with them.

The shape and what it was measured to do: one ledger of deliveries, unique per bot, event, revision, kind and
subscriber, with a lease and a mark set just before each call. No chat id stands here.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.tables import metadata

# SQLite numbers rows by itself only in a column of exactly this type.
_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


def _subscriber() -> Column[str]:
    return Column(
        "subscriber_id", String(32), ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True, nullable=False
    )


# Who wants messages, and when not: whole hours of the wall clock. Nobody without a row here is written to.
recipient = Table(
    "recipient",
    metadata,
    _subscriber(),
    Column("quiet_from", SmallInteger, nullable=False),
    Column("quiet_until", SmallInteger, nullable=False),
    Column("is_blocked", Boolean, nullable=False),
    # No message to this chat before then: one a second, or what Telegram asked for.
    Column("next_at", BigInteger, nullable=False),
)

# What a recipient wants to hear of; "any" stands for every subject, area or audience.
subscription = Table(
    "subscription",
    metadata,
    Column("id", _ROW_NUMBER, primary_key=True),
    Column("subscriber_id", ForeignKey("recipient.subscriber_id", ondelete="CASCADE"), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("area", String(80), nullable=False),
    Column("audience", String(80), nullable=False),
    Column("mode", String(10), nullable=False),
    Column("paused_until", BigInteger, nullable=False),
    Column("created", Date, nullable=False),
    UniqueConstraint("subscriber_id", "subject", "area", "audience"),
)

series_stop = Table(
    "series_stop",
    metadata,
    _subscriber(),
    Column("series", String(120), primary_key=True),
)

# "Remind me" of one occasion, with or without a subscription.
reminder_request = Table(
    "reminder_request",
    metadata,
    _subscriber(),
    Column("activity_id", String(120), primary_key=True),
    Column("occasion", String(80), primary_key=True),
)

# What has been published of each activity: the newest row is what residents were, or are being, told.
revision = Table(
    "revision",
    metadata,
    Column("activity_id", String(120), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", String(80), nullable=False),
    Column("snapshot", Text, nullable=False),
    Column("published_at", BigInteger, nullable=False),
)

# One announcement to many: how far its deliveries have been written, and what became of them.
broadcast = Table(
    "broadcast",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", String(120), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(10), primary_key=True),
    # The last revision that everybody who was to hear of it has heard of.
    Column("base", Integer, nullable=False),
    Column("planned_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("next_part", Integer, nullable=False),
    Column("is_parked", Boolean, nullable=False),
    # Filled in when nothing is left to send; the counts outlive the deliveries.
    Column("finished_at", BigInteger),
    Column("sent", Integer, nullable=False),
    Column("blocked", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("expired", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("is_reported", Boolean, nullable=False),
)
_QUEUED = text("state = 'queued'")
_PARKED = text("state = 'parked'")
_TAKEN = text("state IN ('claimed', 'sending')")

delivery = Table(
    "delivery",
    metadata,
    Column("id", _ROW_NUMBER, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("event_id", String(120), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("subscriber_id", ForeignKey("subscriber.id", ondelete="CASCADE"), nullable=False),
    # What the subscriber was told before this, 0 for nothing: "moved" must say from where.
    Column("since", Integer, nullable=False),
    # The language it was sent in, known when it is sent.
    Column("lang", String(20)),
    Column("state", String(10), nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("lease_until", BigInteger),
    Column("worker", String(32)),
    Column("tg_message_id", BigInteger),
    UniqueConstraint("bot_id", "event_id", "revision", "kind", "subscriber_id", name="uq_delivery_once"),
)
Index(
    "ix_delivery_due",
    delivery.c.bot_id,
    delivery.c.priority,
    delivery.c.not_before,
    delivery.c.id,
    sqlite_where=_QUEUED,
    postgresql_where=_QUEUED,
)
Index("ix_delivery_parked", delivery.c.bot_id, sqlite_where=_PARKED, postgresql_where=_PARKED)
Index("ix_delivery_lease", delivery.c.lease_until, sqlite_where=_TAKEN, postgresql_where=_TAKEN)
Index(
    "ux_delivery_busy",
    delivery.c.bot_id,
    delivery.c.subscriber_id,
    unique=True,
    sqlite_where=_TAKEN,
    postgresql_where=_TAKEN,
)
Index("ix_delivery_subscriber", delivery.c.subscriber_id)

# Which occasions a weekly digest told of: a cancellation must reach whoever read of it there.
digest_item = Table(
    "digest_item",
    metadata,
    _subscriber(),
    Column("activity_id", String(120), primary_key=True),
    Column("occasion", String(80), primary_key=True),
    Index("ix_digest_item_activity", "activity_id", "subscriber_id"),
)

# One row per bot: the pace shared by all instances (GCRA), who plans, and whether a restored backup waits for a person.
announcer = Table(
    "announcer",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    # When the next message would be due at an even pace, in microseconds.
    Column("arrival", BigInteger, nullable=False),
    Column("paused_from", BigInteger, nullable=False),
    Column("paused_until", BigInteger, nullable=False),
    Column("planner", String(32)),
    Column("planner_until", BigInteger, nullable=False),
    # Rises while the program runs; a number outside the database that is higher betrays a restored backup.
    # When the programme was compared with what was published, the first time included; 0 for never.
    Column("compared_at", BigInteger, nullable=False),
    Column("mark", BigInteger, nullable=False),
    Column("restored_at", BigInteger),
)
