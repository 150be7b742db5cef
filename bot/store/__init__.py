"""What is kept: subscribers, what they want to hear of, and what was sent to them, in one database."""

from bot.store import announcement_tables
from bot.store.database import Store, StoreError
from bot.store.forgotten import Forgotten
from bot.store.handled_updates import HandledUpdates
from bot.store.subscribers import TelegramSubscribers

__all__ = ["Forgotten", "HandledUpdates", "Store", "StoreError", "TelegramSubscribers", "announcement_tables"]
