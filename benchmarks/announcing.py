"""What the measurements of announcements share: a database full of subscribers, an activity, a messenger."""

from __future__ import annotations

import asyncio
import random
import resource
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from bot.activities.model import Activity, ActivityText, Occurrence, Place, Programme
from bot.announcements.announcer import Announcer
from bot.announcements.model import Digest, Messenger, News, Outcome, Receipt, Sent
from bot.store import Store
from bot.store.announcement_tables import delivery, recipient, subscription
from bot.store.tables import subscriber, telegram_chat

BOT = 4711
_ROWS_AT_ONCE = 10_000
MEGABYTE = 1024


class PlainComposer:
    """The shortest texts there are."""

    def compose(self, told: News | Digest, language_id: str) -> str:
        """A text."""
        return "news"

    def receipt(self, receipt: Receipt) -> str:
        """A text."""
        return "receipt"

    def alert(self, trouble: str) -> str:
        """A text."""
        return trouble


class InstantMessenger(Messenger[str]):
    """Everything arrives at once, or after `latency` seconds; counts, and notes each if asked to."""

    def __init__(self, latency: float = 0.0, note: Callable[[int], None] | None = None) -> None:
        """`note` is told every chat."""
        self.latency, self.note, self.arrived = latency, note, 0

    async def send(self, chat_id: int, text: str, *, silent: bool) -> Outcome:
        """Let it arrive: it has when half of the latency is over, and is known when all is."""
        if self.latency:
            await asyncio.sleep(self.latency / 2)
        self.arrived += 1
        if self.note:
            self.note(chat_id)
        if self.latency:
            await asyncio.sleep(self.latency / 2)
        return Sent(self.arrived)

    async def edit(self, chat_id: int, message_id: int, text: str) -> Outcome:
        """Let it be changed."""
        return Sent(message_id)


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def programme() -> Programme:
    """One activity next week."""
    start = now() + timedelta(days=7)
    occasion = Occurrence("cafe", "once", start, start + timedelta(hours=2), Place("Junoskolan", "Junogatan 2"))
    text = ActivityText("Språkkafé")
    cafe = Activity("cafe", "language", "centrum", ("all",), "rodakorset", (occasion,), {"sv": text}, "1")
    return Programme({"cafe": cafe})


def announcer(
    store: Store, folder: Path, messenger: Messenger[str], per_second: float | None, on: Programme | None = None
) -> Announcer[str]:
    """One instance."""
    shown = on or programme()
    return Announcer(store, BOT, lambda: shown, PlainComposer(), messenger, now, folder, per_second=per_second)


async def fill(store: Store, people: int, progress: Callable[[int], None]) -> None:
    """Add subscribers to everything who are never quiet; chat ids are 1 to `people`."""
    chance = random.Random(7)
    day = date(2026, 11, 22)
    for first in range(1, people + 1, _ROWS_AT_ONCE):
        chats = range(first, min(people, first + _ROWS_AT_ONCE - 1) + 1)
        ids = [f"{chance.getrandbits(128):032x}" for _ in chats]
        async with store.write() as connection:
            await connection.execute(insert(subscriber), [{"id": one, "language": "sv", "created": day} for one in ids])
            await connection.execute(
                insert(telegram_chat),
                [{"chat_id": chat, "subscriber_id": one} for chat, one in zip(chats, ids, strict=True)],
            )
            usual = {"quiet_from": 0, "quiet_until": 0, "is_blocked": False, "next_at": 0}
            await connection.execute(insert(recipient), [{"subscriber_id": one, **usual} for one in ids])
            everything = {"subject": "any", "area": "any", "audience": "any", "mode": "instant", "paused_until": 0}
            await connection.execute(
                insert(subscription), [{"subscriber_id": one, "created": day, **everything} for one in ids]
            )
        progress(len(ids))


async def states(store: Store) -> dict[str, int]:
    """How many deliveries are in each state."""
    async with store.read() as connection:
        rows = await connection.execute(select(delivery.c.state, func.count()).group_by(delivery.c.state))
        return {row[0]: row[1] for row in rows}


def peak_memory() -> float:
    """The most this process has taken, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MEGABYTE if sys.platform != "darwin" else peak / MEGABYTE**2


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL of our own with its usual settings, from a package."""
    from tests.postgres import postgres_server

    with postgres_server(folder) as url:
        yield url


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """The store at an address, closed afterwards."""
    store = await Store.open(url)
    try:
        yield store
    finally:
        await store.close()
