"""From a saved activity to Telegram, over HTTP: new, moved, cancelled; each once, in Arabic."""

from __future__ import annotations

import asyncio
import gettext
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.activities.model import Activity, Programme
from bot.announcements.announcer import Announcer
from bot.announcements.engines.loop import LoopEngine
from bot.announcements.subscriptions import Subscriptions
from bot.announcements.wishes import Interest, Quiet
from bot.channels.telegram.announcing import TelegramMessenger
from bot.conversation.announcing import AnnouncementComposer
from bot.conversation.brain import Brain
from bot.conversation.replies import Reply
from bot.languages.bidi import strip_controls
from bot.languages.dates import ZONE
from bot.languages.words import Texts
from bot.store import Store, TelegramSubscribers
from tests.announcements.scene import activity, cancelled, moved, occasion
from tests.standin import faults
from tests.standin.faults import Fault, too_many_requests
from tests.standin.people import Person, buttons
from tests.standin.server import TOKEN, StandIn

STAFF = 900
CANCELLED = "ملغى"
NOW = datetime(2026, 12, 1, 12, tzinfo=ZONE)
FRIDAY = NOW + timedelta(days=3, hours=6)
CAFE = activity("cafe", occasion("cafe", FRIDAY))


class Stage:
    """A bot that announces to the stand-in, with a programme that can be edited while it runs."""

    def __init__(
        self, standin: StandIn, brain: Brain, store: Store, folder: Path, messenger: TelegramMessenger
    ) -> None:
        self.standin, self.store = standin, store
        self.brain = replace(brain, programme=Programme())
        self.started = asyncio.get_running_loop().time()
        staff = Texts(brain.languages["en"], gettext.NullTranslations())
        self.announcer: Announcer[Reply] = Announcer(
            store,
            4711,
            lambda: self.brain.programme,
            AnnouncementComposer(lambda: self.brain, lambda: self.now().date(), staff),
            messenger,
            self.now,
            folder,
            staff_chat=STAFF,
        )
        self.subscriptions = Subscriptions(store, self.now)
        self.subscribers = TelegramSubscribers(store, lambda: date(2026, 12, 1))

    def now(self) -> datetime:
        """A Tuesday noon, and what has passed since."""
        return NOW + timedelta(seconds=asyncio.get_running_loop().time() - self.started)

    def save(self, *activities: Activity) -> None:
        """What a coordinator's file says now."""
        self.brain = replace(self.brain, programme=Programme({one.id: one for one in activities}))

    async def subscriber(self, chat_id: int, language: str = "ar") -> Person:
        person = Person(self.standin.world, chat_id)
        subscriber_id = await self.subscribers.subscriber_of(chat_id, language)
        await self.subscriptions.subscribe(subscriber_id, Interest("language"))
        await self.subscriptions.set_quiet_hours(subscriber_id, Quiet(0, 0))
        return person

    async def texts(self, chat_id: int, count: int) -> list[str]:
        """What stands in a chat when the bot has said `count` things there, without marks of direction."""
        await self.standin.world.until_said(chat_id, count)
        return [strip_controls(message["text"]) for message in self.standin.world.of_bot(chat_id)]


@pytest.fixture
async def stage(
    standin: StandIn, brain: Brain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    monkeypatch.setattr("bot.announcements.announcer.PLAN_SECONDS", 0.05)
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    Person(standin.world, STAFF)
    async with TelegramMessenger(TOKEN, standin.url) as messenger:
        stage = Stage(standin, brain, store, tmp_path / "outside", messenger)
        await stage.announcer.restoring.open()
        await stage.announcer.plan_once()
        async with running(lambda stop: stage.announcer.run(stop, LoopEngine(idle=0.05))):
            yield stage
    await store.close()


@asynccontextmanager
async def running(run: Callable[[asyncio.Event], Coroutine[object, object, None]]) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def test_new_moved_and_cancelled_arrive_once_each_in_arabic(stage: Stage) -> None:
    await stage.subscriber(7)
    stage.save(CAFE)
    (new,) = await stage.texts(7, 1)
    assert "مقهى اللغة" in new
    assert "18:00–20:00" in new
    assert "Junoskolan, Junogatan 2" in new
    later = moved(CAFE, FRIDAY + timedelta(hours=1))
    stage.save(later)
    _, change = await stage.texts(7, 2)
    assert "مقهى اللغة" in change
    assert "19:00–21:00" in change
    assert "18:00–20:00" in change
    stage.save(cancelled(later))
    # The cancellation, and the first message changed in place.
    first, _, last = await stage.texts(7, 4)
    assert CANCELLED in last
    assert CANCELLED in first
    assert all(button["callback_data"].startswith("+") for button in buttons(stage.standin.world.of_bot(7)[-1]))
    receipts = await stage.texts(STAFF, 3)
    assert receipts[0].startswith("cafe (published, 1): 1 got it")
    assert receipts[2].startswith("cafe (cancelled, 3): 1 got it")


async def test_a_language_without_a_text_falls_back_and_says_so(stage: Stage) -> None:
    await stage.subscriber(7, "uk")
    stage.save(CAFE)
    (new,) = await stage.texts(7, 1)
    assert "Språkkafé" in new
    assert "svenska" in new.lower()


@pytest.mark.parametrize(
    "fault", [too_many_requests(1), faults.INTERNAL, faults.BAD_GATEWAY, faults.UNAUTHORIZED, faults.HANG_UP]
)
async def test_what_fails_once_arrives_when_it_works_again(
    stage: Stage, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.announcements.outcomes._PAUSE_MILLISECONDS", 100)
    await stage.subscriber(7)
    stage.standin.fail("sendMessage", fault)
    stage.save(CAFE)
    (new,) = await stage.texts(7, 1)
    assert "مقهى اللغة" in new
    # That the token was refused is told when it is accepted again.
    *_, receipt = await stage.texts(STAFF, 2 if fault is faults.UNAUTHORIZED else 1)
    assert "1 got it" in receipt


async def test_who_has_blocked_the_bot_is_told_of_in_the_receipt(stage: Stage) -> None:
    person = await stage.subscriber(7)
    await stage.subscriber(8)
    person.chat.closed = "bot was blocked by the user"
    stage.save(CAFE)
    (receipt,) = await stage.texts(STAFF, 1)
    assert receipt.startswith("cafe (published, 1): 1 got it, 1 have blocked the bot, 0 failed")
