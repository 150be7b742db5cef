"""People using the bot: they write, edit, tap buttons, send pictures, block it."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.standin.formatting import entities_typed
from tests.standin.world import Chat, Json, World

_PHOTO = {"file_id": "photo-1", "file_unique_id": "p1", "width": 90, "height": 90}
_VOICE = {"file_id": "voice-1", "file_unique_id": "v1", "duration": 3}
_STICKER = {
    "file_id": "sticker-1",
    "file_unique_id": "s1",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
}
_FILE = {"file_id": "file-1", "file_unique_id": "f1"}
_POINT = {"latitude": 58.35, "longitude": 11.93}
_VIDEO = _FILE | {"width": 90, "height": 90, "duration": 3}
_POLL = {
    "id": "1",
    "question": "Ska vi?",
    "options": [{"persistent_id": "1", "text": "Ja", "voter_count": 0}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
# Everything a person can send that is no text.
ATTACHMENTS: dict[str, Json] = {
    "photo": {"photo": [_PHOTO]},
    "voice": {"voice": _VOICE},
    "sticker": {"sticker": _STICKER},
    "location": {"location": _POINT},
    "contact": {"contact": {"phone_number": "+46700000000", "first_name": "Kim"}},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "poll": {"poll": _POLL},
    "video": {"video": _VIDEO},
    "video_note": {"video_note": _FILE | {"length": 90, "duration": 3}},
    "audio": {"audio": _FILE | {"duration": 3}},
    "document": {"document": _FILE | {"file_name": "beslut.pdf"}},
    "animation": {"animation": _VIDEO, "document": _FILE},
    "venue": {"venue": {"location": _POINT, "title": "Biblioteket", "address": "Uddevalla"}, "location": _POINT},
    "game": {"game": {"title": "Schack", "description": "Schack", "photo": [_PHOTO]}},
}
_QUERY_IDS = itertools.count(1)


class Person:
    """Somebody with a Telegram account, in their private chat with the bot or in a group."""

    def __init__(self, world: World, person_id: int, language: str | None = None, group: Chat | None = None) -> None:
        """`language` is what their client says it is set to."""
        self.world = world
        self.user: Json = {"id": person_id, "is_bot": False, "first_name": f"Person {person_id}"}
        if language:
            self.user["language_code"] = language
        private = {"id": person_id, "type": "private", "first_name": self.user["first_name"]}
        self.chat = group or world.chats.setdefault(person_id, Chat(private))

    async def say(self, text: str, **more: Any) -> Json:
        """Send a text; returns the message."""
        content: Json = {"text": text} | more
        if entities := entities_typed(text):
            content["entities"] = entities
        return await self.send(content)

    async def send(self, content: Json) -> Json:
        """Send anything; returns the message."""
        message = self.world.post(self.chat, content, self.user)
        await self.world.tell("message", dict(message))
        return message

    async def edit(self, message: Json, text: str) -> None:
        """Change a text sent before."""
        message |= {"text": text, "edit_date": int(time.time())}
        await self.world.tell("edited_message", dict(message))

    async def tap(self, label: str) -> str:
        """Tap the button with this text under the latest message that has one; returns the id of the query."""
        for message in reversed(self.world.of_bot(self.chat.id)):
            for button in buttons(message):
                if button["text"] == label and "callback_data" in button:
                    return await self.tap_code(message, button["callback_data"])
        raise AssertionError(f"there is no button '{label}'; there are {self.labels()}")

    async def tap_code(self, message: Json, code: str, *, is_old: bool = False) -> str:
        """Send the code of a button, also a forged one; `is_old` messages come without their content."""
        query_id = str(next(_QUERY_IDS))
        self.world.open_queries.add(query_id)
        shown = {"chat": message["chat"], "message_id": message["message_id"], "date": 0} if is_old else dict(message)
        query = {"id": query_id, "from": self.user, "chat_instance": "1", "message": shown, "data": code}
        await self.world.tell("callback_query", query)
        return query_id

    async def inquire(self, text: str) -> Json:
        """Type something after the bot's name in any chat; returns what it offers, once it has dealt with it."""
        query_id = await self.type_inline(text)
        await self.world.all_confirmed()
        return self.world.offered[query_id]

    async def type_inline(self, text: str) -> str:
        """The same without waiting; returns the id of the query."""
        query_id = str(next(_QUERY_IDS))
        self.world.open_queries.add(query_id)
        await self.world.tell("inline_query", {"id": query_id, "from": self.user, "query": text, "offset": ""})
        return query_id

    async def add_bot(self) -> None:
        """Add the bot to the group."""
        await self.change_membership("left", "member")

    async def block(self) -> None:
        """Block the bot."""
        self.chat.closed = "bot was blocked by the user"
        await self.change_membership("member", "kicked")

    async def unblock(self) -> None:
        """Let the bot write again."""
        self.chat.closed = None
        await self.change_membership("kicked", "member")

    async def change_membership(self, old: str, new: str) -> None:
        """Change what the bot is in this chat: "member", "left" or "kicked"."""
        user = self.world.me
        users = {
            "member": {"status": "member", "user": user},
            "kicked": {"status": "kicked", "user": user, "until_date": 0},
            "left": {"status": "left", "user": user},
        }
        change = {"chat": self.chat.data, "from": self.user, "date": int(time.time())}
        change |= {"old_chat_member": users[old], "new_chat_member": users[new]}
        await self.world.tell("my_chat_member", change)

    async def hears(self) -> list[Json]:
        """Wait until the bot has dealt with everything, and return what it has said and what still stands."""
        await self.world.all_confirmed()
        return self.world.of_bot(self.chat.id)

    async def last(self) -> Json:
        """The latest message of the bot, after it has dealt with everything."""
        heard = await self.hears()
        assert heard, "the bot has said nothing"
        return heard[-1]

    def labels(self) -> list[str]:
        """The texts of all buttons there are."""
        return [button["text"] for message in self.world.of_bot(self.chat.id) for button in buttons(message)]


def labels_of(message: Json) -> list[str]:
    """The texts of the buttons under a message."""
    return [button["text"] for button in buttons(message)]


def buttons(message: Json) -> list[Json]:
    """The buttons under a message, row after row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def make_group(world: World, chat_id: int = -1001) -> Chat:
    """A group the bot is a member of."""
    chat = Chat({"id": chat_id, "type": "supergroup" if chat_id <= -1000 else "group", "title": "Grannar"})
    world.chats[chat_id] = chat
    return chat
