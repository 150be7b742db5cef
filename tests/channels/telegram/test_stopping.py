"""Asking the bot to send nothing unasked."""

from __future__ import annotations

from pathlib import Path

from bot.announcements.subscriptions import Subscriptions
from bot.announcements.wishes import Interest, Mode, Wishes
from bot.channels.telegram.wishes import ChatWishes
from bot.conversation.dialogue import Dialogue
from bot.conversation.effects import Subscribe
from bot.store import StoreError
from tests.standin.people import Person
from tests.standin.running import NOW, Running, running_bot
from tests.standin.server import StandIn


class FailingSubscriptions(Subscriptions):
    """Cannot end anything."""

    async def unsubscribe(self, chat_id: int) -> None:
        """Fail."""
        raise StoreError("the database cannot be written")


def wishes(running: Running) -> ChatWishes:
    return ChatWishes(running.subscribers, Subscriptions(running.store, lambda: NOW))


async def test_a_stop_word_ends_the_subscriptions_of_that_chat(
    standin: StandIn, dialogue: Dialogue, tmp_path: Path
) -> None:
    async with running_bot(standin.url, dialogue, tmp_path / "bot.db") as running:
        kim = Person(standin.world, 5, "en")
        for chat_id in (5, 6):
            await wishes(running).carry_out(chat_id, "en", Subscribe(Interest(subject="swedish"), Mode.INSTANT))
        await kim.say("library")
        await kim.last()
        assert (await wishes(running).of(5)).subscriptions
        await kim.say("lopeta")
        assert (await kim.last())["text"].startswith("You have no subscriptions now.")
        assert await wishes(running).of(5) == Wishes()
        assert (await wishes(running).of(6)).subscriptions


async def test_nobody_is_told_that_it_stopped_when_it_did_not(
    standin: StandIn, dialogue: Dialogue, tmp_path: Path
) -> None:
    async with running_bot(standin.url, dialogue, tmp_path / "bot.db", subscriptions=FailingSubscriptions):
        kim = Person(standin.world, 5, "en")
        await kim.say("stop")
        assert (await kim.last())["text"].startswith("Something went wrong here.")
