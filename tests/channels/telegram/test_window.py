"""What is confirmed to Telegram, and when it is asked again."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.window import Window


def test_nothing_is_confirmed_before_it_and_all_before_it_are_done() -> None:
    window = Window()
    assert [window.open(update_id) for update_id in (5, 6, 7)] == [True] * 3
    assert window.offset == 5
    window.close(6)
    window.close(7)
    assert window.offset == 5
    window.close(5)
    assert window.offset == 8


def test_what_is_known_is_not_taken_in_again() -> None:
    window = Window()
    assert window.open(6)
    assert not window.open(6)
    window.close(6)
    assert not window.open(6)
    assert window.offset == 7


def test_when_all_is_confirmed_nothing_is_asked_for_by_number() -> None:
    """After a week without updates Telegram goes on with a random number, which may be a smaller one."""
    window = Window()
    window.open(5)
    window.close(5)
    window.confirm(6)
    assert window.offset is None
    assert window.open(2)


@given(st.permutations(range(10, 22)), st.integers(0, 12))
def test_the_offset_is_always_the_first_one_not_done(order: list[int], done: int) -> None:
    window = Window()
    for update_id in sorted(order):
        window.open(update_id)
    for update_id in order[:done]:
        window.close(update_id)
    assert window.offset == min(order[done:], default=22)
    assert window.being_handled == len(order) - done


async def test_it_waits_until_something_can_be_confirmed() -> None:
    window = Window()
    window.open(5)
    window.open(6)
    waiting = asyncio.create_task(window.worth_asking(None, at_most=50, pace=10))
    await asyncio.sleep(0)
    window.close(6)
    await asyncio.sleep(0)
    assert not waiting.done()
    window.close(5)
    await asyncio.wait_for(waiting, 1)


async def test_it_waits_until_few_enough_are_being_handled() -> None:
    window = Window()
    for update_id in (5, 6, 7):
        window.open(update_id)
    waiting = asyncio.create_task(window.worth_asking(None, at_most=1, pace=10))
    await asyncio.sleep(0)
    window.close(5)
    await asyncio.sleep(0.001)
    assert not waiting.done()
    window.close(6)
    await asyncio.wait_for(waiting, 1)


async def test_it_does_not_wait_when_something_was_done_while_it_fetched() -> None:
    window = Window()
    for update_id in (5, 6):
        window.open(update_id)
    window.close(5)
    await asyncio.wait_for(window.worth_asking(5, at_most=50, pace=10), 0.1)


async def test_in_a_rush_it_waits_until_several_can_be_confirmed() -> None:
    window = Window()
    for update_id in range(5, 45):
        window.open(update_id)
    waiting = asyncio.create_task(window.worth_asking(5, at_most=50, pace=10))
    for update_id in range(5, 11):
        window.close(update_id)
        await asyncio.sleep(0.001)
        assert waiting.done() == (update_id == 10)


async def test_it_does_not_wait_for_one_that_hangs() -> None:
    window = Window()
    window.open(5)
    await asyncio.wait_for(window.worth_asking(None, at_most=50, pace=0.01), 1)


async def test_it_does_not_wait_for_nothing() -> None:
    await asyncio.wait_for(Window().worth_asking(None, at_most=50, pace=10), 0.1)
