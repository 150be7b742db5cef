"""The one process: content, web page and Telegram together, from start to an orderly end."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping
from datetime import date

from bot.channels.telegram import build_telegram
from bot.channels.web import WebAddressError, build_web, serve_web
from bot.conversation.brain import BrainLoader
from bot.conversation.dialogue import Dialogue
from bot.conversation.live import ContentError, LiveBrain, render_problems
from bot.languages.table import Languages, LanguageTableError
from bot.languages.words import CatalogueError, Words
from bot.settings import Settings

log = logging.getLogger(__name__)

Tell = Callable[[str], None]


class StartError(Exception):
    """The program cannot start; the message says what is wrong and how to mend it."""


def configure_logging(settings: Settings) -> None:
    """Log to standard error; libraries that would print addresses with the token in them are kept quiet."""
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("httpx", "httpcore", "aiohttp.access", "uvicorn.access", "watchfiles", "aiosqlite", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def open_content(settings: Settings, today: Callable[[], date]) -> LiveBrain:
    """Load everything that is shown; raises StartError with every mistake there is."""
    try:
        languages = Languages.load(settings.locales / "languages.yaml")
        staff = Words(settings.locales, languages, "staff").of(settings.staff_language)
        return LiveBrain(BrainLoader(settings.knowledge, settings.locales, languages), today, staff)
    except (LanguageTableError, CatalogueError) as error:
        raise StartError(str(error)) from error
    except ContentError as error:
        raise StartError(render_problems(error.problems.errors, staff)) from error


async def serve(settings: Settings, today: Callable[[], date], tell: Tell) -> None:
    """Serve until the process is asked to end; raises StartError when it cannot start.

    A Telegram that cannot be reached or refuses the token does not stop the web page: it is logged, and tried again.
    """
    configure_logging(settings)
    live = open_content(settings, today)
    dialogue = Dialogue(live, today)
    stop = asyncio.Event()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    telegram = await _open_telegram(settings, dialogue, live)
    web = build_web(dialogue, brain=live, health=lambda: _health(live, telegram))
    tell("Telegram: " + ("on" if telegram else "off (set TELEGRAM_TOKEN to turn it on)"))
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(live.watch((settings.knowledge, settings.locales), stop))
            if telegram:
                tasks.create_task(telegram.run(stop))
            tasks.create_task(_serve_web(web, settings, stop, tell))
    except* WebAddressError as group:
        raise StartError(str(group.exceptions[0])) from None
