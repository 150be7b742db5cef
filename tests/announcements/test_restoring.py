"""Yesterday's backup in place of today's database: nothing is sent again before a person says so."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.announcements.wishes import Mode
from bot.store import Forgotten, Store, TelegramSubscribers
from tests.announcements.scene import NOON, Scene, activity, cancelled, occasion

FRIDAY = NOON + timedelta(days=3, hours=6)
CAFE = activity("cafe", occasion("cafe", FRIDAY))
SWIM = activity("swim", occasion("swim", FRIDAY), subject="sports")


async def begin(folder: Path) -> Scene:
    return await Scene.begin(await Store.open(f"sqlite+aiosqlite:///{folder / 'bot.db'}"), folder / "outside")


async def backup(scene: Scene, folder: Path) -> None:
    async with scene.store.read() as connection:
        await connection.exec_driver_sql(f"VACUUM INTO '{folder / 'backup.db'}'")


async def restore(scene: Scene, folder: Path) -> Scene:
    """Stop, put the backup in its place, and start again a little later."""
    await scene.store.close()
    for name in ("bot.db", "bot.db-wal", "bot.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(folder / "backup.db", folder / "bot.db")
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'bot.db'}")
    return await Scene.begin(store, folder / "outside", scene.clock, scene.programme)


async def test_an_ordinary_restart_is_no_restore(tmp_path: Path) -> None:
    scene = await begin(tmp_path)
    await scene.person(1)
    await scene.announce(CAFE)
    await scene.plan()
    for _ in range(3):
        assert not await scene.announcer.restoring.open()
    await scene.store.close()


async def test_what_was_pending_then_or_is_news_to_the_backup_is_held_back(tmp_path: Path) -> None:
    scene = await begin(tmp_path)
    await scene.person(1)
    scene.put(CAFE)
    await scene.plan()
    await backup(scene, tmp_path)
    await scene.send()
    await scene.announce(SWIM)
    await scene.plan()
    assert len(scene.heard(1)) == 2

    again = await restore(scene, tmp_path)
    assert await again.announce() == 0
    assert await again.states() == {"parked": 2}
    assert again.heard(1) == []
    # What is new after the restore is told as always.
    walk = activity("walk", occasion("walk", FRIDAY))
    assert await again.announce(walk) == 1

    assert await again.announcer.restoring.release() == 2
    await again.send()
    assert sorted(again.heard(1)) == ["sv published cafe", "sv published swim", "sv published walk"]
    assert not await again.announcer.restoring.open()
    await again.store.close()


async def test_reminders_of_before_the_restore_are_held_back_and_later_ones_are_not(tmp_path: Path) -> None:
    scene = await begin(tmp_path)
    await scene.person(1, mode=Mode.EVENING)
    scene.put(CAFE, activity("walk", occasion("walk", FRIDAY + timedelta(days=1))))
    await scene.plan()
    await backup(scene, tmp_path)
    scene.clock.moment = FRIDAY - timedelta(hours=24)
    await scene.announce()
    await scene.plan()
    scene.clock.forward(minutes=10)
    again = await restore(scene, tmp_path)
    assert await again.announce() == 0
    again.clock.moment = FRIDAY
    await again.announce()
    assert again.heard(1) == ["sv reminder walk 05 18:00"]
    await again.store.close()


async def test_a_cancellation_after_the_restore_replaces_what_is_held_back(tmp_path: Path) -> None:
    scene = await begin(tmp_path)
    await scene.person(1)
    scene.put(CAFE)
    await scene.plan()
    await backup(scene, tmp_path)
    await scene.send()
    await scene.plan()
    again = await restore(scene, tmp_path)
    await again.announce(cancelled(CAFE))
    await again.announcer.restoring.release()
    await again.send()
    assert "sv published cafe" not in again.heard(1)
    await again.store.close()


async def test_who_was_forgotten_since_is_forgotten_again_and_who_came_back_is_not(tmp_path: Path) -> None:
    scene = await begin(tmp_path)
    today = lambda: date(2026, 12, 1)  # noqa: E731
    forgotten = Forgotten(tmp_path / "outside", "4711:token", today)
    people = TelegramSubscribers(scene.store, today, forgotten, scene.clock.sleep)
    for chat in (5_512_345_678, 2, 3):
        await people.choose_language(chat, "ti")
    await backup(scene, tmp_path)
    await people.forget(5_512_345_678)
    await people.forget(2)
    await people.choose_language(2, "ti")
    again = await restore(scene, tmp_path)
    people = TelegramSubscribers(again.store, today, forgotten, scene.clock.sleep)
    assert await people.forget_again() == 1
    assert [await people.language_of(chat) for chat in (5_512_345_678, 2, 3)] == [None, "ti", "ti"]
    assert "5512345678" not in (tmp_path / "outside" / "forgotten").read_text()
    await again.store.close()


def test_the_list_of_the_forgotten_says_nothing_without_its_key_and_is_cleared_after_ninety_days(
    tmp_path: Path,
) -> None:
    day = date(2026, 12, 1)
    mine = Forgotten(tmp_path, "4711:token", lambda: day)
    mine.add(7)
    assert mine.among([6, 7]) == [7]
    assert Forgotten(tmp_path, "4711:other", lambda: day).among([6, 7]) == []
    day += timedelta(days=91)
    mine.add(8)
    assert mine.among([7, 8]) == [8]


@pytest.mark.parametrize("content", ["", "nonsense", "2026-12-01\n", "\xff"])
def test_a_broken_list_of_the_forgotten_keeps_nobody_from_being_forgotten(tmp_path: Path, content: str) -> None:
    (tmp_path / "forgotten").write_text(content, encoding="latin-1")
    mine = Forgotten(tmp_path, "4711:token", lambda: date(2026, 12, 1))
    mine.add(7)
    assert mine.among([7]) == [7]
