"""Calls that are shared by all who want the same."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from bot.store.sharing import Shared


class Calls:
    """Notes what was wanted; each call lasts until `go_on` is set, and fails for the number 13."""

    def __init__(self) -> None:
        self.wanted: list[list[int]] = []
        self.go_on = asyncio.Event()

    async def __call__(self, numbers: Collection[int]) -> None:
        self.wanted.append(sorted(numbers))
        await self.go_on.wait()
        if 13 in numbers:
            raise ValueError("unlucky")


async def test_what_is_wanted_while_a_call_goes_on_shares_the_next() -> None:
    calls = Calls()
    shared = Shared(calls)
    first = asyncio.create_task(shared.include(1))
    await asyncio.sleep(0.001)
    later = [asyncio.create_task(shared.include(number)) for number in (2, 3, 3)]
    await asyncio.sleep(0.001)
    assert calls.wanted == [[1]]
    calls.go_on.set()
    await asyncio.wait_for(asyncio.gather(first, *later), 1)
    assert calls.wanted == [[1], [2, 3]]
    await shared.include(4)
    assert calls.wanted[-1] == [4]


async def test_a_failure_is_told_to_all_who_shared_it_and_to_nobody_else() -> None:
    calls = Calls()
    shared = Shared(calls)
    calls.go_on.set()
    told = await asyncio.gather(*(shared.include(number) for number in (12, 13)), return_exceptions=True)
    assert [type(one) for one in told] == [ValueError, ValueError]
    await shared.include(14)


async def test_one_who_waits_no_longer_does_not_stop_it_for_the_others() -> None:
    calls = Calls()
    shared = Shared(calls)
    gone, other = (asyncio.create_task(shared.include(number)) for number in (1, 2))
    await asyncio.sleep(0.001)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    calls.go_on.set()
    await asyncio.wait_for(other, 1)
    assert calls.wanted == [[1, 2]]
