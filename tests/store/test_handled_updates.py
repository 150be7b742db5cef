"""The numbers of the updates answered last."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import HandledUpdates, Store


async def test_numbers_are_kept_until_they_are_forgotten(handled: HandledUpdates) -> None:
    for update_id in (5, 3, 2**40):
        await handled.add(update_id)
    await handled.forget([3, 4])
    assert await handled.all() == {5, 2**40}


async def test_a_number_kept_already_does_no_harm(handled: HandledUpdates, store: Store) -> None:
    await handled.add(5)
    await HandledUpdates(store).add(5)
    assert await handled.all() == {5}


async def test_many_at_once_share_few_writes(
    handled: HandledUpdates, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = 0
    write = store.write

    def counting_write() -> object:
        nonlocal writes
        writes += 1
        return write()

    monkeypatch.setattr(store, "write", counting_write)
    await asyncio.gather(*(handled.add(update_id) for update_id in range(100)))
    assert await handled.all() == set(range(100))
    assert writes < 5


async def test_each_returns_only_when_its_number_is_on_disk(handled: HandledUpdates) -> None:
    async def add(update_id: int) -> bool:
        await handled.add(update_id)
        return update_id in await handled.all()

    assert all(await asyncio.gather(*(add(update_id) for update_id in range(20))))
