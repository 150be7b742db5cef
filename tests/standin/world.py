"""What Telegram knows: chats, messages, the updates waiting for the bot, its commands."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.standin.spec import Specification

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal, as Telegram words it."""

    def __init__(self, code: int, description: str, **parameters: int | str) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Chat:
    """A chat with its messages; `closed` is why the bot cannot write there, `moved_to` its id as a supergroup."""

    data: Json
    messages: dict[int, Json] = field(default_factory=dict)
    deleted: list[int] = field(default_factory=list)
    closed: str | None = None
    moved_to: int | None = None
    # What happened, in order: a message sent or edited by anybody, as it stood then.
    history: list[Json] = field(default_factory=list)

    @property
    def id(self) -> int:
        """The chat id."""
        return int(self.data["id"])


@dataclass(frozen=True)
class Call:
    """A call the bot made, with its typed parameters, and when (in the clock of the event loop)."""

    method: str
    parameters: Json
    at: float


@dataclass
class Webhook:
    """Where updates are posted, with what as a proof, how many at once, and what went wrong last."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error_date: int = 0
    last_error_message: str = ""


@dataclass
class Polls:
    """The running numbers of getUpdates: a later one ends the one before."""

    current: int = 0
    last_offset: int = 0
    last_start: float = -10.0

    def begin(self, offset: int, limit: int) -> int:
        """Note a poll and return how many updates it gets: one when it asks for the same again within half a second."""
        now = time.monotonic()
        is_hasty = offset == self.last_offset and now - self.last_start < 0.5
        self.current, self.last_offset, self.last_start = self.current + 1, offset, now
        return 1 if is_hasty else limit


class World:
    """The state behind the API of one bot."""

    def __init__(self, specification: Specification, username: str = "tillsammans_test_bot") -> None:
        self.specification = specification
        self.me: Json = {
            "id": 4711,
            "is_bot": True,
            "first_name": "Tillsammans",
            "username": username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }
        self.chats: dict[int, Chat] = {}
        self.updates: list[Json] = []
        self.has_odd_updates = False
        self.allowed_updates: list[str] | None = None
        self.commands: dict[tuple[str, str], list[Json]] = {}
        # Name and descriptions: (field, language code) -> text.
        self.profile: dict[tuple[str, str], str] = {}
        self.files: dict[str, bytes] = {}
        self.webhook = Webhook()
        self.polls = Polls()
        self.open_queries: set[str] = set()
        self.answered_queries: list[str] = []
        # What the bot offered for an inline query, with the message each result would send.
        self.offered: dict[str, Json] = {}
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.changed = asyncio.Condition()
        self.news = asyncio.Event()
        self._update_ids = itertools.count(100_001)
        self._message_ids = itertools.count(1)

    # Chats and messages --------------------------------------------------------------------------------------------

    def chat(self, chat_id: Any) -> Chat:
        """A chat the bot may write to; raises ApiError."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise ApiError(400, "Bad Request: chat not found")
        if chat.moved_to is not None:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, description, migrate_to_chat_id=chat.moved_to)
        if chat.closed:
            raise ApiError(403, f"Forbidden: {chat.closed}")
        return chat

    def post(self, chat: Chat, content: Json, sender: Json) -> Json:
        """A new message in a chat."""
        message_id = next(self._message_ids)
        message: Json = {"message_id": message_id, "date": int(time.time()), "chat": chat.data, "from": sender}
        message |= content
        chat.messages[message_id] = message
        chat.history.append(dict(message))
        return message

    def of_bot(self, chat_id: int) -> list[Json]:
        """What the bot said in a chat and what still stands there, oldest first."""
        messages = self.chats[chat_id].messages.values()
        return [message for message in messages if message["from"]["id"] == self.me["id"]]

    def said(self, chat_id: int) -> list[Json]:
        """Everything the bot sent or changed in a chat, in that order, as it stood then."""
        return [entry for entry in self.chats[chat_id].history if entry["from"]["id"] == self.me["id"]]

    # Updates -------------------------------------------------------------------------------------------------------

    async def tell(self, kind: str, content: Json, *, is_odd: bool = False) -> int | None:
        """Queue an update for the bot, unless it does not want this kind; `is_odd` ones need not follow the spec."""
        if self.allowed_updates is not None and kind not in self.allowed_updates:
            return None
        update_id = next(self._update_ids)
        update = {"update_id": update_id, kind: content}
        if is_odd:
            self.has_odd_updates = True
        else:
            assert not (faults := self.specification.faults_in(update, "Update")), faults
        self.updates.append(update)
        await self.happened()
        return update_id

    async def confirm(self, offset: int) -> None:
        """The bot has done with everything before `offset`."""
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        await self.happened()

    async def take_away(self, update: Json) -> None:
        """The bot has taken an update posted to it."""
        if update in self.updates:
            self.updates.remove(update)
        await self.happened()

    async def all_confirmed(self, seconds: float = 30.0) -> None:
        """Wait until the bot has confirmed every update. Ours does so only when it has dealt with it."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: not self.updates)

    async def until_said(self, chat_id: int, count: int, seconds: float = 30.0) -> list[Json]:
        """Wait until the bot has said `count` things in a chat."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: len(self.said(chat_id)) >= count)
        return self.said(chat_id)

    async def happened(self) -> None:
        """Wake whoever waits for something to happen."""
        self.news.set()
        async with self.changed:
            self.changed.notify_all()

    def calls_of(self, method: str) -> Iterator[Json]:
        """The parameters of every call of a method."""
        return (call.parameters for call in self.calls if call.method == method)
