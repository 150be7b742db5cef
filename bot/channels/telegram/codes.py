"""What travels in a button's 64 bytes: the action, whether the message above must stay, and which messages to hide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.conversation.actions import MAX_BYTES, Action, Verb
from bot.conversation.replies import Kind, Reply

_ANEW = "+"
_HIDE = "hide:"


@dataclass(frozen=True, slots=True)
class Tap:
    """A decoded tap. `anew`: answer with a new message; otherwise the message above the button is changed."""

    action: Action
    anew: bool


def encode_tap(action: Action, reply: Reply, *, is_one_message: bool) -> str:
    """The code of a button under `reply`: an answer stays where it is, unless the button shows it another way.

    A reply of several messages cannot be changed as a whole, so it stays as well.
    """
    code = action.encode()
    is_answer = reply.kind not in (Kind.MENU, Kind.CHOOSE)
    shows_it_otherwise = action.about in reply.topics and action.verb is not Verb.OTHER_LANGUAGE
    anew = _ANEW if not is_one_message or (is_answer and not shows_it_otherwise) else ""
    return anew + code if len((anew + code).encode()) <= MAX_BYTES else code


def decode_tap(code: str) -> Tap | None:
    """The tap of a code, or None for an old or forged one."""
    action = Action.decode(code.removeprefix(_ANEW))
    return None if action is None else Tap(action, code.startswith(_ANEW))


def encode_hide(message_ids: Iterable[int]) -> str:
    """The code that hides messages; those for which there is no room are left out, the first come first."""
    code = _HIDE
    for message_id in message_ids:
        longer = f"{code}{message_id},"
        if len(longer) > MAX_BYTES:
            break
        code = longer
    return code.rstrip(",")


def decode_hide(code: str) -> tuple[int, ...] | None:
    """The messages to hide besides the one with the button; None when the code is not one of hiding."""
    if not code.startswith(_HIDE):
        return None
    ids = code.removeprefix(_HIDE).split(",")
    return tuple(int(message_id) for message_id in ids if message_id.isascii() and message_id.isdigit())
