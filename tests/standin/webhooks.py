"""Posting updates to a webhook as the official server does (WebhookActor.cpp, 10.0)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import aiohttp

from tests.standin.faults import Break, Fault
from tests.standin.world import Json, Webhook, World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_ANSWER_SECONDS = 60
_LONGEST_PAUSE = 60.0
_MOST_RETRY_AFTER = 3600.0


class Poster:
    """Posts one update of each chat at a time, up to `max_connections` together; each again until it gets a 2xx."""

    def __init__(self, world: World, next_fault: Callable[[], Fault | None]) -> None:
        """`next_fault`: what goes wrong with the next post on its way there or back."""
        self._world, self._next_fault = world, next_fault
        self._busy: set[int] = set()
        # The queue of each update that waits, found once.
        self._queues: dict[int, int] = {}
        self._posts: set[asyncio.Task[None]] = set()
        self.latency = 0.0
        self.pauses: list[float] = []
        self.sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self) -> None:
        """Post for as long as the task lives."""
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            try:
                while True:
                    await self._world.news.wait()
                    self._world.news.clear()
                    self._begin_posts(session)
            finally:
                for post in self._posts:
                    post.cancel()
                await asyncio.gather(*self._posts, return_exceptions=True)

    def _begin_posts(self, session: aiohttp.ClientSession) -> None:
        webhook = self._world.webhook
        if not webhook.url or len(self._busy) >= webhook.max_connections:
            return
        for update in self._world.updates:
            key = self._queue(update)
            if key in self._busy:
                continue
            self._busy.add(key)
            post = asyncio.create_task(self._deliver(session, webhook, update, key))
            self._posts.add(post)
            post.add_done_callback(self._posts.discard)
            if len(self._busy) >= webhook.max_connections:
                return

    def _queue(self, update: Json) -> int:
        key = self._queues.get(update["update_id"])
        if key is None:
            key = self._queues[update["update_id"]] = queue_of(update)
        return key

    async def _deliver(self, session: aiohttp.ClientSession, webhook: Webhook, update: Json, key: int) -> None:
        tries = 0
        try:
            while self._world.webhook is webhook and update in self._world.updates:
                retry_after = await self._post(session, webhook, update)
                if retry_after is None:
                    self._queues.pop(update["update_id"], None)
                    await self._world.take_away(update)
                    return
                tries += 1
                # The first time it is tried again at once.
                pause = retry_after or (0.0 if tries == 1 else min(_LONGEST_PAUSE, 2.0 ** (tries - 1)))
                self.pauses.append(pause)
                await self.sleep(pause)
        finally:
            self._busy.discard(key)
            self._world.news.set()

    async def _post(self, session: aiohttp.ClientSession, webhook: Webhook, update: Json) -> float | None:
        """None when it was taken; otherwise the seconds the other side asks for, or 0."""
        fault = self._next_fault() or Fault()
        if fault.code:
            return self._failed(
                webhook, f"Wrong response from the webhook: {fault.code} {HTTPStatus(fault.code).phrase}"
            )
        if fault.breaks is Break.BEFORE:
            return self._failed(webhook, "Connection refused")
        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        try:
            await asyncio.sleep(self.latency)
            async with session.post(webhook.url, json=update, headers=headers) as response:
                body = await response.read()
        except TimeoutError:
            return self._failed(webhook, "Read timeout expired")
        except aiohttp.ClientConnectorError:
            return self._failed(webhook, "Connection refused")
        except aiohttp.ClientError:
            return self._failed(webhook, "Connection closed")
        if b'"method"' in body:
            self._world.violations.append("a call in the answer to a post, which is not built into the stand-in")
        if fault.breaks:
            return self._failed(webhook, "Connection closed")
        if 200 <= response.status < 300:
            return None
        self._failed(webhook, f"Wrong response from the webhook: {response.status} {response.reason}")
        return min(_MOST_RETRY_AFTER, float(response.headers.get("Retry-After", 0)))

    def _failed(self, webhook: Webhook, message: str) -> float:
        webhook.last_error_date, webhook.last_error_message = int(time.time()), message
        return 0.0


def queue_of(update: Json) -> int:
    """The chat an update is of, or the person; updates with neither have a queue of their own."""
    content: Any = next((value for key, value in update.items() if key != "update_id"), None)
    if not isinstance(content, dict):
        return int(update["update_id"])
    message = content.get("message", {})
    for one in (content.get("chat"), message.get("chat") if isinstance(message, dict) else None, content.get("from")):
        if isinstance(one, dict) and isinstance(one.get("id"), int):
            return int(one["id"])
    return int(update["update_id"])
