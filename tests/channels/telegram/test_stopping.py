"""Asking the bot to send nothing unasked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from bot.announcements.subscriptions import Subscriptions
from bot.announcements.wishes import Interest
from bot.conversation.dialogue import Dialogue
from bot.languages.dates import ZONE
from bot.store import Store, StoreError
from bot.store.tables import telegram_chat
from tests.standin.people import Person
from tests.standin.running import running_bot
from tests.standin.server import StandIn


@dataclass
class FakeSubscriptions:
    """Notes whose subscriptions were ended, or fails."""

    fails: bool = False
    ended: list[int] = field(default_factory=list)

    async def unsubscribe(self, chat_id: int) -> None:
        if self.fails:
            raise StoreError("the database cannot be written")
        self.ended.append(chat_id)


async def test_a_stop_word_ends_the_subscriptions_of_that_chat(
    standin: StandIn, dialogue: Dialogue, tmp_path: Path
) -> None:
    subscriptions = FakeSubscriptions()
    async with running_bot(standin.url, dialogue, tmp_path / "bot.db", subscriptions=subscriptions):
        kim = Person(standin.world, 5, "en")
        for text in ("library", "lopeta", "/stop"):
            await kim.say(text)
        assert (await kim.last())["text"].startswith("You have no subscriptions now.")
    assert subscriptions.ended == [5, 5]


async def test_what_the_store_kept_is_gone(standin: StandIn, dialogue: Dialogue, tmp_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    subscriptions = Subscriptions(store, lambda: datetime.now(ZONE))
    async with running_bot(standin.url, dialogue, tmp_path / "bot.db", subscriptions=subscriptions) as running:
        kim = Person(standin.world, 5, "en")
        await running.subscribers.choose_language(5, "fi")
        async with store.read() as connection:
            subscriber = str(await connection.scalar(select(telegram_chat.c.subscriber_id)))
        await subscriptions.subscribe(subscriber, Interest())
        assert (await subscriptions.of(subscriber)).subscriptions
        await kim.say("lopeta")
        await kim.hears()
        assert not (await subscriptions.of(subscriber)).subscriptions
        assert await running.subscribers.language_of(5) == "fi"
    await store.close()


async def test_nobody_is_told_that_it_stopped_when_it_did_not(
    standin: StandIn, dialogue: Dialogue, tmp_path: Path
) -> None:
    subscriptions = FakeSubscriptions(fails=True)
    async with running_bot(standin.url, dialogue, tmp_path / "bot.db", subscriptions=subscriptions):
        kim = Person(standin.world, 5, "en")
        await kim.say("stop")
        assert (await kim.last())["text"].startswith("Something went wrong here.")
