"""The methods the bot may call, refusing what Telegram refuses (after Client.cpp of the official server, 10.0)."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.standin.formatting import FormattingError, parse_html, utf16_length
from tests.standin.world import ApiError, Chat, Json, Webhook, World

Method = Callable[[World, Json], Awaitable[Any]]
METHODS: dict[str, Method] = {}

_TEXT_LIMIT = 4096
_DELETABLE_SECONDS = 48 * 3600
# TDLib takes these out of every text; whoever sends them relies on something that never arrives.
_REMOVED = re.compile("[\u2028-\u202e]|[\u200e\u200f]{2}")
_SUSPECT = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u200e\u200f")


def method(function: Method) -> Method:
    """Register `send_message` as sendMessage."""
    METHODS[re.sub(r"_(.)", lambda match: match.group(1).upper(), function.__name__)] = function
    return function


# Messages ----------------------------------------------------------------------------------------------------------


@method
async def send_message(world: World, parameters: Json) -> Json:
    """Send a text."""
    chat = world.chat(parameters["chat_id"])
    content = content_of(world, parameters)
    if reply := parameters.get("reply_parameters"):
        answered = chat.messages.get(reply["message_id"])
        if answered:
            content["reply_to_message"] = {key: answered[key] for key in answered if key != "reply_to_message"}
        elif not reply.get("allow_sending_without_reply"):
            raise ApiError(400, "Bad Request: message to be replied not found")
    message = world.post(chat, content, world.me)
    await world.happened()
    return message


@method
async def edit_message_text(world: World, parameters: Json) -> Json:
    """Change text and buttons of a message of the bot."""
    chat, message = _own_message(world, parameters)
    return await _edit(world, chat, message, content_of(world, parameters))


@method
async def edit_message_reply_markup(world: World, parameters: Json) -> Json:
    """Change only the buttons."""
    chat, message = _own_message(world, parameters)
    kept = {key: message[key] for key in ("text", "entities", "link_preview_options") if key in message}
    return await _edit(world, chat, message, kept | markup_of(parameters))


@method
async def delete_message(world: World, parameters: Json) -> bool:
    """Delete a message of the bot, or in a private chat any."""
    chat = world.chat(parameters["chat_id"])
    message = chat.messages.get(parameters["message_id"])
    if message is None:
        raise ApiError(400, "Bad Request: message to delete not found")
    is_own = message["from"]["id"] == world.me["id"]
    if (not is_own and chat.data["type"] != "private") or time.time() - message["date"] > _DELETABLE_SECONDS:
        raise ApiError(400, "Bad Request: message can't be deleted for everyone")
    del chat.messages[message["message_id"]]
    chat.deleted.append(message["message_id"])
    await world.happened()
    return True


@method
async def answer_callback_query(world: World, parameters: Json) -> bool:
    """Stop the button from spinning."""
    query_id = parameters["callback_query_id"]
    if query_id not in world.open_queries:
        raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    if utf16_length(parameters.get("text", "")) > 200:
        raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
    world.open_queries.remove(query_id)
    world.answered_queries.append(query_id)
    return True


@method
async def send_chat_action(world: World, parameters: Json) -> bool:
    """Show that the bot is typing."""
    world.chat(parameters["chat_id"])
    return True


async def _edit(world: World, chat: Chat, message: Json, content: Json) -> Json:
    shown = {key: message.get(key) for key in ("text", "entities", "reply_markup")}
    if shown == {key: content.get(key) for key in shown}:
        raise ApiError(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
            "same as a current content and reply markup of the message",
        )
    for key in ("text", "entities", "reply_markup", "link_preview_options"):
        message.pop(key, None)
    message |= content | {"edit_date": int(time.time())}
    chat.history.append(dict(message))
    await world.happened()
    return message


def _own_message(world: World, parameters: Json) -> tuple[Chat, Json]:
    chat = world.chat(parameters.get("chat_id"))
    message = chat.messages.get(parameters.get("message_id", 0))
    if message is None:
        raise ApiError(400, "Bad Request: message to edit not found")
    if message["from"]["id"] != world.me["id"]:
        raise ApiError(400, "Bad Request: message can't be edited")
    return chat, message


def content_of(world: World, parameters: Json, text_key: str = "text") -> Json:
    """The text of a message with its formatting; raises ApiError."""
    text, entities = str(parameters[text_key]), parameters.get("entities", [])
    if not _SUSPECT.isdisjoint(text) and (removed := _REMOVED.search(text)):
        world.violations.append(f"a text holds {removed.group()!a}, which Telegram takes out")
    match parameters.get("parse_mode", "").lower():
        case "html":
            try:
                text, entities = parse_html(text)
            except FormattingError as error:
                raise ApiError(400, f"Bad Request: can't parse entities: {error}") from error
        case "":
            pass
        case other:
            world.violations.append(f"parse_mode {other} is not known to the stand-in")
    text = text.rstrip()
    if not text.strip():
        raise ApiError(400, "Bad Request: message text is empty")
    if utf16_length(text) > _TEXT_LIMIT:
        raise ApiError(400, "Bad Request: message is too long")
    if len(entities) > 100:
        world.violations.append(f"{len(entities)} entities; Telegram shows the first 100")
    content: Json = {"text": text} | markup_of(parameters)
    if not world.me["supports_inline_queries"] and "switch_inline_query" in str(content.get("reply_markup")):
        world.violations.append("a button for inline mode, which is off")
    if entities:
        content["entities"] = entities
    if preview := parameters.get("link_preview_options"):
        content["link_preview_options"] = preview
    return content


def markup_of(parameters: Json) -> Json:
    """The buttons under a message; raises ApiError."""
    markup = parameters.get("reply_markup")
    if not markup or not markup.get("inline_keyboard"):
        return {}
    rows: Sequence[Sequence[Json]] = markup["inline_keyboard"]
    if sum(map(len, rows)) > 100 or max(map(len, rows)) > 8:
        raise ApiError(400, "Bad Request: reply markup is too long")
    for button in (button for row in rows for button in row):
        if not button["text"].strip():
            raise ApiError(400, 'Bad Request: can\'t parse inline keyboard button: Field "text" must be non-empty')
        if len(button) < 2:
            raise ApiError(400, "Bad Request: inline keyboard button must have exactly one of the optional fields")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    return {"reply_markup": markup}


# Commands ----------------------------------------------------------------------------------------------------------


@method
async def set_my_commands(world: World, parameters: Json) -> bool:
    """Write the menu of a scope and language."""
    key = _command_key(world, parameters)
    commands = parameters["commands"]
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(command["description"]) <= 256:
            raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    if len(commands) > 100:
        raise ApiError(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
    world.commands[key] = commands
    await world.happened()
    return True


@method
async def get_my_commands(world: World, parameters: Json) -> list[Json]:
    """The menu of a scope and language, as it was written."""
    return world.commands.get(_command_key(world, parameters), [])


@method
async def delete_my_commands(world: World, parameters: Json) -> bool:
    """Delete the menu of a scope and language."""
    world.commands.pop(_command_key(world, parameters), None)
    await world.happened()
    return True


def _command_key(world: World, parameters: Json) -> tuple[str, str]:
    language = parameters.get("language_code", "")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise ApiError(400, "Bad Request: invalid language code specified")
    scope = parameters.get("scope", {"type": "default"})
    if "chat_id" in scope:
        world.chat(scope["chat_id"])
    return json.dumps(scope, sort_keys=True), language


# Updates -----------------------------------------------------------------------------------------------------------


@method
async def get_me(world: World, parameters: Json) -> Json:
    """The bot itself."""
    return world.me


@method
async def get_updates(world: World, parameters: Json) -> list[Json]:
    """Updates from `offset` on; waits for one; those before are confirmed and gone. One poller at a time."""
    if world.webhook.url:
        raise ApiError(
            409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
        )
    if "allowed_updates" in parameters:
        world.allowed_updates = parameters["allowed_updates"] or None
    offset, limit = parameters.get("offset", 0), parameters.get("limit", 100)
    if offset < 0 or not 1 <= limit <= 100:
        world.violations.append(f"getUpdates with offset {offset} and limit {limit}")
    limit = world.polls.begin(offset, limit)
    mine = world.polls.current
    await world.confirm(offset)
    try:
        async with asyncio.timeout(min(50, parameters.get("timeout", 0))), world.changed:
            await world.changed.wait_for(lambda: world.updates or world.polls.current != mine)
    except TimeoutError:
        return world.updates[:limit]
    if world.polls.current != mine:
        raise _terminated(world)
    return world.updates[:limit]


def _terminated(world: World) -> ApiError:
    other = "other getUpdates request; make sure that only one bot instance is running"
    return ApiError(409, f"Conflict: terminated by {'setWebhook request' if world.webhook.url else other}")


@method
async def set_webhook(world: World, parameters: Json) -> bool:
    """Let updates be posted; an address on this machine need not be https, as with a local server."""
    url, secret = urlsplit(parameters["url"]), parameters.get("secret_token", "")
    is_local = url.hostname == "127.0.0.1"
    if url.scheme != "https" and not is_local:
        raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    if url.port not in (None, 80, 88, 443, 8443) and not is_local:
        raise ApiError(400, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise ApiError(400, "Bad Request: secret token contains unallowed characters")
    if "allowed_updates" in parameters:
        world.allowed_updates = parameters["allowed_updates"] or None
    if parameters.get("drop_pending_updates"):
        world.updates.clear()
    at_once = min(100, max(1, parameters.get("max_connections", 40)))
    world.webhook = Webhook(parameters["url"], secret, at_once)
    # Whoever polls is told so.
    world.polls.current += 1
    await world.happened()
    return True


@method
async def delete_webhook(world: World, parameters: Json) -> bool:
    """Let updates be fetched again."""
    world.webhook = Webhook()
    if parameters.get("drop_pending_updates"):
        world.updates.clear()
    return True


@method
async def get_webhook_info(world: World, parameters: Json) -> Json:
    """Where updates are posted, how many wait, and what went wrong last."""
    webhook = world.webhook
    info: Json = {"url": webhook.url, "has_custom_certificate": False, "pending_update_count": len(world.updates)}
    if webhook.url:
        info["max_connections"] = webhook.max_connections
    if webhook.last_error_date:
        info |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error_message}
    if world.allowed_updates is not None:
        info["allowed_updates"] = world.allowed_updates
    return info
