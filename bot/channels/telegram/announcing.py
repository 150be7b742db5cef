"""Announcements on their way to Telegram: over connections of their own, each call once, its ending told exactly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any

from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.announcements.announcer import Announcer
from bot.announcements.model import Gone, Moved, NotSent, Outcome, Refused, Sent, TokenRefused, TooMany, Unknown
from bot.announcements.sending import AT_ONCE
from bot.channels.telegram.aiohttp_request import HungUpError, UnreachableError
from bot.channels.telegram.bot_api import NO_PREVIEW, BotApi
from bot.channels.telegram.keyboards import keyboard, rows_of
from bot.channels.telegram.rendering import draw
from bot.channels.telegram.troubles import describe, seconds_to_wait
from bot.conversation.announcing import AnnouncementComposer
from bot.conversation.brain import Brain
from bot.conversation.replies import Reply
from bot.languages.dates import ZONE
from bot.languages.words import Texts
from bot.settings import Settings
from bot.store import Store

# A short wait would take messages that arrived for lost, and say them twice.
READ_SECONDS = 30.0
# What Telegram says of a private chat or group that is no more, or in which the bot may not write.
_GONE = ("chat not found", "user is deactivated", "have no rights to send", "not enough rights", "chat_write_forbidden")


@asynccontextmanager
async def open_announcer(
    settings: Settings, store: Store, brain: Callable[[], Brain], staff: Texts, now: Callable[[], datetime]
) -> AsyncIterator[Announcer[Reply] | None]:
    """What announces for the bot of the settings; None without a token of the form that @BotFather gives.

    `brain` gives the content in service, `staff` the words for the staff chat, `now` an aware moment.
    """
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    bot_id = token.partition(":")[0]
    if not (bot_id.isascii() and bot_id.isdigit()):
        yield None
        return
    async with TelegramMessenger(token, settings.telegram_origin) as messenger:
        yield Announcer(
            store,
            int(bot_id),
            lambda: brain().programme,
            AnnouncementComposer(brain, lambda: now().astimezone(ZONE).date(), staff),
            messenger,
            now,
            settings.outside_backup,
            staff_chat=settings.staff_chat,
        )


class TelegramMessenger:
    """Sends announcements and changes them, as `bot.announcements.model.Messenger` says. Open it with `async with`."""

    def __init__(self, token: str, origin: str) -> None:
        """`origin`: of the Bot API server, without a slash at the end."""
        self._api = BotApi(token, origin, connections=AT_ONCE, read_timeout=READ_SECONDS)

    async def __aenter__(self) -> TelegramMessenger:
        await self._api.open_connections()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._api.close_connections()

    async def send(self, chat_id: int, text: Reply, *, silent: bool) -> Outcome:
        """Send a new message, without a sound if `silent`."""
        message = partial(self._api.send_text, chat_id, disable_notification=silent or None, **_content(text))
        return await _ending(message())

    async def edit(self, chat_id: int, message_id: int, text: Reply) -> Outcome:
        """Change a message; one that can no longer be changed counts as Sent."""
        content = _content(text)
        change = self._api.change_text(chat_id, message_id, **content)
        outcome = await _ending(_numbered(change, message_id))
        return Sent(message_id) if isinstance(outcome, Refused) else outcome


def _content(reply: Reply) -> dict[str, Any]:
    """What both methods take. Announcements are short: what would not fit in one message is left to the card.

    A tapped button answers with a new message (`is_one_message` is what says so): what was announced stays.
    """
    return {
        "text": draw(reply)[0].html,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": NO_PREVIEW,
        "reply_markup": keyboard(rows_of(reply, is_one_message=False)),
    }


async def _numbered(call: Awaitable[object], message_id: int) -> int:
    await call
    return message_id


async def _ending(call: Awaitable[int]) -> Outcome:
    """How a call ended. `TimedOut` and every other failure of a server leave open whether it was carried out."""
    try:
        return Sent(await call)
    except RetryAfter as error:
        return TooMany(seconds_to_wait(error))
    except ChatMigrated as error:
        return Moved(error.new_chat_id)
    except InvalidToken as error:
        return TokenRefused(describe(error))
    except Forbidden:
        return Gone()
    except BadRequest as error:
        is_gone = any(words in error.message.lower() for words in _GONE)
        return Gone() if is_gone else Refused(error.message[:200])
    except UnreachableError as error:
        return Unknown(describe(error)) if isinstance(error, HungUpError) else NotSent(describe(error))
    except TelegramError as error:
        return Unknown(describe(error))
