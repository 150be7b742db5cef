"""Planning and sending side by side for one bot, for as long as the process runs."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic

from bot.activities.model import Programme
from bot.announcements.contents import Contents
from bot.announcements.engines import Engine
from bot.announcements.engines.loop import LoopEngine, rest
from bot.announcements.ledger import Ledger
from bot.announcements.model import Composer, Gone, Messenger, Moved, Receipt, Refused, Sent, Text
from bot.announcements.outcomes import Policy
from bot.announcements.planning import Planner
from bot.announcements.rate import Pace
from bot.announcements.receipts import Receipts
from bot.announcements.restoring import Restoring
from bot.announcements.sending import Sender
from bot.store import Store, StoreError

log = logging.getLogger(__name__)

# How often it is looked whether something is new or due; a reminder may be so much late.
PLAN_SECONDS = 1.0
TAKE_OVER_SECONDS = 6.0
PER_SECOND = 25.0


@dataclass(frozen=True, slots=True)
class Health:
    """How announcements are doing: what holds them back, in one line, and how many wait for a person."""

    problem: str | None
    parked: int


class Announcer(Generic[Text]):
    """Everything that announces for one bot; the parts are public for commands and tests."""

    def __init__(
        self,
        store: Store,
        bot_id: int,
        programme: Callable[[], Programme],
        composer: Composer[Text],
        messenger: Messenger[Text],
        now: Callable[[], datetime],
        outside_backup: Path,
        *,
        per_second: float | None = PER_SECOND,
        staff_chat: int | None = None,
        policy: Policy | None = None,
    ) -> None:
        """`now` gives an aware moment; `staff_chat` is where receipts go; `per_second` None is as fast as it goes."""
        worker = secrets.token_hex(8)
        self.bot_id = bot_id
        self._programme, self._composer, self._messenger, self._staff_chat = programme, composer, messenger, staff_chat
        self.planner = Planner(store, bot_id, worker, now)
        ledger = Ledger(store, bot_id, worker, Pace(store, bot_id, per_second), now)
        contents = Contents(store, programme, now)
        self.sender = Sender(ledger, contents, composer, messenger, now, alert=self._alert, policy=policy)
        self.receipts = Receipts(store, bot_id, now, self._tell_receipt)
        self.restoring = Restoring(store, bot_id, outside_backup, now)
        self._trouble: str | None = None
        self._parked = self._noted = 0

    def health(self) -> Health:
        """How it is doing now."""
        return Health(self._trouble or self.sender.trouble, self._parked)

    async def run(self, stop: asyncio.Event, engine: Engine | None = None) -> None:
        """Plan and send until `stop` is set; then finish what is on its way. `restoring.open` comes before."""
        stopping = asyncio.create_task(self._stop_sender(stop))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._plan(stop))
                tasks.create_task((engine or LoopEngine()).run(self.sender.send_page, stop))
        finally:
            stopping.cancel()

    async def _stop_sender(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.sender.stop()

    async def _plan(self, stop: asyncio.Event) -> None:
        """Look for what is new or due, free what others left, and tell staff what is done."""
        turns = round(TAKE_OVER_SECONDS / PLAN_SECONDS)
        turn = 0
        while not stop.is_set():
            try:
                await self.plan_once(take_over=turn % turns == 0)
                if turn == 0:
                    await self.receipts.clear_old(self._programme().activities.keys())
            except Exception as error:
                # Answers must go on.
                is_ours = not isinstance(error, StoreError)
                trouble = f"{type(error).__name__} in planning" if is_ours else str(error)
                if trouble != self._trouble:
                    log.error("announcements cannot be planned: %s", trouble, exc_info=is_ours)
                self._trouble = trouble
            else:
                self._trouble = None
            turn = (turn + 1) % _TURNS_PER_DAY
            await rest(PLAN_SECONDS, stop)

    async def plan_once(self, *, take_over: bool = True) -> int:
        """Everything but sending, once; how many deliveries were added. Raises StoreError."""
        added = await self.planner.step(self._programme())
        told = await self.receipts.step()
        if take_over:
            await self.sender.take_over()
            self._parked = await self.restoring.parked()
        if added or told or self.sender.sent != self._noted:
            self._noted = self.sender.sent
            await self.restoring.advance()
        return added

    # Staff ---------------------------------------------------------------------------------------------------------

    async def _tell_receipt(self, receipt: Receipt) -> bool:
        return await self._tell_staff(self._composer.receipt(receipt))

    async def _alert(self, trouble: str) -> None:
        await self._tell_staff(self._composer.alert(trouble))

    async def _tell_staff(self, text: Text) -> bool:
        """Whether it is settled: it arrived, or never will."""
        if self._staff_chat is None:
            return True
        outcome = await self._messenger.send(self._staff_chat, text, silent=False)
        if isinstance(outcome, Gone | Moved | Refused):
            log.error("the staff chat %s cannot be written to; check TILLSAMMANS_STAFF_CHAT", outcome)
        return isinstance(outcome, Sent | Gone | Moved | Refused)


_TURNS_PER_DAY = round(24 * 60 * 60 / PLAN_SECONDS)
