"""Both engines send what is due on both databases, once, and end when they are asked to."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.announcements.engines import Engine, SendPage
from bot.announcements.engines.dbos import DbosEngine
from bot.announcements.engines.loop import LoopEngine
from bot.store import StoreError
from tests.announcements.scene import NOON, Scene, activity, occasion

CAFE = activity("cafe", occasion("cafe", NOON + timedelta(days=3)))


@pytest.fixture(params=["loop", "dbos"])
def engine(request: pytest.FixtureRequest, scene: Scene, tmp_path: Path) -> Engine:
    if request.param == "loop":
        return LoopEngine(idle=0.01)
    url = request.getfixturevalue("postgres") if scene.store.is_shared else f"sqlite:///{tmp_path / 'bot.db'}"
    return DbosEngine(url, name="test")


async def test_everything_due_is_sent_once_and_the_engine_ends(scene: Scene, engine: Engine) -> None:
    chats = await scene.crowd(100)
    stop, done = asyncio.Event(), asyncio.Event()

    async def count(chat_id: int, text: str) -> None:
        if scene.messenger.tried.total() % 100 == 0:
            done.set()

    async def tick() -> None:
        for _ in range(1000):
            scene.clock.forward(seconds=1)
            await asyncio.sleep(0.05)

    scene.messenger.on_send = count
    async with asyncio.timeout(60):
        ticking = asyncio.create_task(tick())
        driving = asyncio.create_task(engine.run(scene.announcer.sender.send_page, stop))
        for news in (CAFE, activity("walk", occasion("walk", NOON + timedelta(days=3)))):
            scene.put(news)
            await scene.plan()
            await done.wait()
            done.clear()
        stop.set()
        await driving
        ticking.cancel()
    assert [scene.heard(chat) for chat in chats] == [["sv published cafe", "sv published walk"]] * 100


async def test_one_reply_that_does_not_come_holds_up_nobody_else(scene: Scene) -> None:
    chats = await scene.crowd(100)
    scene.put(CAFE)
    await scene.plan()
    stop, others, replied = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def stuck(chat_id: int, text: str) -> None:
        if scene.messenger.tried.total() == 100:
            others.set()
        if chat_id == chats[0]:
            await replied.wait()

    scene.messenger.on_send = stuck
    async with asyncio.timeout(30):
        driving = asyncio.create_task(LoopEngine(page=10, idle=0.01).run(scene.announcer.sender.send_page, stop))
        await others.wait()
        replied.set()
        stop.set()
        await driving
    assert all(len(scene.heard(chat)) == 1 for chat in chats)


async def test_what_fails_for_a_while_does_not_end_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.announcements.engines.loop.PAUSE_SECONDS", 0.01)
    stop = asyncio.Event()
    calls = 0

    async def send_page(most: int) -> int:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise StoreError("make room on the disk") if calls == 1 else KeyError("a fault of ours")
        stop.set()
        return 1

    sending: SendPage = send_page
    await LoopEngine(lanes=1).run(sending, stop)
    assert calls == 3
