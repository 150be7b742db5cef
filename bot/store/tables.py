"""The tables. A change here needs a new file in `migrations/versions/`; a test compares the two."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, MetaData, String, Table

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

# Whoever has chosen a language. The id is random and says nothing; only the day of the choice is kept, not the hour.
subscriber = Table(
    "subscriber",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("language", String(20), nullable=False),
    Column("created", Date, nullable=False),
)

# The only place where a chat id stands.
telegram_chat = Table(
    "telegram_chat",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("subscriber_id", ForeignKey("subscriber.id", ondelete="CASCADE"), nullable=False, unique=True),
)

# Updates answered last, so that none is answered again when Telegram sends it again. Numbers only.
telegram_update = Table(
    "telegram_update",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
)
