"""What an announcement is, what can become of sending it, and what the sender needs from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.activities.model import Activity, Occurrence
from bot.announcements.snapshots import Change


class Kind(StrEnum):
    """What is told. EDITED changes the message that told of something cancelled since."""

    CANCELLED = "cancelled"
    CHANGED = "changed"
    EDITED = "edited"
    REMINDER = "reminder"
    PUBLISHED = "published"
    WEEKLY = "weekly"

    @property
    def priority(self) -> int:
        """Lower goes first: what makes people travel in vain, then what is soon."""
        return PRIORITIES.index(self)

    @property
    def is_correction(self) -> bool:
        """Whether it puts right what somebody was told; then it may come in quiet hours if later is too late."""
        return self in (Kind.CANCELLED, Kind.CHANGED, Kind.EDITED)


PRIORITIES = tuple(Kind)


class State(StrEnum):
    """Where a delivery is. CLAIMED is certainly not sent, SENDING may be. PARKED waits for a person."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"
    PARKED = "parked"


# Those who were told, or perhaps were: a change must reach them.
TOLD = (State.SENT, State.SENDING, State.UNKNOWN)
PENDING = (State.QUEUED, State.CLAIMED, State.PARKED)


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell about one activity. `changes` are against what this reader was told; `occurrence` is that of
    a reminder. `is_repeat`: it may have arrived before."""

    kind: Kind
    activity: Activity
    changes: tuple[Change, ...] = ()
    occurrence: Occurrence | None = None
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """What is on in a week, for one reader, oldest first."""

    items: tuple[tuple[Activity, Occurrence], ...]
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one announcement; the numbers are deliveries. `activity_id` is a week's name for a digest."""

    kind: Kind
    activity_id: str
    revision: int
    sent: int = 0
    blocked: int = 0
    failed: int = 0
    expired: int = 0
    unknown: int = 0


Text = TypeVar("Text")
TextOut = TypeVar("TextOut", covariant=True)
TextIn = TypeVar("TextIn", contravariant=True)


class Composer(Protocol[TextOut]):
    """Puts announcements into words. Where a text is not translated, it falls back and says so."""

    def compose(self, told: News | Digest, language_id: str) -> TextOut:
        """The message to a reader of a language."""
        ...

    def receipt(self, receipt: Receipt) -> TextOut:
        """The message to the staff chat."""
        ...

    def alert(self, trouble: str) -> TextOut:
        """A trouble, told to the staff chat."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived, as the message with this number."""

    message_id: int


@dataclass(frozen=True, slots=True)
class NotSent:
    """Telegram was not reached: certainly not sent. `reason` is one line."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No reply, or one that does not say: it may have arrived."""

    reason: str


@dataclass(frozen=True, slots=True)
class TooMany:
    """Not sent: wait so many seconds, with this chat or with all."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Gone:
    """Not sent: the chat blocked the bot or does not exist."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Not sent: the group has another chat id now."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Not sent: there is something wrong with the message itself."""

    reason: str


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """Not sent: the token is not accepted, so nothing else would be sent either."""

    reason: str


Outcome = Sent | NotSent | Unknown | TooMany | Gone | Moved | Refused | TokenRefused


class Messenger(Protocol[TextIn]):
    """Takes one message to one chat and tells what became of it; never repeats a call and never raises."""

    async def send(self, chat_id: int, text: TextIn, *, silent: bool) -> Outcome:
        """Send a new message, without a sound if `silent`."""
        ...

    async def edit(self, chat_id: int, message_id: int, text: TextIn) -> Outcome:
        """Change a message; one that can no longer be changed counts as Sent."""
        ...
