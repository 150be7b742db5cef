"""Links that open this bot in Telegram, at a topic if one is given."""

from __future__ import annotations

from urllib.parse import urlencode

from telegram.error import TelegramError

from bot.channels.telegram.bot_api import BotApi
from bot.channels.telegram.troubles import describe
from bot.conversation.commands import start_payload
from bot.settings import Settings


class UsernameError(ValueError):
    """The bot's name in Telegram is not known; the message says why."""


def private_link(username: str, label: str = "", language_id: str = "") -> str:
    """The private chat with the bot `username`, opened at a topic, part or area, in a language if one is given."""
    bot = f"https://t.me/{username}"
    return f"{bot}?start={start_payload(label, language_id)}" if label else bot


def share_link(username: str, label: str, title: str) -> str:
    """Telegram's own page for choosing a chat and sending a link with `title` there."""
    return "https://t.me/share/url?" + urlencode({"url": private_link(username, label), "text": title})


async def ask_username(settings: Settings) -> str:
    """The name of the bot whose token is in `settings`, as Telegram knows it; raises UsernameError."""
    if settings.telegram_token is None:
        raise UsernameError("TELEGRAM_TOKEN is not set, so Telegram cannot be asked for the name of the bot")
    api = BotApi(settings.telegram_token.get_secret_value(), settings.telegram_origin, connections=1)
    await api.open_connections()
    try:
        return (await api.get_me()).username or ""
    except TelegramError as error:
        raise UsernameError(describe(error)) from error
    finally:
        await api.close_connections()
