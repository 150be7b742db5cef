"""From the ledger to the messenger, a page at a time: the only thing an engine calls is `send_page`."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic

from bot.announcements.contents import Contents, Nothing, Page
from bot.announcements.ledger import Claimed, Ledger, Settled
from bot.announcements.model import (
    Composer,
    Digest,
    Kind,
    Messenger,
    News,
    NotSent,
    Outcome,
    Refused,
    Sent,
    State,
    Text,
    TokenRefused,
    TooMany,
    Unknown,
)
from bot.announcements.outcomes import Policy
from bot.announcements.wall_clock import milliseconds
from bot.store import StoreError

log = logging.getLogger(__name__)

AT_ONCE = 100
# A wait longer than this is spent without keeping deliveries from other instances.
_LONGEST_WAIT_IN_HAND = 2.0
_LONGEST_REST = 30.0
# So many chats in a row of which nothing is known: it is Telegram, not they.
_OUTAGE = 5
_STORE_PAUSE = 1.0
# A database that cannot be written does not keep the program from ending for longer than this many pauses.
_LAST_WRITES = 10
_NOT_YET_MILLISECONDS = 5_000

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class _Flight(Generic[Text]):
    """One page on its way: what waits, what is being sent, and what came back and is not yet written down."""

    page: Page
    waiting: deque[Claimed]
    flying: dict[asyncio.Task[Outcome], Claimed] = field(default_factory=dict)
    settled: list[Settled] = field(default_factory=list)
    items: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    texts: dict[object, Text] = field(default_factory=dict)
    is_halted: bool = False
    failed_writes: int = 0
    sent: int = 0


class Sender(Generic[Text]):
    """Sends what is due. `trouble` is what stops it now, in one line, or None."""

    def __init__(
        self,
        ledger: Ledger,
        contents: Contents,
        composer: Composer[Text],
        messenger: Messenger[Text],
        now: Callable[[], datetime],
        *,
        alert: Callable[[str], Awaitable[None]],
        policy: Policy | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`alert` tells staff of something only a person can mend; `sleep` waits for seconds."""
        self._ledger, self._contents, self._composer, self._messenger = ledger, contents, composer, messenger
        self._now, self._alert, self._policy, self._sleep = now, alert, policy or Policy(), sleep
        self._is_stopping = False
        self._in_hand: set[int] = set()
        # Chats with such an ending since the last message that arrived.
        self._flooded: set[int] = set()
        self._doubtful: set[int] = set()
        self._failures = 0
        self._refusal: str | None = None
        self._rest_until = 0
        self.trouble: str | None = None
        self.sent = 0
        """How many have arrived since the start."""

    def stop(self) -> None:
        """Begin nothing more; what is on its way is waited for and written down."""
        self._is_stopping = True

    async def send_page(self, most: int = AT_ONCE) -> int:
        """Send up to `most` deliveries that are due, and return how many arrived. Raises StoreError before it began."""
        if self._is_stopping or self._is_resting():
            return 0
        # After a failure of Telegram as a whole, one message finds out whether it is over.
        claimed = await self._ledger.claim(1 if self._failures else most)
        if not claimed:
            return 0
        ids = {one.id for one in claimed}
        self._in_hand |= ids
        try:
            flight = _Flight[Text](await self._contents.prepare(claimed), deque(claimed))
            await self._fly(flight)
            return flight.sent
        finally:
            self._in_hand -= ids

    async def due(self) -> int:
        """How many could be sent now, or are being sent. Raises StoreError."""
        return await self._ledger.due()

    async def take_over(self) -> int:
        """Free what an instance that is gone has left; how many deliveries. Raises StoreError."""
        return await self._ledger.take_over(self._in_hand, self._policy.after_unknown)

    def _is_resting(self) -> bool:
        left = self._rest_until - milliseconds(self._now())
        # Longer than it ever rests: the clock was set back.
        return 0 < left <= _LONGEST_REST * 1000

    async def _fly(self, flight: _Flight[Text]) -> None:
        while flight.waiting or flight.flying or flight.settled:
            if flight.is_halted or self._is_stopping:
                await self._give_back(flight)
            wait = await self._turn(flight)
            if flight.flying:
                await self._wait_for_some(flight, wait)
            elif flight.waiting and wait > _LONGEST_WAIT_IN_HAND:
                flight.is_halted = True
            elif flight.waiting and wait:
                await self._sleep(wait)

    async def _give_back(self, flight: _Flight[Text]) -> None:
        waiting = list(flight.waiting)
        flight.waiting.clear()
        if waiting:
            # If it cannot be written down now, the lease runs out.
            with suppress(StoreError):
                await self._ledger.release(waiting)

    async def _turn(self, flight: _Flight[Text]) -> float:
        """Write down what came back and begin what may begin; returns in how many seconds more may."""
        wanted = list(flight.waiting)[: AT_ONCE - len(flight.flying)]
        if not wanted and not flight.settled:
            return 0.0
        settled, flight.settled = flight.settled, []
        try:
            begun, grant = await self._ledger.turn(settled, wanted)
        except StoreError as error:
            # What came back is kept until it can be written down, and nothing new begins before that.
            flight.settled = settled + flight.settled
            self._note(str(error))
            flight.failed_writes += 1
            if self._is_stopping and flight.failed_writes > _LAST_WRITES:
                log.error("what became of %s announcements could not be written down", len(flight.settled))
                flight.settled.clear()
            await self._sleep(_STORE_PAUSE)
            return 0.0
        arrived = sum(one.state is State.SENT for one in settled)
        flight.sent += arrived
        self.sent += arrived
        for _ in range(min(grant.slots, len(wanted))):
            flight.waiting.popleft()
        for claimed in begun:
            self._begin(flight, claimed)
        return grant.wait if flight.waiting and grant.slots < len(wanted) else 0.0

    def _begin(self, flight: _Flight[Text], claimed: Claimed) -> None:
        told = self._contents.of(claimed, flight.page)
        if isinstance(told, Nothing):
            flight.settled.append(self._unsaid(claimed, told))
            return
        try:
            text = self._put_into_words(flight, claimed, told)
        except Exception as error:
            log.exception("an announcement cannot be put into words")
            sending = asyncio.create_task(_refuse(type(error).__name__))
        else:
            sending = asyncio.create_task(self._send(claimed, text, flight.page))
        if isinstance(told, Digest):
            flight.items[claimed.id] = tuple((activity.id, occurrence.key) for activity, occurrence in told.items)
        flight.flying[sending] = claimed

    def _put_into_words(self, flight: _Flight[Text], claimed: Claimed, told: News | Digest) -> Text:
        """The text; the same one for all who are told the same in the same language."""
        if isinstance(told, Digest):
            return self._composer.compose(told, claimed.language)
        language = flight.page.earlier[claimed.id].language if claimed.kind is Kind.EDITED else claimed.language
        key = (claimed.event_id, claimed.revision, claimed.kind, claimed.since, told.is_repeat, language)
        if key not in flight.texts:
            flight.texts[key] = self._composer.compose(told, language)
        return flight.texts[key]

    async def _send(self, claimed: Claimed, text: Text, page: Page) -> Outcome:
        if claimed.kind is Kind.EDITED:
            return await self._messenger.edit(claimed.chat_id, page.earlier[claimed.id].message_id, text)
        return await self._messenger.send(claimed.chat_id, text, silent=claimed.is_silent)

    def _unsaid(self, claimed: Claimed, why: Nothing) -> Settled:
        match why:
            case Nothing.SETTLED:
                return Settled(claimed, State.SUPERSEDED, attempts=claimed.attempts)
            case Nothing.NOT_YET:
                later = milliseconds(self._now()) + _NOT_YET_MILLISECONDS
                return Settled(claimed, State.QUEUED, later, claimed.attempts)
            case Nothing.LOST:
                log.error("activity %s is gone from the files before all were told", claimed.event_id)
                return Settled(claimed, State.FAILED, attempts=claimed.attempts)

    # What came back ------------------------------------------------------------------------------------------------

    async def _wait_for_some(self, flight: _Flight[Text], wait: float) -> None:
        timeout = wait if wait else None
        room = flight.waiting and len(flight.flying) < AT_ONCE and not timeout
        if not room:
            await asyncio.wait(flight.flying, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        # Those that end together are written down together.
        await asyncio.sleep(0)
        for task in [task for task in flight.flying if task.done()]:
            await self._land(flight, flight.flying.pop(task), _outcome(task))

    async def _land(self, flight: _Flight[Text], claimed: Claimed, outcome: Outcome) -> None:
        now = milliseconds(self._now())
        items = flight.items.pop(claimed.id, ())
        match outcome:
            case Sent():
                self._failures = 0
                self._flooded.clear()
                self._doubtful.clear()
                self.trouble = None
                await self._tell_of_refusal()
            case NotSent(reason):
                self._halt(flight, reason)
            case TokenRefused(reason):
                self._refusal = reason
                self._halt(flight, reason)
            case TooMany(seconds):
                await self._slow_down(flight, claimed, seconds)
            case Refused(reason):
                await self._set_aside(claimed, reason)
            case Unknown(reason):
                log.warning("it is not known whether an announcement arrived: %s", reason)
                self._doubtful.add(claimed.chat_id)
                if len(self._doubtful) >= _OUTAGE:
                    self._halt(flight, reason)
        is_outage = self._failures > 0
        flight.settled.append(self._policy.settle(claimed, outcome, now, items, is_outage=is_outage))

    def _halt(self, flight: _Flight[Text], reason: str) -> None:
        """Telegram as a whole does not work: nobody else is tried, and nothing is counted against anybody."""
        if flight.is_halted:
            return
        flight.is_halted = True
        self._note(reason)
        rest = min(_LONGEST_REST, 2.0 ** min(self._failures, 10))
        self._failures += 1
        self._rest_until = milliseconds(self._now()) + round(rest * 1000)

    async def _slow_down(self, flight: _Flight[Text], claimed: Claimed, seconds: float) -> None:
        """Telegram does not say whether it means this chat or the bot: a second chat with no success between tells."""
        self._flooded.add(claimed.chat_id)
        if len(self._flooded) < 2:
            return
        flight.is_halted = True
        self._note(f"Telegram asks to wait {seconds:.0f} s (429)")
        with suppress(StoreError):
            await self._ledger.pause(seconds)

    async def _set_aside(self, claimed: Claimed, reason: str) -> None:
        with suppress(StoreError):
            await self._ledger.park(claimed)
        trouble = f"{claimed.event_id}, {claimed.kind}, {claimed.language}: {reason}"
        log.error("an announcement was refused and waits for a person: %s", trouble)
        await self._alert(trouble)

    async def _tell_of_refusal(self) -> None:
        """With the token refused nobody could be told; staff hear of it when it is accepted again."""
        refusal, self._refusal = self._refusal, None
        if refusal:
            await self._alert(f"announcements were held back and go on now: {refusal}")

    def _note(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.error("announcements are held back: %s", trouble)
        self.trouble = trouble


async def _refuse(reason: str) -> Outcome:
    return Refused(reason)


def _outcome(task: asyncio.Task[Outcome]) -> Outcome:
    """A messenger that breaks its promise and raises may have sent the message."""
    error = task.exception()
    return Unknown(f"{type(error).__name__}") if error else task.result()
