"""What becomes of a delivery after each way its sending can end. Telegram has no key that would make a repeat safe."""

from __future__ import annotations

from dataclasses import dataclass

from bot.announcements.ledger import CHAT_MILLISECONDS, Claimed, Settled
from bot.announcements.model import (
    Gone,
    Kind,
    Moved,
    NotSent,
    Outcome,
    Refused,
    Sent,
    State,
    TokenRefused,
    TooMany,
    Unknown,
)

# What may have arrived is repeated this often at most: said twice is better than not at all, four times is not.
_TRIES = 3
# An edit can be repeated without anybody noticing.
_EDIT_TRIES = 6
_PAUSE_MILLISECONDS = 10_000


@dataclass(frozen=True, slots=True)
class Policy:
    """What to do when it is not known whether a message arrived: say it again, or leave it as it is (`parks`)."""

    parks: bool = False

    def after_unknown(self, kind: Kind, attempts: int) -> State:
        """The state after `attempts` endings of which nothing is known."""
        if kind is Kind.EDITED:
            return State.QUEUED if attempts < _EDIT_TRIES else State.FAILED
        return State.UNKNOWN if self.parks or attempts >= _TRIES else State.QUEUED

    def settle(
        self,
        claimed: Claimed,
        outcome: Outcome,
        now: int,
        items: tuple[tuple[str, str], ...],
        *,
        is_outage: bool = False,
    ) -> Settled:
        """What a delivery becomes at `now` (UTC milliseconds); `items` are what a digest told of.

        In an outage nobody's tries run out, however long it takes.
        """
        again = Settled(claimed, State.QUEUED, attempts=claimed.attempts)
        match outcome:
            case Sent(message_id):
                waits = now + CHAT_MILLISECONDS
                return Settled(claimed, State.SENT, 0, claimed.attempts, message_id, waits, items=items)
            case Unknown():
                tries = min(claimed.attempts + 1, _TRIES - 1) if is_outage else claimed.attempts + 1
                pause = now + _PAUSE_MILLISECONDS * 4 ** (tries - 1)
                return Settled(claimed, self.after_unknown(claimed.kind, tries), pause, tries)
            case TooMany(seconds):
                waits = now + round(seconds * 1000)
                return Settled(claimed, State.QUEUED, waits, claimed.attempts, chat_waits_until=waits)
            case Gone():
                return Settled(claimed, State.BLOCKED, attempts=claimed.attempts)
            case Moved(chat_id):
                return Settled(claimed, State.QUEUED, attempts=claimed.attempts, new_chat_id=chat_id)
            case Refused():
                return Settled(claimed, State.PARKED, attempts=claimed.attempts)
            case NotSent() | TokenRefused():
                return again
