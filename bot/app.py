"""The one process: content, web page and Telegram together, from start to an orderly end."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bot.activities.imported import ImportedCalendars
from bot.activities.importing import keep_up_to_date
from bot.channels.web import WebAddressError, build_web, serve_web
from bot.conversation.dialogue import Dialogue
from bot.conversation.live import ContentError, LiveBrain, render_problems
from bot.conversation.loading import BrainLoader
from bot.conversation.startup_cache import StartupCache
from bot.languages.table import Languages, LanguageTableError
from bot.languages.words import CatalogueError, Words
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.announcements.announcer import Announcer
    from bot.announcements.announcer import Health as AnnouncerHealth
    from bot.announcements.engines import Engine
    from bot.channels.telegram import Health as TelegramHealth
    from bot.channels.telegram import TelegramChannel
    from bot.conversation.replies import Reply

Tell = Callable[[str], None]
# These libraries would write web addresses, and with them the token or what was asked for, into the log.
_QUIET = ("httpx", "httpcore", "aiohttp", "uvicorn", "watchfiles", "aiosqlite", "alembic", "telegram")


class StartError(Exception):
    """The program cannot start; the message says what is wrong and how to mend it."""


async def serve(settings: Settings, today: Callable[[], date], tell: Tell) -> None:
    """Serve until the process is asked to end; `tell` is given what an operator wants to read at the start.

    Raises StartError when the content, the database or the port cannot be used. A Telegram that cannot be reached or
    that refuses the token stops nothing: it is logged and tried again, and the web page goes on.
    """
    configure_logging(settings)
    live = open_content(settings, today)
    engine = _engine(settings) if settings.telegram_token else None
    dialogue = Dialogue(live, today)
    stop = stop_on_signals()
    try:
        async with _telegram(settings, dialogue, live, today) as (telegram, announcer):
            web = build_web(
                dialogue,
                brain=live,
                health=lambda: health(
                    live, telegram.health() if telegram else None, announcer.health() if announcer else None
                ),
                routes=telegram.routes if telegram else (),
            )
            tell(_telegram_line(settings))
            async with asyncio.TaskGroup() as tasks:
                imported = ImportedCalendars(settings.calendars)
                folders = (settings.knowledge, settings.locales)
                tasks.create_task(live.watch(folders, stop, ready_all=telegram is not None))
                tasks.create_task(
                    keep_up_to_date(lambda: live().programme.calendars, imported, settings.knowledge, today, stop)
                )
                if telegram:
                    tasks.create_task(telegram.run(stop))
                if announcer and engine:
                    tasks.create_task(announcer.run(stop, engine))
                tasks.create_task(_until_stopped(serve_web(web, settings, stop, on_bound=_web_line(tell)), stop))
    except* (WebAddressError, _store_error()) as group:
        raise StartError(str(group.exceptions[0])) from None


def configure_logging(settings: Settings) -> None:
    """Log to standard error, without what residents write and without the token."""
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def open_content(settings: Settings, today: Callable[[], date]) -> LiveBrain:
    """Load everything that is shown; raises StartError with every mistake there is."""
    try:
        languages = Languages.load(settings.locales / "languages.yaml")
        staff = Words(settings.locales, languages, "staff").of(settings.staff_language)
    except (LanguageTableError, CatalogueError) as error:
        raise StartError(str(error)) from error
    try:
        cache = StartupCache(settings.cache)
        samples, imported = settings.sample_activities, ImportedCalendars(settings.calendars)
        loader = BrainLoader(
            settings.knowledge, settings.locales, languages, cache, with_samples=samples, imported=imported
        )
        return LiveBrain(loader, today, staff)
    except ContentError as error:
        raise StartError(render_problems(error.problems.errors, staff)) from error


def stop_on_signals() -> asyncio.Event:
    """An event that is set when the process is asked to end (SIGINT, SIGTERM)."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def health(
    live: LiveBrain, telegram: TelegramHealth | None, announcements: AnnouncerHealth | None = None
) -> Mapping[str, object]:
    """What /healthz tells: "ok" as long as residents are answered, in every door that is configured."""
    told: dict[str, object] = {"configured": telegram is not None}
    if telegram is not None:
        told |= {"seconds_since_success": round(telegram.since_success), "problem": telegram.problem}
    is_well = telegram is None or telegram.is_well
    about = {"ok": is_well, "content_is_current": live.is_current, "telegram": told}
    if announcements is not None:
        about["announcements"] = {"problem": announcements.problem, "waiting_for_a_person": announcements.parked}
    return about


@asynccontextmanager
async def _telegram(
    settings: Settings, dialogue: Dialogue, live: LiveBrain, today: Callable[[], date]
) -> AsyncIterator[tuple[TelegramChannel | None, Announcer[Reply] | None]]:
    """The Telegram channel and what announces, while they are served; None without a token. Raises StoreError."""
    if settings.telegram_token is None:
        yield None, None
        return
    from bot.announcements.subscriptions import Subscriptions
    from bot.channels.telegram import ChatWishes, build_telegram
    from bot.channels.telegram.announcing import open_announcer
    from bot.store import Forgotten, HandledUpdates, Store, TelegramSubscribers

    token = settings.telegram_token.get_secret_value()
    staff = Words(settings.locales, live().languages, "staff").of(settings.staff_language)
    store = await Store.open(settings.database_url)
    try:
        subscribers = TelegramSubscribers(store, today, Forgotten(settings.outside_backup, token, today))
        async with open_announcer(settings, store, live, staff, now) as announcer:
            if announcer and await announcer.restoring.open():
                await subscribers.forget_again()
            channel = build_telegram(
                settings,
                dialogue,
                subscribers,
                HandledUpdates(store),
                live().languages,
                lambda language_id: live().words.of(language_id),
                ChatWishes(subscribers, Subscriptions(store, now)),
                is_ready=lambda: live.is_ready,
            )
            yield channel, announcer
    finally:
        await store.close()


def now() -> datetime:
    """The moment, aware."""
    return datetime.now(UTC)


def _store_error() -> type[Exception]:
    """What the database raises; nothing of it is loaded while only the web page is served."""
    from bot.store import StoreError

    return StoreError


def _engine(settings: Settings) -> Engine:
    if settings.engine == "loop":
        from bot.announcements.engines.loop import LoopEngine

        return LoopEngine()
    try:
        from bot.announcements.engines.dbos import DbosEngine
    except ImportError as error:
        raise StartError(
            f"TILLSAMMANS_ENGINE=dbos needs the extra: pip install 'tillsammans[scale]' ({error})"
        ) from None
    return DbosEngine(settings.database_url)


async def _until_stopped(serving: Coroutine[object, object, None], stop: asyncio.Event) -> None:
    """When one door ends by itself, the process ends."""
    try:
        await serving
    finally:
        stop.set()


def _telegram_line(settings: Settings) -> str:
    if settings.telegram_token is None:
        return "Telegram: off. Set TELEGRAM_TOKEN to turn it on."
    way = f", by webhook at {settings.webhook_origin}" if settings.webhook_origin else ""
    return f"Telegram: on, at {settings.telegram_origin}{way}"


def _web_line(tell: Tell) -> Callable[[str], None]:
    return lambda address: tell(f"Web page: {address}")
