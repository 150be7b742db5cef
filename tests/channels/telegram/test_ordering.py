"""One chat in order, many side by side."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.channels.telegram.ordering import PerChatOrder


async def test_one_chats_updates_follow_each_other_and_others_do_not_wait() -> None:
    order, done, gate = PerChatOrder(10), [], asyncio.Event()

    async def slow(name: str) -> None:
        await gate.wait()
        done.append(name)

    async def quick(name: str) -> None:
        done.append(name)

    order.submit(1, partial(slow, "first of 1"))
    order.submit(1, partial(quick, "second of 1"))
    order.submit(2, partial(quick, "first of 2"))
    await asyncio.sleep(0.001)
    assert done == ["first of 2"]
    gate.set()
    assert await order.drain(1) == 0
    assert done == ["first of 2", "first of 1", "second of 1"]


async def test_a_failing_update_does_not_hold_up_its_chat() -> None:
    order, done = PerChatOrder(10), []

    async def fail() -> None:
        raise ValueError

    async def succeed() -> None:
        done.append("done")

    order.submit(1, fail)
    order.submit(1, succeed)
    await order.drain(1)
    assert done == ["done"]


async def test_no_more_run_at_once_than_allowed() -> None:
    order, running, most = PerChatOrder(3), 0, 0

    async def job() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    for key in range(20):
        order.submit(key, job)
    await order.drain(1)
    assert most == 3


async def test_stopping_waits_only_so_long() -> None:
    order, started = PerChatOrder(2), []

    async def hang(name: str) -> None:
        started.append(name)
        await asyncio.Event().wait()

    for name in "ab":
        order.submit(1, partial(hang, name))
    assert await order.drain(0.01) == 2
    assert started == ["a"]


async def test_nothing_is_kept_of_chats_that_are_done() -> None:
    order = PerChatOrder(2)
    for key in range(50):
        order.submit(key, partial(asyncio.sleep, 0))
    await order.drain(1)
    await asyncio.sleep(0)
    assert not order._last
    assert not order._tasks
