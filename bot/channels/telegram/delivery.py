"""Messages on their way to Telegram: sent, changed and deleted, with patience for what passes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.channels.telegram.patience import Patience
from bot.channels.telegram.rendering import Draft
from bot.channels.telegram.troubles import describe

log = logging.getLogger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# In place of a message that is too old to be deleted.
_HIDDEN = "…"


class ChatGoneError(Exception):
    """The chat blocked the bot, removed it or no longer exists."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: the chat, the message it replies to if that must show, and whether it makes no sound."""

    chat_id: int
    reply_to: int | None = None
    silent: bool = False


class Delivery:
    """Sends and changes messages. Raises TelegramError when Telegram fails for long, and ChatGoneError."""

    def __init__(self, bot: Bot, patience: Patience) -> None:
        """`patience` decides how often a call is repeated."""
        self._bot, self._patience = bot, patience

    async def send(self, place: Place, draft: Draft, keyboard: InlineKeyboardMarkup | None) -> int:
        """Send one message and return its id."""

        send = partial(
            self._bot.send_message,
            place.chat_id,
            link_preview_options=_NO_PREVIEW,
            disable_notification=place.silent or None,
            reply_parameters=_reply_parameters(place),
            reply_markup=keyboard,
        )
        try:
            message = await self._patience.persist(partial(send, text=draft.html, parse_mode=ParseMode.HTML))
        except ChatMigrated as error:
            return await self.send(Place(error.new_chat_id, silent=place.silent), draft, keyboard)
        except (BadRequest, Forbidden) as error:
            if _is_gone(error):
                raise ChatGoneError from error
            if not _is_formatting(error):
                raise
            log.error("%s; sent without formatting", describe(error))
            message = await self._patience.persist(partial(send, text=draft.plain))
        return message.message_id

    async def change(self, chat_id: int, message_id: int, draft: Draft, keyboard: InlineKeyboardMarkup | None) -> bool:
        """Change a message of ours in place; False when Telegram does not let us, so that it must be sent anew."""
        try:
            await self._patience.persist(
                partial(
                    self._bot.edit_message_text,
                    draft.html,
                    chat_id,
                    message_id,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=keyboard,
                )
            )
        except BadRequest as error:
            return "not modified" in error.message
        except Forbidden as error:
            raise ChatGoneError from error
        return True

    async def hide(self, chat_id: int, message_ids: tuple[int, ...]) -> None:
        """Delete messages; one that is too old for it is emptied, if it is ours."""
        for message_id in message_ids:
            try:
                await self._patience.persist(partial(self._bot.delete_message, chat_id, message_id))
            except BadRequest:
                await self.change(chat_id, message_id, Draft(_HIDDEN, _HIDDEN), None)

    async def acknowledge(self, query_id: str) -> None:
        """Stop the tapped button from spinning; that it is too late for that does not matter."""
        try:
            await self._bot.answer_callback_query(query_id)
        except TelegramError as error:
            log.debug("a tap was not acknowledged: %s", describe(error))


def _reply_parameters(place: Place) -> ReplyParameters | None:
    if place.reply_to is None:
        return None
    return ReplyParameters(place.reply_to, allow_sending_without_reply=True)


def _is_gone(error: TelegramError) -> bool:
    return isinstance(error, Forbidden) or "chat not found" in error.message.lower()


def _is_formatting(error: TelegramError) -> bool:
    return "parse entities" in error.message.lower()
