"""Which updates were fetched and are not yet confirmed. Telegram's own queue is the durable one: an update stays
there, and comes again after a crash, until it and all before it are handled. No question is ever written to disk."""

from __future__ import annotations

import asyncio

# Of so many being handled, one must have been finished since the last fetch.
_SHARE = 5


class Window:
    """The updates from the first unconfirmed one on; each is either being handled or done."""

    def __init__(self) -> None:
        self._done: dict[int, bool] = {}
        self._changed = asyncio.Event()

    def open(self, update_id: int) -> bool:
        """Take an update in; False when it is in already."""
        is_new = update_id not in self._done
        if is_new:
            self._done[update_id] = False
        return is_new

    def close(self, update_id: int) -> None:
        """An update is handled."""
        self._done[update_id] = True
        self._changed.set()

    @property
    def offset(self) -> int | None:
        """What to ask for next: all before it are handled. None when there is nothing to confirm."""
        if not self._done:
            return None
        return min((update_id for update_id, done in self._done.items() if not done), default=max(self._done) + 1)

    @property
    def being_handled(self) -> int:
        """How many updates are not done."""
        return sum(not done for done in self._done.values())

    def confirm(self, offset: int) -> None:
        """Telegram has seen `offset`: what lies before it will not come again."""
        for update_id in [update_id for update_id in self._done if update_id < offset]:
            del self._done[update_id]

    async def worth_asking(self, asked: int | None, at_most: int, pace: float) -> None:
        """Wait until more can be confirmed than when `asked`, and no more than `at_most` are being handled, or `pace`
        seconds. In a rush a single one more is not worth a fetch, which brings all the others again.

        Asking for the same updates again within half a second makes Telegram's server send only one of them.
        """
        asked = min(self._done, default=0) if asked is None else asked
        try:
            async with asyncio.timeout(pace):
                while (busy := self.being_handled) and (
                    busy > at_most or (self.offset or 0) - asked < max(1, busy // _SHARE)
                ):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return
