"""Telegram as one of the bot's doors: started, supervised and stopped."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from starlette.routing import Route
from telegram import User

from bot.channels.answers import Answers
from bot.channels.telegram.answering import Answering, Subscribers
from bot.channels.telegram.bot_api import BotApi
from bot.channels.telegram.command_menu import CommandMenu
from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.flood import FloodGate
from bot.channels.telegram.incoming import read_raw
from bot.channels.telegram.intake import Handled, Intake
from bot.channels.telegram.memory import AnswerMemory
from bot.channels.telegram.ordering import PerChatOrder
from bot.channels.telegram.patience import Patience, Sleep
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.troubles import Troubles, describe, pause_after
from bot.channels.telegram.webhook import Webhook
from bot.channels.telegram.wishes import ChatWishes
from bot.languages.table import Languages
from bot.languages.words import Texts
from bot.settings import Settings

log = logging.getLogger(__name__)
T = TypeVar("T")

# As many as one fetch brings, or Telegram posts at once.
CHATS_AT_ONCE = 100
# A quiet long poll succeeds every 25 seconds; a stuck one is broken off after 35.
UNWELL_AFTER_SECONDS = 60.0
STOPPING_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Health:
    """How Telegram is doing: seconds since it last answered or, if that is longer, since anything was finished while
    something is being handled; and what is wrong, in one line, if anything is."""

    since_success: float
    problem: str | None

    @property
    def is_well(self) -> bool:
        """Whether residents can expect an answer."""
        return self.since_success < UNWELL_AFTER_SECONDS


class Source(Protocol):
    """A way updates come in; every call may raise TelegramError and is then made again."""

    async def begin(self) -> None:
        """What is to be done once, at the start."""
        ...

    async def step(self) -> None:
        """What is to be done over and over, at least twice a minute."""
        ...


class TelegramChannel:
    """Long polling or a webhook, and everything behind it."""

    def __init__(
        self,
        api: BotApi,
        answering: Callable[[User], Answering],
        handled: Handled,
        menu: CommandMenu,
        webhook: Webhook | None,
        troubles: Troubles,
        clock: Callable[[], float],
        sleep: Sleep,
    ) -> None:
        """Use `build_telegram`."""
        self._api, self._answering, self._handled, self._menu = api, answering, handled, menu
        self._webhook, self._troubles, self._clock, self._sleep = webhook, troubles, clock, sleep
        self._last_success = clock()
        self._intake: Intake | None = None

    @property
    def routes(self) -> Sequence[Route]:
        """What the web server must serve for this channel."""
        return [self._webhook.route] if self._webhook else []

    def health(self) -> Health:
        """How it is doing now."""
        stuck = self._intake.seconds_stuck if self._intake else 0.0
        problem = f"no answer has been finished for {stuck:.0f} seconds" if stuck >= UNWELL_AFTER_SECONDS else None
        return Health(max(self._clock() - self._last_success, stuck), self._troubles.current or problem)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then finish what is being answered. Never ends because of Telegram."""
        order = PerChatOrder(CHATS_AT_ONCE)
        await self._api.open_connections()
        serving = asyncio.create_task(self._serve(order))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
        finally:
            if self._webhook:
                self._webhook.close()
            for task in (serving, stopping):
                task.cancel()
            await asyncio.gather(serving, stopping, return_exceptions=True)
            if late := await order.drain(STOPPING_SECONDS):
                log.warning("%s updates were not finished; they come again at the next start", late)
            await self._api.close_connections()

    async def _serve(self, order: PerChatOrder) -> None:
        me = await self._until_it_works(self._api.get_me)
        handle = self._answering(me).handle
        read = partial(read_raw, bot=self._api, me=me)
        intake = Intake(read, handle, self._handled, order, self._troubles.writing, self._clock)
        await intake.remember()
        self._intake = intake
        source: Source = self._webhook or Polling(self._api, intake)
        if self._webhook:
            self._webhook.open(intake)
        await self._until_it_works(source.begin)
        log.info("Telegram is served as @%s, by %s", me.username, "webhook" if self._webhook else "polling")
        publishing = asyncio.create_task(self._menu.publish())
        try:
            while True:
                await self._until_it_works(source.step)
        finally:
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)

    async def _until_it_works(self, call: Callable[[], Awaitable[T]]) -> T:
        """The result of `call`, repeated with longer and longer pauses for as long as it fails."""
        failures = 0
        while True:
            try:
                result = await call()
            except Exception as error:
                failures += 1
                self._troubles.telegram.begin(describe(error))
                await self._sleep(pause_after(error, failures))
            else:
                self._last_success = self._clock()
                self._troubles.telegram.end("Telegram answers again")
                return result


def build_telegram(
    settings: Settings,
    dialogue: Answers,
    subscribers: Subscribers,
    handled: Handled,
    languages: Languages,
    texts: Callable[[str], Texts],
    wishes: ChatWishes | None = None,
    *,
    is_ready: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
    sleep: Sleep = asyncio.sleep,
) -> TelegramChannel:
    """The channel for the bot whose token is in `settings`; raises ValueError without a token.

    `texts` gives the bot's own words in a language. `is_ready` says whether the dialogue answers any short question in
    a few milliseconds; until then it is asked in a thread. `clock` and `sleep` are in seconds.
    """
    if settings.telegram_token is None:
        raise ValueError("TELEGRAM_TOKEN is not set")
    api = BotApi(settings.telegram_token.get_secret_value(), settings.telegram_origin, connections=2 * CHATS_AT_ONCE)
    patience = Patience(sleep)
    menu = CommandMenu(api, patience, languages, texts)
    troubles = Troubles(log)
    answering = partial(
        Answering,
        dialogue=dialogue,
        subscribers=subscribers,
        languages=languages,
        texts=texts,
        delivery=Delivery(api, patience),
        menu=menu,
        memory=AnswerMemory(),
        gate=FloodGate(clock),
        reading=troubles.reading,
        is_ready=is_ready,
        wishes=wishes,
    )
    webhook = Webhook(api, settings.webhook_origin, sleep) if settings.webhook_origin else None
    return TelegramChannel(api, answering, handled, menu, webhook, troubles, clock, sleep)
