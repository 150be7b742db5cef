"""What is kept about a resident on Telegram, and that it can be forgotten."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.store import Store, StoreError, TelegramSubscribers
from bot.store.tables import subscriber, telegram_chat

CHAT = 5_512_345_678


async def rows(store: Store) -> list[tuple[object, ...]]:
    async with store.read() as connection:
        return [tuple(row) for row in await connection.execute(select(subscriber))]


async def test_nothing_is_known_before_a_language_is_chosen(subscribers: TelegramSubscribers, store: Store) -> None:
    assert await subscribers.language_of(CHAT) is None
    assert await rows(store) == []


async def test_the_choice_is_kept_with_a_random_id_and_the_day(subscribers: TelegramSubscribers, store: Store) -> None:
    await subscribers.choose_language(CHAT, "ti")
    await subscribers.choose_language(CHAT + 1, "ckb")
    assert await subscribers.language_of(CHAT) == "ti"
    kept = await rows(store)
    assert {row[1:] for row in kept} == {("ti", date(2026, 11, 21)), ("ckb", date(2026, 11, 21))}
    assert all(str(CHAT) not in str(row[0]) for row in kept)


async def test_another_choice_replaces_the_first(subscribers: TelegramSubscribers, store: Store) -> None:
    await subscribers.choose_language(CHAT, "ti")
    await subscribers.choose_language(CHAT, "sv-simple")
    assert await subscribers.language_of(CHAT) == "sv-simple"
    assert len(await rows(store)) == 1


async def test_many_at_once_share_few_readings(
    subscribers: TelegramSubscribers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(0, 100, 2):
        await subscribers.choose_language(CHAT + number, "ti")
    readings = 0
    read = store.read

    def counting_read() -> object:
        nonlocal readings
        readings += 1
        return read()

    monkeypatch.setattr(store, "read", counting_read)
    chosen = await asyncio.gather(*(subscribers.language_of(CHAT + number) for number in range(100)))
    assert chosen == ["ti", None] * 50
    assert readings < 5


async def test_a_reading_that_fails_fails_for_all_who_share_it_and_not_for_good(
    subscribers: TelegramSubscribers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribers.choose_language(CHAT, "ti")

    def failing_read() -> object:
        raise StoreError("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr(store, "read", failing_read)
        failed = await asyncio.gather(
            *(subscribers.language_of(CHAT + number) for number in range(3)), return_exceptions=True
        )
        assert all(isinstance(error, StoreError) for error in failed)
    assert await subscribers.language_of(CHAT) == "ti"


async def test_forgetting_leaves_no_trace_in_the_files(
    subscribers: TelegramSubscribers, store: Store, database: Path
) -> None:
    await subscribers.choose_language(CHAT, "ti")
    (subscriber_id, *_) = (await rows(store))[0]
    await subscribers.forget(CHAT)
    assert await subscribers.language_of(CHAT) is None
    async with store.read() as connection:
        assert (await connection.execute(select(telegram_chat))).all() == []
    kept = b"".join(path.read_bytes() for path in database.parent.iterdir())
    assert str(subscriber_id).encode() not in kept
    assert CHAT.to_bytes(8, "big") not in kept
    assert CHAT.to_bytes(6, "big") not in kept


async def test_forgetting_leaves_others_alone(subscribers: TelegramSubscribers) -> None:
    await subscribers.choose_language(CHAT, "ti")
    await subscribers.choose_language(CHAT + 1, "so")
    await subscribers.forget(CHAT)
    await subscribers.forget(CHAT)
    assert await subscribers.language_of(CHAT + 1) == "so"


async def test_a_group_keeps_its_language_when_it_gets_a_new_id(subscribers: TelegramSubscribers) -> None:
    await subscribers.choose_language(-5, "so")
    await subscribers.choose_language(-1005, "fi")
    await subscribers.move(-5, -1005)
    assert await subscribers.language_of(-1005) == "so"
    assert await subscribers.language_of(-5) is None


async def test_a_failing_database_is_an_error_that_names_no_chat(
    subscribers: TelegramSubscribers, store: Store
) -> None:
    async with store.write() as connection:
        await connection.execute(text("DROP TABLE telegram_chat"))
    with pytest.raises(StoreError, match="no such table") as refused:
        await subscribers.language_of(CHAT)
    assert str(CHAT) not in str(refused.value)
