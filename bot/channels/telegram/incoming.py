"""What an update asks of us: a question, a tap, a greeting in a group, a farewell, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Bot, CallbackQuery, Chat, ChatMemberUpdated, Message, MessageEntity, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.telegram.bot_api import Json
from bot.conversation.commands import parse_command

_OUT = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)


@dataclass(frozen=True, slots=True)
class Asked:
    """A message to answer. `text` is empty for a photo, a voice message and so on; `album` joins several of those."""

    chat_id: int
    user_id: int
    message_id: int
    text: str
    client_language: str | None
    is_edit: bool = False
    in_group: bool = False
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tapped button. `is_old`: the message above it cannot be changed. `codes`: of all buttons under it."""

    chat_id: int
    user_id: int
    query_id: str
    code: str
    message_id: int
    client_language: str | None
    in_group: bool = False
    is_old: bool = False
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inquired:
    """Something typed after our name in any chat, to which answers can be offered."""

    user_id: int
    query_id: str
    text: str
    client_language: str | None


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody added the bot to a group."""

    chat_id: int
    user_id: int
    client_language: str | None


@dataclass(frozen=True, slots=True)
class Left:
    """The resident blocked the bot, or it was removed from a group."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup and has a new id."""

    chat_id: int
    new_chat_id: int


Incoming = Asked | Tapped | Inquired | Joined | Left | Moved
# All that a text in a private chat usually has.
_PLAIN = frozenset({"message_id", "date", "chat", "from", "text", "entities", "link_preview_options"})


@dataclass(frozen=True, slots=True)
class Arrived:
    """An update that was read: those with the same `key`, of one chat, are handled in the order they came."""

    update_id: int
    key: int
    incoming: Incoming | None


def read_raw(raw: Json, bot: Bot, me: User) -> Arrived:
    """Read an update as it came, for the bot `me`; raises anything when it cannot be read."""
    asked = read_plain(raw)
    if asked is not None:
        return Arrived(raw["update_id"], asked.chat_id, asked)
    update = Update.de_json(raw, bot)
    return Arrived(update.update_id, order_key(update), read_update(update, me))


def read_plain(raw: Json) -> Asked | None:
    """A text that a person sent in a private chat, read without the library, which takes as long as to send the answer.

    None for everything else, and for what looks odd in any way.
    """
    match raw:
        case {
            "message": {
                "message_id": int(message_id),
                "date": int(),
                "chat": {"id": int(chat_id), "type": "private"},
                "from": {"id": int(user_id), "is_bot": False} as sender,
                "text": str(text),
            } as message
        } if text and message.keys() <= _PLAIN:
            language = sender.get("language_code")
            return Asked(chat_id, user_id, message_id, text, language) if isinstance(language, str | None) else None
        case _:
            return None


def read_update(update: Update, me: User) -> Incoming | None:
    """What an update asks of the bot `me`; None where silence is right: service messages, groups talking, channels."""
    if update.callback_query is not None:
        return _tapped(update.callback_query)
    if update.inline_query is not None:
        query = update.inline_query
        return Inquired(query.from_user.id, query.id, query.query, query.from_user.language_code)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    if update.message is not None:
        return _asked(update.message, me)
    if update.edited_message is not None:
        return _asked(update.edited_message, me, is_edit=True)
    return None


def order_key(update: Update) -> int:
    """Updates with the same key are handled in the order they came: those of one chat."""
    chat, user = update.effective_chat, update.effective_user
    return chat.id if chat else user.id if user else update.update_id


def _tapped(query: CallbackQuery) -> Tapped | None:
    message = query.message
    if message is None:
        return None
    keyboard = message.reply_markup.inline_keyboard if isinstance(message, Message) and message.reply_markup else ()
    return Tapped(
        chat_id=message.chat.id,
        user_id=query.from_user.id,
        query_id=query.id,
        code=query.data or "",
        message_id=message.message_id,
        client_language=query.from_user.language_code,
        in_group=not _is_private(message.chat),
        is_old=not message.is_accessible,
        codes=tuple(str(button.callback_data) for row in keyboard for button in row),
    )


def _membership(change: ChatMemberUpdated) -> Joined | Left | None:
    """A bot added to a channel says nothing there; unblocked, it waits to be asked."""
    was_out, is_out = change.old_chat_member.status in _OUT, change.new_chat_member.status in _OUT
    if is_out:
        return Left(change.chat.id)
    if was_out and change.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
        return Joined(change.chat.id, change.from_user.id, change.from_user.language_code)
    return None


def _asked(message: Message, me: User, *, is_edit: bool = False) -> Asked | Moved | None:
    if message.migrate_to_chat_id is not None:
        return Moved(message.chat.id, message.migrate_to_chat_id)
    sender = message.from_user
    if sender is None or message.is_automatic_forward or not _is_person(message, sender):
        return None
    # What was sent with our own help, in our own chat too, is no question.
    if message.via_bot is not None and message.via_bot.id == me.id:
        return None
    text = _text(message, me)
    # Live locations are edited every few seconds; only what is written is answered again.
    if text is None or (is_edit and not text):
        return None
    return Asked(
        chat_id=message.chat.id,
        user_id=sender.id,
        message_id=message.message_id,
        text=text,
        client_language=sender.language_code,
        is_edit=is_edit,
        in_group=not _is_private(message.chat),
        album=message.media_group_id,
    )


def _text(message: Message, me: User) -> str | None:
    """What was written to us, without our name; None when nothing was meant for us."""
    text = message.text or message.caption or ""
    if _is_private(message.chat):
        return text if text or message.effective_attachment is not None else None
    entities = message.entities or message.caption_entities
    if entities and entities[0].type == MessageEntity.BOT_COMMAND and entities[0].offset == 0:
        return text if _is_our_command(text, me) else None
    bare = _without_mention(message, me)
    is_reply_to_us = (
        message.reply_to_message is not None
        and message.reply_to_message.from_user is not None
        and message.reply_to_message.from_user.id == me.id
    )
    return bare if bare is not None else text if text and is_reply_to_us else None


def _is_person(message: Message, sender: User) -> bool:
    """Not another bot; administrators who write in the name of their group appear as one."""
    return not sender.is_bot or (message.sender_chat is not None and message.sender_chat.id == message.chat.id)


def _is_private(chat: Chat) -> bool:
    return chat.type == ChatType.PRIVATE


def _is_our_command(text: str, me: User) -> bool:
    """Bare commands reach every bot of a group; those we do not know are another's."""
    _, _, addressee = text.split()[0].partition("@")
    return addressee.lower() == (me.username or "").lower() if addressee else parse_command(text) is not None


def _without_mention(message: Message, me: User) -> str | None:
    """The text without "@ourname", or None when it is not there."""
    text = message.text or message.caption or ""
    parts = message.parse_entities() if message.text else message.parse_caption_entities()
    ours = [
        part
        for entity, part in parts.items()
        if (entity.type == MessageEntity.MENTION and part.lower() == f"@{me.username}".lower())
        or (entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id)
    ]
    for part in ours:
        text = text.replace(part, " ")
    return " ".join(text.split()) if ours else None
