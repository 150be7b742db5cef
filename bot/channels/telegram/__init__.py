"""The Telegram door."""

import os

# python-telegram-bot then gives periods as timedelta, as its next version will, and does not warn at every 429.
os.environ.setdefault("PTB_TIMEDELTA", "true")

from bot.channels.telegram.channel import Health, TelegramChannel, build_telegram
from bot.channels.telegram.links import UsernameError, ask_username, private_link
from bot.channels.telegram.wishes import ChatWishes

__all__ = ["ChatWishes", "Health", "TelegramChannel", "UsernameError", "ask_username", "build_telegram", "private_link"]
