"""Asking the bot to send nothing unasked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bot.conversation.dialogue import Dialogue
from bot.store import StoreError
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


async def test_nobody_is_told_that_it_stopped_when_it_did_not(
    standin: StandIn, dialogue: Dialogue, tmp_path: Path
) -> None:
    subscriptions = FakeSubscriptions(fails=True)
    async with running_bot(standin.url, dialogue, tmp_path / "bot.db", subscriptions=subscriptions):
        kim = Person(standin.world, 5, "en")
        await kim.say("stop")
        assert (await kim.last())["text"].startswith("Something went wrong here.")
