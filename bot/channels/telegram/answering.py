"""One update answered: read, put to the dialogue, kept what is to be kept, and drawn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from telegram import User
from telegram.error import TelegramError

from bot.announcements.wishes import Wishes
from bot.channels.answers import Answers
from bot.channels.telegram.codes import decode_hide, decode_tap
from bot.channels.telegram.command_menu import CommandMenu
from bot.channels.telegram.delivery import ChatGoneError, Delivery, Target
from bot.channels.telegram.flood import FloodGate, Pace
from bot.channels.telegram.groups import GREETING, group_line, line
from bot.channels.telegram.incoming import Arrived, Asked, Inquired, Joined, Left, Moved, Tapped
from bot.channels.telegram.inline import InlineAnswers
from bot.channels.telegram.keyboards import PRIVATELY, Keyboards
from bot.channels.telegram.memory import AnswerMemory
from bot.channels.telegram.rendering import draw
from bot.channels.telegram.troubles import TroubleLog, describe
from bot.channels.telegram.wishes import ChatWishes
from bot.conversation.actions import Action, Verb
from bot.conversation.commands import parse_command
from bot.conversation.replies import ChooseLanguage, Forget, Kind, Message, Reply, Unsubscribe
from bot.conversation.wishing import WISHES
from bot.languages.table import SOURCE, Languages
from bot.languages.words import N_, Texts
from bot.store import StoreError

log = logging.getLogger(__name__)

TOO_MANY = N_("Many messages came at once. Wait a little, then send your question again.")
SORRY = N_("Something went wrong here. Please try again in a while.")
# Telegram shows typing for five seconds, or until the answer comes.
TYPING_AFTER, TYPING_AGAIN_AFTER = 1.0, 4.5  # seconds
# One thread for what takes long, and one for those who must not wait for it. More would only take the interpreter from
# one another.
_THINKING = ThreadPoolExecutor(2, "answering")
# A question up to this length is understood in a few milliseconds: less than handing it to a thread costs in a rush,
# where threads and event loop take the interpreter from one another (measured: twice the CPU time per question).
_SHORT = 200


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


@dataclass(frozen=True, slots=True)
class Answering:
    """Handles updates, each from beginning to end. `wishes` is None where nobody is told anything unasked.

    `is_ready` says whether no reply has to get a language ready first, which takes long.
    """

    me: User
    dialogue: Answers
    subscribers: Subscribers
    languages: Languages
    texts: Callable[[str], Texts]
    delivery: Delivery
    menu: CommandMenu
    memory: AnswerMemory
    gate: FloodGate
    reading: TroubleLog
    is_ready: Callable[[], bool]
    wishes: ChatWishes | None = None
    # One question after another, and between two of them whatever else is to be done: a hundred come at once.
    turns: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def handle(self, arrived: Arrived) -> None:
        """Do what an update asks; what goes wrong is told to the resident and logged without their words."""
        incoming = arrived.incoming
        if incoming is None:
            return
        try:
            match incoming:
                case Asked():
                    await self._answer_question(incoming)
                case Tapped():
                    await asyncio.gather(self.delivery.acknowledge(incoming.query_id), self._answer_tap(incoming))
                case Inquired():
                    await self._offer(incoming)
                case Joined():
                    await self._greet(incoming)
                case Left():
                    await self._forget(incoming.chat_id)
                case Moved():
                    await self.subscribers.move(incoming.chat_id, incoming.new_chat_id)
        except ChatGoneError:
            await self._forget(incoming.chat_id if not isinstance(incoming, Inquired) else incoming.user_id)
        except Exception as error:
            log.error("update %s was not answered: %s", arrived.update_id, describe(error))
            # Where Telegram itself fails, an apology would fail too.
            if isinstance(incoming, Asked | Tapped) and not isinstance(error, TelegramError):
                await self._tell(incoming, SORRY)

    async def _answer_question(self, asked: Asked) -> None:
        if asked.album and not self.memory.is_new_album(asked.chat_id, asked.album):
            return
        pace = self.gate.judge(asked.chat_id)
        message = await self._message(asked, text=asked.text)
        reply = await self._reply(asked.chat_id, message)
        # Danger is answered at any pace, and what has been done is said.
        if pace is not Pace.CALM and reply.kind is not Kind.CRISIS and not reply.effects:
            if pace is Pace.TELL:
                await self._tell(asked, TOO_MANY, message.chosen)
            return
        earlier = self.memory.answers_to(asked.chat_id, asked.message_id) if asked.is_edit else ()
        target = Target(asked.chat_id, asked.message_id if asked.in_group else None, silent=reply.is_sensitive)
        change_id = earlier[0] if len(earlier) == 1 else None
        if asked.in_group:
            answer_ids = await self._show_in_group(reply, target, change_id)
        else:
            # Whoever hides an answer wants the question gone as well.
            answer_ids = await self._show(reply, target, change_id, (asked.message_id,))
        self.memory.remember(asked.chat_id, asked.message_id, answer_ids)
        await self._adjust_menu(asked.chat_id, message, reply)

    async def _answer_tap(self, tapped: Tapped) -> None:
        hidden = decode_hide(tapped.code)
        if hidden is not None:
            await self.delivery.hide(tapped.chat_id, (*hidden, tapped.message_id))
            return
        if self.gate.judge(tapped.chat_id) is not Pace.CALM:
            return
        tap = decode_tap(tapped.code)
        message = await self._message(tapped, action=tap.action if tap else Action(Verb.START))
        reply = await self._reply(tapped.chat_id, message)
        target = Target(tapped.chat_id, silent=reply.is_sensitive)
        in_place = tap is not None and not tap.anew and not tapped.is_old
        change_id = tapped.message_id if in_place else None
        if tapped.in_group:
            await self._show_in_group(reply, target, change_id)
        else:
            hidden_too = next(filter(None, map(decode_hide, tapped.codes)), ()) if in_place else ()
            await self._show(reply, target, change_id, hidden_too)
        await self._adjust_menu(tapped.chat_id, message, reply)

    async def _offer(self, inquired: Inquired) -> None:
        message = await self._message(inquired, text=inquired.text)
        results = await asyncio.to_thread(InlineAnswers(self.dialogue, self._keyboards).offer, message)
        await self.delivery.offer(inquired.query_id, results, self._own_words(message)(PRIVATELY))

    async def _greet(self, joined: Joined) -> None:
        words = self._own_words(await self._message(joined))
        keyboard = self._keyboards.to_private(words.language.id)
        greeting = line(words(GREETING, name=f"@{self.me.username}"), words)
        await self.delivery.send(Target(joined.chat_id), greeting, keyboard)

    # The dialogue and what it asks to be kept ----------------------------------------------------------------------

    async def _message(
        self, incoming: Asked | Tapped | Inquired | Joined, text: str = "", action: Action | None = None
    ) -> Message:
        """A message with the language chosen; a store that fails must not keep anybody from an answer."""
        chosen = None
        try:
            chosen = await self.subscribers.language_of(incoming.user_id)
        except StoreError as error:
            self.reading.begin(str(error))
        else:
            self.reading.end("the database can be read again")
        return Message(
            text,
            action,
            chosen,
            incoming.client_language,
            is_unreadable=action is None and not text,
            wishes=await self._wishes(incoming, action or parse_command(text.strip())),
        )

    async def _wishes(self, incoming: Asked | Tapped | Inquired | Joined, action: Action | None) -> Wishes | None:
        """What a private chat has asked to be told of, read only for what shows it; raises StoreError."""
        if self.wishes is None or not isinstance(incoming, Asked | Tapped) or incoming.in_group:
            return None
        is_shown = action is not None and (action.verb in WISHES or action.verb is Verb.ACTIVITY)
        return await self.wishes.of(incoming.chat_id) if is_shown else Wishes()

    async def _reply(self, chat_id: int, message: Message) -> Reply:
        """The reply, after what it says has been done is done; raises StoreError."""
        if len(message.text) <= _SHORT and self.is_ready():
            async with self.turns:
                await asyncio.sleep(0)
                reply = self.dialogue.reply(message)
        else:
            reply = await self._reply_from_thread(chat_id, message)
        for effect in reply.effects:
            match effect:
                case ChooseLanguage(language_id):
                    await self.subscribers.choose_language(chat_id, language_id)
                case Forget():
                    await self._forget(chat_id)
                case Unsubscribe():
                    if self.wishes is not None:
                        await self.wishes.unsubscribe(chat_id)
                case wish:
                    if self.wishes is not None:
                        await self.wishes.carry_out(chat_id, reply.language.id, wish)
        return reply

    async def _reply_from_thread(self, chat_id: int, message: Message) -> Reply:
        answer = asyncio.get_running_loop().run_in_executor(_THINKING, self.dialogue.reply, message)
        patience = TYPING_AFTER
        while not (await asyncio.wait({answer}, timeout=patience))[0]:
            await self.delivery.show_typing(chat_id)
            patience = TYPING_AGAIN_AFTER
        return await answer

    async def _forget(self, chat_id: int) -> None:
        self.memory.forget(chat_id)
        self.gate.forget(chat_id)
        await self.subscribers.forget(chat_id)

    async def _adjust_menu(self, chat_id: int, message: Message, reply: Reply) -> None:
        for effect in reply.effects:
            match effect:
                case ChooseLanguage(language_id) if language_id != message.chosen:
                    await self.menu.show_in(chat_id, language_id)
                case Forget():
                    await self.menu.clear_in(chat_id)

    # Drawing -------------------------------------------------------------------------------------------------------

    @property
    def _keyboards(self) -> Keyboards:
        return Keyboards(self.me, self.texts)

    async def _show(
        self, reply: Reply, target: Target, change_id: int | None, hidden_too: tuple[int, ...]
    ) -> tuple[int, ...]:
        """Show a reply, in place of the message `change_id` if it can be; returns the ids of its messages."""
        *first, last = draw(reply)
        sent = [await self.delivery.send(target, draft, None) for draft in first]
        keyboard = self._keyboards.under(reply, (*hidden_too, *sent), is_one_message=not first)
        # Several messages cannot take the place of one.
        if not first and change_id and await self.delivery.change(target.chat_id, change_id, last, keyboard):
            sent.append(change_id)
        else:
            sent.append(await self.delivery.send(target, last, keyboard))
        for place in reply.places:
            if place.point is not None:
                sent.append(await self.delivery.send_place(target, place, place.point))
        for document in reply.documents:
            sent.append(await self.delivery.send_document(target, document))
        return tuple(sent)

    async def _show_in_group(self, reply: Reply, target: Target, change_id: int | None) -> tuple[int, ...]:
        """Show one line of a reply and the way to read the rest in private."""
        draft = group_line(reply, self.texts(reply.language.id))
        is_open = reply.kind is Kind.ANSWER and not reply.is_sensitive and bool(reply.topics)
        label, shown_in = (reply.topics[0], reply.identified or "") if is_open else ("", "")
        keyboard = self._keyboards.to_private(reply.language.id, label, shown_in)
        if change_id and await self.delivery.change(target.chat_id, change_id, draft, keyboard):
            return (change_id,)
        return (await self.delivery.send(target, draft, keyboard),)

    def _own_words(self, message: Message) -> Texts:
        return self.texts(message.chosen or self.languages.negotiate(message.client_language) or SOURCE)

    async def _tell(self, incoming: Asked | Tapped, sentence: str, chosen: str | None = None) -> None:
        """Say one of our own sentences; raises nothing, because nobody could be told of that either."""
        words = self._own_words(Message(chosen=chosen, client_language=incoming.client_language))
        try:
            await self.delivery.send(Target(incoming.chat_id), line(words(sentence), words), None)
        except (TelegramError, ChatGoneError) as error:
            log.error("the resident could not be told: %s", describe(error))
