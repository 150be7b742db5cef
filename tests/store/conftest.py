"""An open database in a folder of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import pytest

from bot.store import HandledUpdates, Store, TelegramSubscribers


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "tillsammans.db"


@pytest.fixture
async def store(database: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{database}")
    yield store
    await store.close()


@pytest.fixture
def subscribers(store: Store, today: Callable[[], date]) -> TelegramSubscribers:
    return TelegramSubscribers(store, today)


@pytest.fixture
def handled(store: Store) -> HandledUpdates:
    return HandledUpdates(store)
