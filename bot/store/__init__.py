"""What is kept: subscribers and their language, in one database file."""

from bot.store.database import Store, StoreError
from bot.store.handled_updates import HandledUpdates
from bot.store.subscribers import TelegramSubscribers

__all__ = ["HandledUpdates", "Store", "StoreError", "TelegramSubscribers"]
