"""The bot's own sentences as blocks, with phone numbers and links set into them as things to tap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.announcements.wishes import Wishes
from bot.conversation.actions import Action, Verb
from bot.conversation.brain import Brain
from bot.conversation.replies import Block, Button, Style
from bot.knowledge.rendering import PLACEHOLDER, Plain, Span, fact_span
from bot.languages.bidi import isolate
from bot.languages.table import Language
from bot.languages.words import Texts

SWITCHBOARD = "municipality.switchboard"
EMERGENCY = "emergency.sos"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one reply is made with: the content in service, the language it is given in, and the day.

    `wishes` is what the resident has asked to be told of; None where nobody can be told anything unasked.
    """

    brain: Brain
    language: Language
    chosen: str | None
    client_language: str | None
    today: date
    wishes: Wishes | None = None

    @property
    def texts(self) -> Texts:
        """The bot's own words for this reply; in a fallback language where they are not translated yet."""
        return self.brain.words.of(self.language.id)

    def say(self, message: str, style: Style = Style.TEXT, /, **values: str | Span) -> Block:
        """A block with the translation of `message`; values are set in as text, or as something to tap."""
        texts = self.texts
        return Block(tuple(_spans(texts(message), values, texts.language)), texts.language, style)

    def button(self, message: str, action: Action, /, **values: str) -> Button:
        """A button with the translation of `message`."""
        texts = self.texts
        return Button(texts(message, **values), action, texts.language)

    def fact(self, key: str) -> Span:
        """A phone number or link of the facts, in the direction of the words it stands among."""
        return fact_span(self.brain.content.facts[key], self.texts.language)

    @property
    def areas_button(self) -> Button:
        """The way to everything that can be asked."""
        return self.button("What you can ask about", Action(Verb.AREAS))

    @property
    def activities_button(self) -> Button:
        """The way to what is on."""
        return self.button("What's on", Action(Verb.WHATS_ON))

    @property
    def language_button(self) -> Button:
        """The way to the other languages, in words that are recognised in any of them."""
        return Button("Språk / Language / اللغة", Action(Verb.LANGUAGES), self.texts.language)


def _spans(text: str, values: Mapping[str, str | Span], language: Language) -> Iterator[Span]:
    end = 0
    for match in PLACEHOLDER.finditer(text):
        if match.start() > end:
            yield Plain(text[end : match.start()])
        value = values[match.group(1)]
        yield Plain(isolate(value, language.direction, is_text=True)) if isinstance(value, str) else value
        end = match.end()
    if end < len(text):
        yield Plain(text[end:])
