"""The Telegram door."""

import os

# python-telegram-bot then gives periods as timedelta, as its next version will, and does not warn at every 429.
os.environ.setdefault("PTB_TIMEDELTA", "true")

from bot.channels.telegram.channel import Health, TelegramChannel, build_telegram

__all__ = ["Health", "TelegramChannel", "build_telegram"]
