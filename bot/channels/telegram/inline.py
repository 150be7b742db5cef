"""Inline mode: `@bot question` in any chat gives answers to send there, in the language of whoever types it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram import InlineKeyboardMarkup, InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.channels.answers import Answers
from bot.channels.telegram.bot_api import Json
from bot.channels.telegram.groups import first_sentence
from bot.channels.telegram.keyboards import Keyboards, title_of
from bot.channels.telegram.rendering import draw
from bot.conversation.actions import Action, Verb
from bot.conversation.replies import Block, Button, Message, Phone, Plain, Reply, Style
from bot.languages.bidi import isolate, strip_controls

SHOWN = 5
_TOPICS_IN_DESCRIPTION = 3
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class InlineAnswers:
    """Finds what to offer for what is typed in another chat."""

    dialogue: Answers
    keyboards: Keyboards

    def offer(self, message: Message) -> tuple[InlineQueryResultArticle, ...]:
        """Up to five answers to the text of `message`, the likeliest first; the first areas while nothing is typed.

        Of danger and of sensitive topics only the numbers are offered: nobody knows who reads that chat.
        """
        if not message.text.strip():
            areas = _buttons(self._act(message, Action(Verb.AREAS)), Verb.AREA)
            return tuple(self._area(self._act(message, button.action), button) for button in areas[:SHOWN])
        reply = self.dialogue.reply(message)
        if reply.is_sensitive:
            return _numbers(reply)
        asked = [Action(Verb.TOPIC, label, reply.identified or "") for label in reply.topics]
        near = [button.action for button in _buttons(reply, Verb.TOPIC)]
        actions = {action.about: action for action in reversed(asked + near)}
        answers = [self._act(message, actions[label]) for label in list(reversed(actions))[:SHOWN]]
        # Beside an ordinary answer, numbers of something sensitive that nobody asked for would only puzzle.
        shown = [answer for answer in answers if not (reply.topics and answer.is_sensitive)]
        offered = {result.id: result for answer in shown for result in self._answer(answer)}
        return tuple(offered.values())

    def _act(self, message: Message, action: Action) -> Reply:
        return self.dialogue.reply(replace(message, text="", action=action))

    def _answer(self, reply: Reply) -> tuple[InlineQueryResultArticle, ...]:
        if reply.is_sensitive:
            return _numbers(reply)
        if not reply.topics:  # Staff took the topic away in this very moment.
            return ()
        label = reply.topics[0]
        text = next((block.text for block in reply.blocks if block.style in (Style.TEXT, Style.ITEM)), "")
        keyboard = self.keyboards.to_private(reply.language.id, label)
        return (_article(label, title_of(reply), first_sentence(text), reply, keyboard),)

    def _area(self, reply: Reply, area: Button) -> InlineQueryResultArticle:
        """An area with its topics as a list."""
        topics = _buttons(reply, Verb.TOPIC)
        items = tuple(Block((Plain(topic.text),), topic.language, Style.ITEM) for topic in topics)
        description = ", ".join(topic.text for topic in topics[:_TOPICS_IN_DESCRIPTION])
        listed = replace(reply, blocks=(*reply.blocks, *items))
        keyboard = self.keyboards.to_private(reply.language.id, area.action.about)
        return _article(area.action.about, area.text, description, listed, keyboard)


def _numbers(reply: Reply) -> tuple[InlineQueryResultArticle, ...]:
    """The numbers of a sensitive answer and nothing else of it; nothing where it has none."""
    if not reply.phones:
        return ()
    blocks = tuple(Block(_named(phone, reply), reply.language, Style.ITEM) for phone in reply.phones)
    shown = replace(reply, blocks=blocks, beside=(), is_sensitive=False)
    title = " · ".join(strip_controls(phone.text) for phone in reply.phones)
    return (_article("+".join(phone.number for phone in reply.phones)[:60], title, "", shown, None),)


def _named(phone: Phone, reply: Reply) -> tuple[Plain | Phone, ...]:
    if not phone.name or phone.name == strip_controls(phone.text):
        return (phone,)
    return (Plain(isolate(phone.name, reply.language.direction, is_text=True) + " "), phone)


def _article(key: str, title: str, description: str, reply: Reply, keyboard: Json | None) -> InlineQueryResultArticle:
    content = InputTextMessageContent(draw(reply)[0].html, ParseMode.HTML, link_preview_options=_NO_PREVIEW)
    markup = InlineKeyboardMarkup.de_json(keyboard) if keyboard else None
    return InlineQueryResultArticle(key, title, content, markup, description=description or None)


def _buttons(reply: Reply, verb: Verb) -> list[Button]:
    return [button for row in reply.buttons for button in row if button.action.verb is verb]
