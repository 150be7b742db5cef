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
Json = dict[str, Any]
NO_PREVIEW: Json = {"is_disabled": True}
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

    # For every question. The library would make objects of what is sent and of what Telegram repeats of it, which takes
    # as long as the call itself; here parameters are plain JSON values, and None is left out.

    async def send_text(self, chat_id: int, text: str, **more: Any) -> int:
        """Send a message with the parameters of sendMessage and return its id; raises TelegramError."""
        sent = await self._call("sendMessage", {"chat_id": chat_id, "text": text} | more)
        return int(sent["message_id"])

    async def change_text(self, chat_id: int, message_id: int, text: str, **more: Any) -> None:
        """Change a message with the parameters of editMessageText; raises TelegramError."""
        await self._call("editMessageText", {"chat_id": chat_id, "message_id": message_id, "text": text} | more)

    async def _call(self, method: str, parameters: Json) -> Any:
        given = {name: value for name, value in parameters.items() if value is not None}
        return await self._requests[1].post_json(f"{self.base_url}/{method}", given)
