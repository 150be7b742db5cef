"""What is wrong with Telegram, in one line for the log and for the operator, without the token or anybody's words."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.channels.telegram.aiohttp_request import UnreachableError

_CODES = {"Unauthorized": "401", "Not Found": "404"}
# Pauses double up to this; a wrong token is not asked about more often either.
LONGEST_PAUSE = 30.0


class UndeliveredError(TelegramError):
    """Telegram cannot post updates to the webhook; the message is why, in Telegram's words."""


class TroubleLog:
    """Logs a trouble once when it begins and once when it is over, not every time it is met."""

    def __init__(self, log: logging.Logger) -> None:
        """`log`: where the lines go."""
        self._log = log
        self.current: str | None = None

    def begin(self, line: str) -> None:
        """Tell of a trouble, unless it is the one told already."""
        if line != self.current:
            self.current = line
            self._log.error("%s", line)

    def end(self, line: str) -> None:
        """Tell that it is over, if there was one."""
        if self.current is not None:
            self.current = None
            self._log.info("%s", line)


class Troubles:
    """The troubles this channel can be in, each told by itself: a full disk can still be read."""

    def __init__(self, log: logging.Logger) -> None:
        """`log`: where the lines go."""
        self.telegram, self.reading, self.writing = TroubleLog(log), TroubleLog(log), TroubleLog(log)

    @property
    def current(self) -> str | None:
        """The gravest one there is now, in one line."""
        return self.telegram.current or self.writing.current or self.reading.current


def describe(error: Exception) -> str:
    """One line that says what is wrong and, where it can be known, what to do."""
    match error:
        case InvalidToken():
            return f"Telegram refuses the token ({_CODES.get(error.message, '401')}): check TELEGRAM_TOKEN"
        case Conflict() if "webhook" in error.message.lower():
            return "Telegram sends the updates to a webhook (409): another installation uses this token; stop it"
        case Conflict():
            return "another program fetches the updates with this token (409): stop one of the two"
        case RetryAfter():
            return "Telegram asks to wait (429)"
        case TimedOut():
            return "Telegram does not answer in time"
        case UnreachableError():
            return f"Telegram cannot be reached ({error.message}): check the network and TELEGRAM_API_URL"
        case UndeliveredError():
            return f"Telegram cannot post to the webhook ({error.message[:200]}): check TILLSAMMANS_WEBHOOK_URL"
        case BadRequest() if "webhook" in error.message:
            return f"Telegram refuses the webhook ({error.message[:200]}): check TILLSAMMANS_WEBHOOK_URL"
        case BadRequest() | Forbidden():
            return f"Telegram refuses: {error.message[:200]}"
        case TelegramError():
            return f"Telegram fails: {error.message[:200]}"
        case _:
            return f"{type(error).__name__} in {_where(error)}"


def pause_after(error: Exception, failures: int) -> float:
    """Seconds to wait before asking again after the `failures`-th failure in a row."""
    match error:
        case RetryAfter():
            return seconds_to_wait(error)
        case InvalidToken():
            return LONGEST_PAUSE
        case _:
            return min(LONGEST_PAUSE, 2.0 ** min(failures - 1, 10))


def seconds_to_wait(error: RetryAfter) -> float:
    """What Telegram asks for; the library gives a number or a timedelta, depending on an environment variable."""
    asked = error.retry_after
    return float(asked) if isinstance(asked, int) else asked.total_seconds()


def _where(error: Exception) -> str:
    """Files and lines of a fault, without its message, which may hold what a resident wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
