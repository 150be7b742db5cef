"""A clock that stands still, a programme to edit, a messenger that obeys the test, and both databases."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store import Store
from bot.store.tables import metadata
from tests.announcements.scene import Scene


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the tables and nothing in them: to make them anew for every test takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "bot.db"

    async def make() -> None:
        await (await Store.open(f"sqlite+aiosqlite:///{path}")).close()

    asyncio.run(make())
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path) -> AsyncIterator[Store]:
    """An empty database; every test runs on both."""
    if request.param == "sqlite":
        shutil.copy(empty_database, tmp_path / "bot.db")
        store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    else:
        store = await Store.open(request.getfixturevalue("postgres"))
        async with store.write() as connection:
            tables = ", ".join(name for name in metadata.tables)
            await connection.execute(text(f"TRUNCATE {tables}"))
    yield store
    await store.close()


@pytest.fixture
async def scene(store: Store, tmp_path: Path) -> Scene:
    """One bot with nothing on its programme, which has been running for a while."""
    return await Scene.begin(store, tmp_path / "outside")
