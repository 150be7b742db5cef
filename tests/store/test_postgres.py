"""The same tables on PostgreSQL, and what is told when it cannot be used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, make_url, text

from bot.store import HandledUpdates, Store, StoreError, TelegramSubscribers
from bot.store.tables import metadata, subscriber, telegram_chat


@pytest.fixture
async def store(postgres: str) -> AsyncIterator[Store]:
    store = await Store.open(postgres)
    async with store.write() as connection:
        await connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)}"))
    yield store
    await store.close()


async def test_the_migrations_make_the_tables_of_the_program(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with store.write() as connection:
        assert await connection.run_sync(differences) == []


async def test_instances_starting_at_once_migrate_one_after_the_other(store: Store, postgres: str) -> None:
    async with store.write() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    stores = await asyncio.gather(*(Store.open(postgres) for _ in range(4)))
    async with stores[0].read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    for each in stores:
        await each.close()


async def test_residents_are_kept_and_forgotten(store: Store, today: Callable[[], date]) -> None:
    subscribers = TelegramSubscribers(store, today)
    await subscribers.choose_language(5, "ti")
    await subscribers.move(5, 6)
    assert await TelegramSubscribers(store, today).language_of(6) == "ti"
    await subscribers.forget(6)
    async with store.read() as connection:
        assert (await connection.execute(subscriber.select())).all() == []


async def test_an_update_kept_already_does_no_harm(store: Store) -> None:
    await HandledUpdates(store).add(5)
    await HandledUpdates(store).add(5)
    assert await HandledUpdates(store).all() == {5}


async def test_an_error_names_neither_the_statement_nor_its_values(store: Store) -> None:
    row = {"chat_id": 987654321, "subscriber_id": "nobody"}
    with pytest.raises(StoreError, match="violates foreign key") as refused:
        async with store.write() as connection:
            await connection.execute(insert(telegram_chat).values(row))
    assert "987654321" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"host": "127.0.0.1", "port": 1, "query": {}}, "start PostgreSQL, or check the host and port"),
        ({"database": "nowhere"}, "check the name in DATABASE_URL"),
    ],
)
async def test_an_address_that_leads_nowhere_is_explained(
    postgres: str, change: dict[str, object], remedy: str
) -> None:
    address = make_url(postgres).set(**change)  # type: ignore[arg-type]
    with pytest.raises(StoreError) as refused:
        await Store.open(address.render_as_string(hide_password=False))
    assert remedy in str(refused.value)
    assert "\n" not in str(refused.value)
