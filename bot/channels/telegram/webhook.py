"""Updates posted by Telegram to the web server of this program, and kept coming."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import WebhookInfo
from telegram.constants import WebhookLimit

from bot.channels.telegram.bot_api import ALLOWED_UPDATES, BotApi
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.troubles import UndeliveredError

log = logging.getLogger(__name__)

PATH = "/telegram"
HEADER_WITH_PROOF = "X-Telegram-Bot-Api-Secret-Token"
# A text has 4,096 characters at most, of up to twelve bytes in JSON; some messages hold the one they reply to.
BODY_LIMIT = 1024 * 1024
# How often Telegram is asked whether it can deliver: three times before the health check gives up on it.
CHECK_SECONDS = 20.0
_SECONDS_TO_RETURN = "5"


def webhook_secret(token: str) -> str:
    """What Telegram shows with every post. It follows from the token, so there is nothing more to keep secret."""
    return hmac.new(token.encode(), b"tillsammans webhook", hashlib.sha256).hexdigest()


class Webhook:
    """Takes updates in while it is served, and answers 200 to each only when it has been handled.

    Until then Telegram keeps the update and posts it again; it posts one of each chat and up to 100 chats at a time.
    """

    def __init__(self, api: BotApi, origin: str, sleep: Callable[[float], Awaitable[None]]) -> None:
        """`origin`: where Telegram reaches the web server of this program, without a slash at the end."""
        self._api, self._url, self._sleep = api, origin + PATH, sleep
        self._secret = webhook_secret(api.token)
        self._intake: Intake | None = None
        # Since Telegram was last asked whether it can post.
        self._has_received = self._has_refused = False
        self._old_error: datetime | None = None

    @property
    def route(self) -> Route:
        """Where the web server takes posts."""
        return Route(PATH, self.receive, methods=["POST"])

    # What Telegram posts -------------------------------------------------------------------------------------------

    def open(self, intake: Intake) -> None:
        """Take updates in from now on."""
        self._intake = intake

    def close(self) -> None:
        """Take no more in: Telegram is asked to come back."""
        self._intake = None

    async def receive(self, request: Request) -> Response:
        """One post of Telegram's."""
        shown = request.headers.get(HEADER_WITH_PROOF, "")
        if not hmac.compare_digest(shown.encode(), self._secret.encode()):
            self._has_refused = True
            return Response(status_code=403)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return Response(status_code=415)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        if self._intake is None:
            return _later()
        self._has_received = True
        task = self._intake.take(raw)
        if task is not None:
            # When Telegram hangs up, the answer is finished all the same: only the waiting is cancelled.
            await asyncio.wait({task})
            if task.cancelled():
                return _later()
        return Response(status_code=200)

    # That it goes on posting ---------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Let Telegram post here, unless it does already; raises TelegramError."""
        info = await self._api.get_webhook_info()
        self._old_error = info.last_error_date
        await self._point_here(info)

    async def step(self) -> None:
        """Wait a while, then see that Telegram posts here and can; raises TelegramError (UndeliveredError)."""
        await self._sleep(CHECK_SECONDS)
        info = await self._api.get_webhook_info()
        await self._point_here(info)
        if self._has_received or not info.pending_update_count:
            self._old_error = info.last_error_date
        self._has_received = False
        if info.last_error_date != self._old_error:
            raise UndeliveredError(info.last_error_message or "no reason given")

    async def _point_here(self, info: WebhookInfo) -> None:
        is_ours = info.url == self._url and set(info.allowed_updates) == set(ALLOWED_UPDATES)
        # Whoever does not know the secret may be Telegram, told another one by another installation.
        if is_ours and not self._has_refused:
            return
        await self._api.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=WebhookLimit.MAX_CONNECTIONS_LIMIT,
        )
        self._has_refused = False
        log.info("Telegram is told to post updates to %s", self._url)


async def _body(request: Request) -> bytes | None:
    """The body; None when it is too large."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_LIMIT:
            return None
    return body


def _later() -> Response:
    return Response(status_code=503, headers={"Retry-After": _SECONDS_TO_RETURN})
