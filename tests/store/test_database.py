"""Opening the database: made when missing, brought up to date, refused with a line that helps."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, text

from bot.store import Store, StoreError
from bot.store.tables import metadata, telegram_update


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def refusal(address: str) -> str:
    with pytest.raises(StoreError) as refused:
        await Store.open(address)
    line = str(refused.value)
    assert "\n" not in line
    return line


async def test_the_folder_and_the_tables_are_made_when_missing(database: Path, store: Store) -> None:
    with sqlite3.connect(database) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert set(metadata.tables) < tables


async def test_the_migrations_make_the_tables_of_the_program(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with store.write() as connection:
        assert await connection.run_sync(differences) == []


async def test_commits_survive_a_power_cut_and_the_forgotten_is_overwritten(store: Store) -> None:
    async with store.read() as connection:
        values = {
            name: await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


async def test_opening_again_keeps_what_is_there(database: Path, store: Store) -> None:
    async with store.write() as connection:
        await connection.execute(text("INSERT INTO telegram_update VALUES (7)"))
    again = await Store.open(url(database))
    async with again.read() as connection:
        assert await connection.scalar(text("SELECT update_id FROM telegram_update")) == 7
    await again.close()


async def test_two_programs_starting_at_once_migrate_one_after_the_other(database: Path) -> None:
    stores = await asyncio.gather(*(Store.open(url(database)) for _ in range(4)))
    for store in stores:
        await store.close()
    assert len(stores) == 4


async def test_a_database_of_a_newer_program_is_refused(database: Path, store: Store) -> None:
    async with store.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    line = await refusal(url(database))
    assert "9999" in line
    assert "newer version" in line


async def test_a_failed_migration_leaves_nothing_behind(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alembic.op.create_table", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await Store.open(url(database))
    monkeypatch.undo()
    store = await Store.open(url(database))
    await store.close()


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert str(tmp_path / "file") in await refusal(url(tmp_path / "file" / "x.db"))


async def test_a_folder_in_place_of_a_file_is_explained(tmp_path: Path) -> None:
    assert "DATABASE_URL must name a file" in await refusal(url(tmp_path))


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all, this is not a database. " * 50)
    assert "move it away" in await refusal(url(path))
    assert path.read_text().startswith("Dear all")


async def test_a_full_disk_at_start_is_explained(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.database._PRAGMAS", ("page_size = 512", "max_page_count = 1"))
    assert "make room on the disk" in await refusal(url(database))


async def test_a_disk_that_fills_up_later_raises_one_line_and_keeps_what_is_there(store: Store) -> None:
    async with store.read() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    async def fill() -> None:
        async with store.write() as connection:
            await connection.execute(insert(telegram_update), [{"update_id": number} for number in range(5000)])

    with pytest.raises(StoreError, match="make room on the disk") as refused:
        await fill()
    assert "INSERT" not in str(refused.value)
    async with store.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM telegram_update")) == 0


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("data/tillsammans.db", "write it like sqlite+aiosqlite:///"),
        ("sqlite:///tillsammans.db", "write sqlite+aiosqlite://"),
        ("sqlite+nonsense:///tillsammans.db", "cannot be used here"),
        ("postgresql://host/tillsammans", "write postgresql+asyncpg://"),
        ("mysql+aiomysql://host/tillsammans", "write postgresql+asyncpg://"),
    ],
)
async def test_an_address_that_cannot_be_used_is_explained(address: str, remedy: str) -> None:
    assert remedy in await refusal(address)


async def test_a_password_in_the_address_is_not_shown() -> None:
    assert "geheim" not in await refusal("nonsense+driver://user:geheim@host/x")


async def test_values_never_reach_the_log(database: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = await Store.open(url(database))
    async with store.write() as connection:
        await connection.execute(text("INSERT INTO telegram_update VALUES (:number)"), {"number": 987654321})
    await store.close()
    assert "987654321" not in caplog.text
