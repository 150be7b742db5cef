"""The bot's profile as Telegram shows it before anybody has written: its name and what it is for, per language."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.patience import Patience
from bot.channels.telegram.troubles import describe
from bot.languages.table import SOURCE, Languages
from bot.languages.words import N_, Texts

log = logging.getLogger(__name__)

NAME = "Tillsammans"
SHORT = N_("Answers about life in Uddevalla, in your language")
LONG = (
    N_("I am a bot, not a person. I help residents of Uddevalla to find information about society."),
    N_("Write your question in a few words, in your own language. Spelling does not matter."),
)
# For clients in languages that we have no words in.
DEFAULT_LANGUAGES = (SOURCE, "en")

Entry = tuple[Callable[[], Awaitable[str]], Callable[[str], Awaitable[bool]], str]


async def publish_profile(bot: Bot, patience: Patience, languages: Languages, texts: Callable[[str], Texts]) -> None:
    """Write what differs from what Telegram has; a profile that cannot be written is logged and does no other harm."""
    try:
        for read, write, wanted in _entries(bot, languages, texts):
            if await patience.persist(read) != wanted:
                await patience.persist(partial(write, wanted))
    except TelegramError as error:
        log.warning("the profile of the bot is not up to date: %s", describe(error))


def described_languages(languages: Languages, texts: Callable[[str], Texts]) -> Iterator[tuple[str, str]]:
    """Telegram's two letters and our id of every language that Telegram can say and that we have words in."""
    for language in languages.values():
        if language.telegram and texts(language.id).language.id == language.id:
            yield language.telegram, language.id


def _entries(bot: Bot, languages: Languages, texts: Callable[[str], Texts]) -> Iterator[Entry]:
    """How each field is read and written, and what it should say; the name is the same in every language."""

    async def name() -> str:
        return (await bot.get_my_name()).name

    yield name, bot.set_my_name, NAME
    words = [texts(language_id) for language_id in DEFAULT_LANGUAGES]
    yield from _descriptions(bot, None, " / ".join(text(SHORT) for text in words), "\n\n".join(map(_long, words)))
    for code, language_id in described_languages(languages, texts):
        own = texts(language_id)
        yield from _descriptions(bot, code, own(SHORT), _long(own))


def _descriptions(bot: Bot, code: str | None, short: str, long: str) -> Iterator[Entry]:
    async def read_short() -> str:
        return (await bot.get_my_short_description(language_code=code)).short_description

    async def read_long() -> str:
        return (await bot.get_my_description(language_code=code)).description

    yield read_short, partial(bot.set_my_short_description, language_code=code), short
    yield read_long, partial(bot.set_my_description, language_code=code), long


def _long(texts: Texts) -> str:
    return " ".join(texts(sentence) for sentence in LONG)
