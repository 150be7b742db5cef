"""Chats that write faster than anybody can read: slowed, and told so once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

# So many at once, and then one a second: what Telegram lets a bot answer in one chat.
AT_ONCE = 10
A_SECOND = 1.0
_CHATS = 10_000


class Pace(Enum):
    """What to do with a message: answer it, say that there are too many, or neither."""

    CALM = auto()
    TELL = auto()
    QUIET = auto()


@dataclass(slots=True)
class _Allowance:
    left: float
    since: float
    is_told: bool = False


class FloodGate:
    """Counts messages per chat, in memory only; the chats that wrote longest ago are let go."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds."""
        self._clock = clock
        self._chats: OrderedDict[int, _Allowance] = OrderedDict()

    def judge(self, chat_id: int) -> Pace:
        """Count one message of a chat."""
        now = self._clock()
        chat = self._chats.setdefault(chat_id, _Allowance(AT_ONCE, now))
        self._chats.move_to_end(chat_id)
        if len(self._chats) > _CHATS:
            self._chats.popitem(last=False)
        chat.left = min(AT_ONCE, chat.left + (now - chat.since) * A_SECOND)
        chat.since = now
        if chat.left >= AT_ONCE:
            chat.is_told = False
        if chat.left >= 1:
            chat.left -= 1
            return Pace.CALM
        if chat.is_told:
            return Pace.QUIET
        chat.is_told = True
        return Pace.TELL

    def forget(self, chat_id: int) -> None:
        """Drop what is known of a chat."""
        self._chats.pop(chat_id, None)
