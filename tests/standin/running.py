"""The bot itself, run against the stand-in in the same process."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import HttpUrl, SecretStr
from starlette.applications import Starlette

from bot.announcements.subscriptions import Subscriptions
from bot.channels.answers import Answers
from bot.channels.telegram import TelegramChannel, build_telegram
from bot.channels.telegram.wishes import ChatWishes
from bot.channels.web import serve_web
from bot.languages.table import Languages
from bot.languages.words import Texts, Words
from bot.settings import ROOT, Settings
from bot.store import HandledUpdates, Store, TelegramSubscribers
from tests.standin.server import TOKEN

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)


@dataclass
class Pauses:
    """A sleep that takes a moment only and remembers how long it should have been; it still lets others run."""

    seconds: list[float] = field(default_factory=list)
    moment: float = 0.001

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(self.moment)


@dataclass
class Running:
    """A bot at work, and what a test may want to look at."""

    channel: TelegramChannel
    store: Store
    subscribers: TelegramSubscribers
    handled: HandledUpdates
    pauses: Pauses
    stop: asyncio.Event
    task: asyncio.Task[None]

    async def end(self) -> None:
        """Stop it as SIGTERM would, and wait until it has stopped."""
        self.stop.set()
        await self.task


@asynccontextmanager
async def running_bot(
    url: str,
    dialogue: Answers,
    database: Path,
    *,
    token: str = TOKEN,
    texts: Callable[[str], Texts] | None = None,
    subscriptions: type[Subscriptions] = Subscriptions,
    clock: Callable[[], float] | None = None,
    webhook_port: int | None = None,
    is_ready: bool = False,
) -> AsyncIterator[Running]:
    """The bot, polling the stand-in at `url` until the block ends, or taking its posts at `webhook_port`.

    `is_ready`: every language is.
    """
    languages = Languages.load(ROOT / "locales" / "languages.yaml")
    store = await Store.open(f"sqlite+aiosqlite:///{database}")
    subscribers, handled, pauses = TelegramSubscribers(store, lambda: DAY), HandledUpdates(store), Pauses()
    settings = Settings(_env_file=None).model_copy(
        update={
            "telegram_token": SecretStr(token),
            "telegram_api_url": HttpUrl(url),
            "webhook_url": HttpUrl(f"http://127.0.0.1:{webhook_port}") if webhook_port else None,
            "web_port": webhook_port or 0,
        }
    )
    channel = build_telegram(
        settings,
        dialogue,
        subscribers,
        handled,
        languages,
        texts or Words(ROOT / "locales", languages).of,
        ChatWishes(subscribers, subscriptions(store, lambda: NOW)),
        is_ready=lambda: is_ready,
        clock=clock or asyncio.get_running_loop().time,
        sleep=pauses,
    )
    stop = asyncio.Event()
    task = asyncio.create_task(_serve(channel, settings, stop))
    running = Running(channel, store, subscribers, handled, pauses, stop, task)
    try:
        yield running
    finally:
        await running.end()
        await store.close()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


async def _serve(channel: TelegramChannel, settings: Settings, stop: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(channel.run(stop))
        if channel.routes:
            tasks.create_task(serve_web(Starlette(routes=channel.routes), settings, stop))


async def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something is true; fails when it is not within `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.002)
