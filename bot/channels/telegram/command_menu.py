"""The menu of commands beside the text field, in the languages Telegram knows and, per chat, in all others."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.channels.telegram.patience import Patience
from bot.channels.telegram.profile import DEFAULT_LANGUAGES, described_languages, publish_profile
from bot.channels.telegram.troubles import describe
from bot.conversation.commands import described_commands
from bot.languages.table import Languages
from bot.languages.words import Texts

log = logging.getLogger(__name__)


class CommandMenu:
    """Commands as Telegram shows them. A menu that cannot be written is logged and otherwise does no harm."""

    def __init__(self, bot: Bot, patience: Patience, languages: Languages, texts: Callable[[str], Texts]) -> None:
        """`texts` gives the bot's own words in a language."""
        self._bot, self._patience, self._languages, self._texts = bot, patience, languages, texts

    async def publish(self) -> None:
        """Write what differs: the menus of all languages with a two-letter code and the default one; the profile."""
        try:
            for code, commands in self._menus():
                published = await self._patience.persist(partial(self._bot.get_my_commands, language_code=code))
                if published != commands:
                    await self._patience.persist(partial(self._bot.set_my_commands, commands, language_code=code))
        except TelegramError as error:
            log.warning("the menu of commands is not up to date: %s", describe(error))
        await publish_profile(self._bot, self._patience, self._languages, self._texts)

    async def show_in(self, chat_id: int, language_id: str) -> None:
        """Show the menu of one chat in its chosen language."""
        commands = self._commands(language_id)
        await self._write(partial(self._bot.set_my_commands, commands, scope=BotCommandScopeChat(chat_id)))

    async def clear_in(self, chat_id: int) -> None:
        """Show one chat the menu of its client's language again."""
        await self._write(partial(self._bot.delete_my_commands, scope=BotCommandScopeChat(chat_id)))

    async def _write(self, call: Callable[[], Awaitable[bool]]) -> None:
        try:
            await self._patience.persist(call)
        except TelegramError as error:
            log.warning("the menu of commands of a chat could not be written: %s", describe(error))

    def _menus(self) -> Iterator[tuple[str | None, tuple[BotCommand, ...]]]:
        by_language = zip(*(self._commands(language_id) for language_id in DEFAULT_LANGUAGES), strict=True)
        yield (
            None,
            tuple(
                BotCommand(same[0].command, " / ".join(command.description for command in same)) for same in by_language
            ),
        )
        for code, language_id in described_languages(self._languages, self._texts):
            yield code, self._commands(language_id)

    def _commands(self, language_id: str) -> tuple[BotCommand, ...]:
        return tuple(
            BotCommand(name, description) for name, description in described_commands(self._texts(language_id))
        )
