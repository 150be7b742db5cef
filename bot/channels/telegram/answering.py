"""One update answered: read, put to the dialogue, kept what is to be kept, and drawn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update, User
from telegram.error import TelegramError

from bot.channels.answers import Answers
from bot.channels.telegram.codes import decode_hide, decode_tap, encode_hide, encode_tap
from bot.channels.telegram.command_menu import CommandMenu
from bot.channels.telegram.delivery import ChatGoneError, Delivery, Place
from bot.channels.telegram.incoming import Asked, Left, Moved, Tapped, read_update
from bot.channels.telegram.memory import AnswerMemory
from bot.channels.telegram.rendering import Draft, draw
from bot.channels.telegram.troubles import TroubleLog, describe
from bot.conversation.actions import Action, Verb
from bot.conversation.replies import ChooseLanguage, Forget, Message, Reply, Unsubscribe
from bot.languages.table import SOURCE, Languages
from bot.languages.words import N_, Texts
from bot.store import StoreError

log = logging.getLogger(__name__)

HIDE = N_("Hide this")
SORRY = N_("Something went wrong here. Please try again in a while.")


class Subscribers(Protocol):
    """What this channel needs of the store; every call may raise StoreError."""

    async def language_of(self, chat_id: int) -> str | None:
        """The chosen language of a chat."""
        ...

    async def choose_language(self, chat_id: int, language_id: str) -> None:
        """Keep a choice."""
        ...

    async def forget(self, chat_id: int) -> None:
        """Delete everything about a chat."""
        ...

    async def move(self, old_chat_id: int, new_chat_id: int) -> None:
        """A chat has got a new id."""
        ...


class Subscriptions(Protocol):
    """What residents want to be told unasked; every call may raise StoreError."""

    async def unsubscribe(self, chat_id: int) -> None:
        """End all subscriptions of a chat."""
        ...


@dataclass(frozen=True, slots=True)
class Answering:
    """Handles updates, each from beginning to end. `subscriptions` is None while there is nothing to subscribe to."""

    me: User
    dialogue: Answers
    subscribers: Subscribers
    languages: Languages
    texts: Callable[[str], Texts]
    delivery: Delivery
    menu: CommandMenu
    memory: AnswerMemory
    reading: TroubleLog
    subscriptions: Subscriptions | None = None

    async def handle(self, update: Update) -> None:
        """Do what an update asks; what goes wrong is told to the resident and logged without their words."""
        incoming = read_update(update, self.me)
        if incoming is None:
            return
        try:
            match incoming:
                case Asked():
                    await self._answer_question(incoming)
                case Tapped():
                    await asyncio.gather(self.delivery.acknowledge(incoming.query_id), self._answer_tap(incoming))
                case Left():
                    await self._forget(incoming.chat_id)
                case Moved():
                    await self.subscribers.move(incoming.chat_id, incoming.new_chat_id)
        except ChatGoneError:
            await self._forget(incoming.chat_id)
        except Exception as error:
            log.error("update %s was not answered: %s", update.update_id, describe(error))
            # Where Telegram itself fails, an apology would fail too.
            if isinstance(incoming, Asked | Tapped) and not isinstance(error, TelegramError):
                await self._apologise(incoming)

    async def _answer_question(self, asked: Asked) -> None:
        if asked.album and not self.memory.is_new_album(asked.chat_id, asked.album):
            return
        message = await self._message(asked, text=asked.text)
        reply = await self._reply(asked.chat_id, message)
        place = Place(asked.chat_id, asked.message_id if asked.wants_reply else None, silent=reply.is_sensitive)
        earlier = self.memory.answers_to(asked.chat_id, asked.message_id) if asked.is_edit else ()
        # Whoever hides an answer wants the question gone as well; in a group it is not ours to delete.
        hidden_too = () if asked.wants_reply else (asked.message_id,)
        answer_ids = await self._show(reply, place, earlier[0] if len(earlier) == 1 else None, hidden_too)
        self.memory.remember(asked.chat_id, asked.message_id, answer_ids)
        await self._adjust_menu(asked.chat_id, message, reply)

    async def _answer_tap(self, tapped: Tapped) -> None:
        hidden = decode_hide(tapped.code)
        if hidden is not None:
            await self.delivery.hide(tapped.chat_id, (*hidden, tapped.message_id))
            return
        tap = decode_tap(tapped.code)
        message = await self._message(tapped, action=tap.action if tap else Action(Verb.START))
        reply = await self._reply(tapped.chat_id, message)
        place = Place(tapped.chat_id, silent=reply.is_sensitive)
        in_place = tap is not None and not tap.anew and not tapped.is_old
        hidden_too = next(filter(None, map(decode_hide, tapped.codes)), ()) if in_place else ()
        await self._show(reply, place, tapped.message_id if in_place else None, hidden_too)
        await self._adjust_menu(tapped.chat_id, message, reply)

    # The dialogue and what it asks to be kept ----------------------------------------------------------------------

    async def _message(self, incoming: Asked | Tapped, text: str = "", action: Action | None = None) -> Message:
        """A message with the language chosen; a store that fails must not keep anybody from an answer."""
        chosen = None
        try:
            chosen = await self.subscribers.language_of(incoming.chat_id)
        except StoreError as error:
            self.reading.begin(str(error))
        else:
            self.reading.end("the database can be read again")
        return Message(text, action, chosen, incoming.client_language)

    async def _reply(self, chat_id: int, message: Message) -> Reply:
        """The reply, after what it says has been done is done; raises StoreError."""
        # In a thread, because the first question in a language takes longer, and others must not wait for it.
        reply = await asyncio.to_thread(self.dialogue.reply, message)
        for effect in reply.effects:
            match effect:
                case ChooseLanguage(language_id):
                    await self.subscribers.choose_language(chat_id, language_id)
                case Forget():
                    await self._forget(chat_id)
                case Unsubscribe() if self.subscriptions is not None:
                    await self.subscriptions.unsubscribe(chat_id)
        return reply

    async def _forget(self, chat_id: int) -> None:
        self.memory.forget(chat_id)
        await self.subscribers.forget(chat_id)

    async def _adjust_menu(self, chat_id: int, message: Message, reply: Reply) -> None:
        for effect in reply.effects:
            match effect:
                case ChooseLanguage(language_id) if language_id != message.chosen:
                    await self.menu.show_in(chat_id, language_id)
                case Forget():
                    await self.menu.clear_in(chat_id)

    # Drawing -------------------------------------------------------------------------------------------------------

    async def _show(
        self, reply: Reply, place: Place, change_id: int | None, hidden_too: tuple[int, ...]
    ) -> tuple[int, ...]:
        """Show a reply, in place of the message `change_id` if it can be; returns the ids of its messages."""
        *first, last = draw(reply)
        sent = [await self.delivery.send(place, draft, None) for draft in first]
        keyboard = self._keyboard(reply, (*hidden_too, *sent), is_one_message=not first)
        # Several messages cannot take the place of one.
        target = None if first else change_id
        if target is not None and await self.delivery.change(place.chat_id, target, last, keyboard):
            return (target,)
        return (*sent, await self.delivery.send(place, last, keyboard))

    def _keyboard(
        self, reply: Reply, hidden_too: tuple[int, ...], *, is_one_message: bool
    ) -> InlineKeyboardMarkup | None:
        rows = [
            [
                InlineKeyboardButton(
                    button.text, callback_data=encode_tap(button.action, reply, is_one_message=is_one_message)
                )
                for button in row
            ]
            for row in reply.buttons
        ]
        if reply.is_sensitive:
            hide = self.texts(reply.language.id)(HIDE)
            rows.append([InlineKeyboardButton(hide, callback_data=encode_hide(hidden_too))])
        return InlineKeyboardMarkup(rows) if rows else None

    async def _apologise(self, incoming: Asked | Tapped) -> None:
        language_id = self.languages.negotiate(incoming.client_language) or SOURCE
        sorry = self.texts(language_id)(SORRY)
        try:
            await self.delivery.send(Place(incoming.chat_id), Draft(sorry, sorry), None)
        except (TelegramError, ChatGoneError) as error:
            log.error("the resident could not be told: %s", describe(error))
