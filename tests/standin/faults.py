"""Things that go wrong with a server, to be injected into the stand-in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Break(Enum):
    """How a connection fails: before the call is dealt with, after it, within the reply, or never answering."""

    BEFORE = auto()
    AFTER = auto()
    WITHIN = auto()
    SILENCE = auto()


@dataclass(frozen=True)
class Fault:
    """One failing call. With `code` an error reply, `page` a body that is no JSON; `breaks` ends the connection;
    `delay` in seconds holds the reply back after the call has been dealt with."""

    code: int = 0
    description: str = "Internal Server Error"
    retry_after: int | str | None = None
    page: str | None = None
    breaks: Break | None = None
    delay: float = 0.0


UNAUTHORIZED = Fault(401, "Unauthorized")
NOT_FOUND = Fault(404, "Not Found")
CONFLICT = Fault(409, "Conflict: terminated by other getUpdates request; make sure that only one bot is running")
INTERNAL = Fault(500, "Internal Server Error")
BAD_GATEWAY = Fault(502, page="<html><head><title>502 Bad Gateway</title></head></html>")
HANG_UP = Fault(breaks=Break.BEFORE)
HANG_UP_AFTER = Fault(breaks=Break.AFTER)
HANG_UP_WITHIN = Fault(breaks=Break.WITHIN)
SILENCE = Fault(breaks=Break.SILENCE)


@dataclass
class FloodLimit:
    """How many messages are taken in each period of some seconds; the others are refused with 429."""

    messages: int
    period: float
    refused: int = 0
    _begun: float = 0.0
    _taken: int = 0

    def takes(self, now: float) -> bool:
        """Whether one more is taken at `now`, in seconds."""
        if now - self._begun >= self.period:
            self._begun, self._taken = now, 0
        self._taken += 1
        self.refused += self._taken > self.messages
        return self._taken <= self.messages


def too_many_requests(seconds: int) -> Fault:
    """429 with the seconds to wait."""
    return Fault(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
