"""Messages on their way to Telegram: sent, changed and deleted, with patience for what passes."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from telegram import InlineQueryResult, InlineQueryResultsButton, InputFile
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.activities.model import Place
from bot.channels.telegram.bot_api import NO_PREVIEW, BotApi, Json
from bot.channels.telegram.patience import Patience
from bot.channels.telegram.rendering import Draft
from bot.channels.telegram.troubles import describe
from bot.conversation.replies import Document

log = logging.getLogger(__name__)

# In place of a message that is too old to be deleted.
_HIDDEN = "…"
# An answer that staff have just mended must not be offered for long.
_INLINE_CACHE_SECONDS = 10
_FROM_INLINE = "inline"


class ChatGoneError(Exception):
    """The chat blocked the bot, removed it or no longer exists."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the chat, the message it replies to if that must show, and whether it makes no sound."""

    chat_id: int
    reply_to: int | None = None
    silent: bool = False


class Delivery:
    """Sends and changes messages. Raises TelegramError when Telegram fails for long, and ChatGoneError."""

    def __init__(self, bot: BotApi, patience: Patience) -> None:
        """`patience` decides how often a call is repeated."""
        self._bot, self._patience = bot, patience

    async def send(self, target: Target, draft: Draft, keyboard: Json | None) -> int:
        """Send one message and return its id."""

        send = partial(
            self._bot.send_text,
            target.chat_id,
            link_preview_options=NO_PREVIEW,
            disable_notification=target.silent or None,
            reply_parameters=_reply_parameters(target),
            reply_markup=keyboard,
        )
        try:
            return await self._patience.persist(partial(send, text=draft.html, parse_mode=ParseMode.HTML))
        except ChatMigrated as error:
            return await self.send(Target(error.new_chat_id, silent=target.silent), draft, keyboard)
        except (BadRequest, Forbidden) as error:
            if _is_gone(error):
                raise ChatGoneError from error
            if not _is_formatting(error):
                raise
            log.error("%s; sent without formatting", describe(error))
            return await self._patience.persist(partial(send, text=draft.plain))

    async def change(self, chat_id: int, message_id: int, draft: Draft, keyboard: Json | None) -> bool:
        """Change a message of ours in place; False when Telegram does not let us, so that it must be sent anew."""
        try:
            await self._patience.persist(
                partial(
                    self._bot.change_text,
                    chat_id,
                    message_id,
                    draft.html,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=NO_PREVIEW,
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

    async def send_place(self, target: Target, place: Place, point: tuple[float, float]) -> int:
        """Send a place as a point on the map, without a sound of its own, and return the id of the message."""
        latitude, longitude = point
        send = partial(
            self._bot.send_venue,
            target.chat_id,
            latitude,
            longitude,
            place.name,
            place.address or place.name,
            disable_notification=True,
        )
        return (await self._patience.persist(send)).message_id

    async def send_document(self, target: Target, document: Document) -> int:
        """Send a file, without a sound of its own, and return the id of the message."""
        file = InputFile(document.content, document.name)
        send = partial(self._bot.send_document, target.chat_id, file, disable_notification=True)
        return (await self._patience.persist(send)).message_id

    async def show_typing(self, chat_id: int) -> None:
        """Show that an answer is on its way; that it could not be shown does not matter."""
        try:
            await self._bot.send_chat_action(chat_id, ChatAction.TYPING)
        except TelegramError as error:
            log.debug("typing was not shown: %s", describe(error))

    async def offer(self, query_id: str, results: Sequence[InlineQueryResult], button: str) -> None:
        """Answer an inline query; without results a `button` leads to the private chat. Too late does not matter."""
        to_private = InlineQueryResultsButton(button, start_parameter=_FROM_INLINE)
        try:
            await self._bot.answer_inline_query(
                query_id,
                results,
                cache_time=_INLINE_CACHE_SECONDS,
                is_personal=True,
                button=None if results else to_private,
            )
        except BadRequest as error:
            log.debug("an inline query was not answered: %s", describe(error))

    async def acknowledge(self, query_id: str) -> None:
        """Stop the tapped button from spinning; that it is too late for that does not matter."""
        try:
            await self._bot.answer_callback_query(query_id)
        except TelegramError as error:
            log.debug("a tap was not acknowledged: %s", describe(error))


def _reply_parameters(target: Target) -> Json | None:
    if target.reply_to is None:
        return None
    return {"message_id": target.reply_to, "allow_sending_without_reply": True}


def _is_gone(error: TelegramError) -> bool:
    return isinstance(error, Forbidden) or "chat not found" in error.message.lower()


def _is_formatting(error: TelegramError) -> bool:
    return "parse entities" in error.message.lower()
