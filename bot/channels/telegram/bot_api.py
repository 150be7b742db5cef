"""The Bot API as this channel uses it: python-telegram-bot's client, and updates as they come."""

from __future__ import annotations

import logging
from typing import Any

from telegram import Bot

from bot.channels.telegram.aiohttp_request import AiohttpRequest

# Telegram's own limit of one fetch. Updates fetched and not yet confirmed are never more than this.
FETCH_LIMIT = 100
# Long polls end this often at the latest, so that a stuck connection is noticed within a minute.
POLL_SECONDS = 25
_POLL_GRACE_SECONDS = 10
READ_SECONDS = 20.0
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member"]


class BotApi(Bot):
    """A client whose updates can be read one by one, so that one that cannot be parsed does not block the rest."""

    def __init__(self, token: str, origin: str, connections: int, read_timeout: float = READ_SECONDS) -> None:
        """`origin`: of the Bot API server, without a slash at the end; `read_timeout`: how long a reply may take."""
        # Its DEBUG and INFO lines hold what residents write.
        logging.getLogger("telegram").setLevel(logging.WARNING)
        self._requests = (AiohttpRequest(2), AiohttpRequest(connections, read_timeout))
        super().__init__(
            token,
            base_url=f"{origin}/bot",
            base_file_url=f"{origin}/file/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )

    async def open_connections(self) -> None:
        """Open the connections. (`initialize` also calls getMe, and puts the token into its error.)"""
        for request in self._requests:
            await request.initialize()

    async def close_connections(self) -> None:
        """Close the connections."""
        for request in self._requests:
            await request.shutdown()

    async def fetch(self, offset: int | None) -> list[Any]:
        """Wait for updates from `offset` on, which confirms all before it; raises TelegramError."""
        parameters = {
            "offset": offset,
            "limit": FETCH_LIMIT,
            "timeout": POLL_SECONDS,
            "allowed_updates": ALLOWED_UPDATES,
        }
        updates = await self._post("getUpdates", parameters, read_timeout=POLL_SECONDS + _POLL_GRACE_SECONDS)
        return updates if isinstance(updates, list) else []

    async def send_text(self, chat_id: int, text: str, **more: Any) -> int:
        """Send a message with the parameters of sendMessage and return its id; raises TelegramError.

        What Telegram repeats of it is not read: making objects of it takes longer than the whole call.
        """
        sent: dict[str, int] = await self._post("sendMessage", {"chat_id": chat_id, "text": text} | more)
        return sent["message_id"]
