"""Every way sending can end: nothing due is lost, nobody is told twice without need, and nobody is burned."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from bot.announcements.model import (
    Gone,
    Moved,
    NotSent,
    Outcome,
    Refused,
    TokenRefused,
    TooMany,
    Unknown,
)
from bot.announcements.outcomes import Policy
from bot.store import Store, StoreError
from bot.store.announcement_tables import announcer, delivery
from bot.store.tables import telegram_chat
from tests.announcements.scene import NOON, STAFF, Scene, activity, cancelled, occasion

FRIDAY = NOON + timedelta(days=3, hours=6)
CAFE = activity("cafe", occasion("cafe", FRIDAY))
NEWS = "sv published cafe"


async def published(scene: Scene, people: int) -> None:
    for chat in range(1, people + 1):
        await scene.person(chat)
    scene.put(CAFE)
    await scene.plan()


async def test_too_many_for_one_chat_keeps_only_that_chat_waiting(scene: Scene) -> None:
    await published(scene, 3)
    scene.messenger.endings[2].append(TooMany(30))
    await scene.send()
    assert [len(scene.heard(chat)) for chat in (1, 2, 3)] == [1, 0, 1]
    scene.clock.forward(seconds=20)
    assert await scene.send() == 0
    scene.clock.forward(seconds=8)
    assert await scene.send() == 1
    assert scene.heard(2) == [NEWS]


async def test_too_many_for_all_stops_everybody_in_every_instance(scene: Scene) -> None:
    chats = await scene.crowd(50)
    scene.put(CAFE)
    await scene.plan()
    scene.messenger.endings[None].extend([TooMany(30)] * 30)
    other = scene.instance()
    assert await scene.announcer.sender.send_page(30) == 0
    tried = scene.messenger.tried.total()
    assert tried <= 30
    for _ in range(25):
        scene.clock.forward(seconds=1)
        assert await scene.announcer.sender.send_page(30) == await other.sender.send_page(30) == 0
    assert scene.messenger.tried.total() == tried
    scene.messenger.endings.clear()
    scene.clock.forward(seconds=6)
    await scene.send()
    assert [scene.heard(chat) for chat in chats] == [[NEWS]] * 50


@pytest.mark.parametrize("ending", [TooMany(5), NotSent("refused")])
async def test_what_was_certainly_not_sent_is_not_counted_as_a_try(scene: Scene, ending: Outcome) -> None:
    await published(scene, 1)
    for _ in range(10):
        scene.messenger.endings[1].append(ending)
        scene.clock.forward(seconds=31)
        await scene.announcer.sender.send_page(30)
    scene.clock.forward(seconds=31)
    await scene.send()
    assert scene.heard(1) == [NEWS]


async def test_a_chat_that_is_gone_gets_nothing_more_until_it_comes_back(scene: Scene) -> None:
    await published(scene, 2)
    scene.messenger.endings[1].append(Gone())
    scene.put(activity("walk", occasion("walk", FRIDAY)))
    await scene.plan()
    await scene.send()
    assert scene.messenger.tried[1] == 1
    assert await scene.states() == {"sent": 2, "blocked": 2}
    await scene.announce(cancelled(CAFE))
    assert scene.messenger.tried[1] == 1
    await scene.subscriptions.set_reachable(scene.ids[1], is_reachable=True)
    await scene.announce(activity("swim", occasion("swim", FRIDAY)))
    assert scene.heard(1) == ["sv published swim"]


async def test_the_receipt_tells_what_was_blocked_and_failed(scene: Scene) -> None:
    await published(scene, 3)
    scene.messenger.endings[1].append(Gone())
    scene.messenger.endings[2].extend([Unknown("502")] * 3)
    for _ in range(3):
        await scene.announce()
        scene.clock.forward(minutes=5)
    assert scene.heard(STAFF) == ["receipt published cafe: 1 sent, 1 blocked, 0 failed, 0 expired, 1 unknown"]


async def test_a_group_that_has_moved_gets_it_at_its_new_place(scene: Scene) -> None:
    await published(scene, 1)
    scene.messenger.endings[1].append(Moved(-1001))
    await scene.send()
    assert scene.heard(-1001) == [NEWS]
    async with scene.store.read() as connection:
        assert (await connection.scalars(select(telegram_chat.c.chat_id))).all() == [-1001]


async def test_a_lost_reply_is_repeated_without_a_sound_and_marked(scene: Scene) -> None:
    await published(scene, 1)
    scene.messenger.endings[1].append(Unknown("no reply"))
    await scene.send()
    assert scene.heard(1) == []
    scene.clock.forward(seconds=10)
    await scene.send()
    assert scene.heard(1) == scene.messenger.silent == [f"{NEWS} (repeat)"]


async def test_a_cancellation_whose_reply_was_lost_is_repeated_with_a_sound(scene: Scene) -> None:
    await published(scene, 1)
    await scene.send()
    scene.messenger.endings[1].append(Unknown("no reply"))
    await scene.announce(cancelled(CAFE))
    scene.clock.forward(seconds=10)
    await scene.send()
    assert "(repeat)" in scene.heard(1)[1]
    assert scene.messenger.silent == []


async def test_a_server_that_keeps_failing_is_tried_three_times_at_most(scene: Scene) -> None:
    await published(scene, 2)
    scene.messenger.endings[1].extend([Unknown("502")] * 20)
    for _ in range(20):
        await scene.send()
        scene.clock.forward(minutes=5)
    assert scene.messenger.tried[1] == 3
    assert await scene.states() == {"unknown": 1, "sent": 1}


async def test_a_server_that_fails_for_an_hour_loses_nobody_and_is_not_hammered(scene: Scene) -> None:
    chats = await scene.crowd(60)
    scene.put(CAFE)
    await scene.plan()
    scene.messenger.endings[None].extend([Unknown("502")] * 1000)
    for _ in range(120):
        await scene.announcer.sender.send_page(20)
        scene.clock.forward(seconds=30)
    assert scene.messenger.tried.total() <= 20 + 120
    assert max(scene.messenger.tried.values()) <= 4
    scene.messenger.endings.clear()
    for _ in range(10):
        await scene.send()
        scene.clock.forward(minutes=1)
    assert all(len(scene.heard(chat)) == 1 for chat in chats)


async def test_unknown_endings_can_be_left_alone(store: Store, scene: Scene) -> None:
    scene.announcer = scene.instance(policy=Policy(parks=True))
    scene.clock.forward(minutes=2)
    await published(scene, 1)
    scene.messenger.endings[1].append(Unknown("no reply"))
    await scene.send()
    scene.clock.forward(minutes=5)
    await scene.send()
    assert scene.messenger.tried[1] == 1
    assert await scene.states() == {"unknown": 1}


async def test_a_refused_token_stops_everything_and_burns_nobody(scene: Scene) -> None:
    chats = await scene.crowd(50)
    scene.put(CAFE)
    await scene.plan()
    scene.messenger.endings[None].extend([TokenRefused("Telegram refuses the token (401)")] * 100)
    for _ in range(20):
        await scene.announcer.sender.send_page(30)
        scene.clock.forward(seconds=31)
    assert "401" in (scene.announcer.health().problem or "")
    assert await scene.states() == {"queued": 50}
    # What was in flight at first, and one careful try each time.
    assert scene.messenger.tried.total() <= 30 + 19
    scene.messenger.endings.clear()
    await scene.send()
    assert [scene.heard(chat) for chat in chats] == [[NEWS]] * 50
    assert scene.announcer.health().problem is None
    assert [line for line in scene.heard(STAFF) if "401" in line] == [
        "alert announcements were held back and go on now: Telegram refuses the token (401)"
    ]


async def test_a_message_that_is_wrong_in_itself_waits_for_a_person_in_that_language_only(scene: Scene) -> None:
    for chat in range(1, 41):
        await scene.person(chat, "ar" if chat % 2 else "sv")
    scene.put(CAFE)
    await scene.plan()
    for chat in range(1, 41, 2):
        scene.messenger.endings[chat].append(Refused("can't parse entities"))
    await scene.send()
    assert all(scene.heard(chat) for chat in range(2, 41, 2))
    assert (await scene.states())["parked"] == 20
    # The first page may have held several.
    assert any("can't parse" in line for line in scene.heard(STAFF))
    tried = scene.messenger.tried.total()
    await scene.send()
    assert scene.messenger.tried.total() == tried
    scene.messenger.endings.clear()
    assert await scene.announcer.restoring.release() == 20
    await scene.send()
    assert all(len(scene.heard(chat)) == 1 for chat in range(1, 41))


async def test_a_composer_that_fails_harms_no_other_message(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await published(scene, 1)
    await scene.person(2, "ar")
    compose = type(scene.announcer.sender._composer).compose

    def failing(self: Any, told: Any, language_id: str) -> str:
        if language_id == "sv":
            raise KeyError("title")
        return str(compose(self, told, language_id))

    monkeypatch.setattr(type(scene.announcer.sender._composer), "compose", failing)
    scene.put(activity("walk", occasion("walk", FRIDAY)))
    await scene.plan()
    await scene.send()
    assert scene.heard(2) == ["ar published walk"]
    assert scene.heard(1) == []


async def test_a_clock_set_back_an_hour_delays_and_repeats_nothing(scene: Scene) -> None:
    scene.announcer = scene.instance(per_second=25.0)
    scene.clock.forward(minutes=2)
    chats = await scene.crowd(40)
    scene.put(CAFE)
    await scene.plan()
    await scene.announcer.sender.send_page(10)
    scene.clock.forward(hours=-1)
    await scene.plan()
    for _ in range(5):
        await scene.announcer.sender.send_page(30)
    assert [scene.heard(chat) for chat in chats] == [[NEWS]] * 40


async def test_what_a_dead_instance_had_claimed_is_taken_over_within_its_lease(scene: Scene) -> None:
    await published(scene, 3)
    dead = scene.instance()
    ledger = dead.sender._ledger
    claimed = await ledger.claim(3)
    await ledger.turn((), claimed[:1])
    await scene.announcer.sender.take_over()
    assert await scene.announcer.sender.send_page(30) == 0
    scene.clock.forward(seconds=61)
    await scene.announcer.sender.take_over()
    await scene.send()
    # Only the one that was on the wire may have arrived before.
    told = [scene.heard(chat)[0] for chat in (1, 2, 3)]
    assert sorted(told) == [NEWS, NEWS, f"{NEWS} (repeat)"]


async def test_a_lease_of_before_the_clock_was_set_back_counts_from_now(scene: Scene) -> None:
    await published(scene, 1)
    await scene.instance().sender._ledger.claim(1)
    scene.clock.forward(hours=-1)
    await scene.announcer.sender.take_over()
    assert await scene.announcer.sender.send_page(30) == 0
    scene.clock.forward(seconds=61)
    await scene.announcer.sender.take_over()
    assert await scene.send() == 1


async def test_a_result_that_comes_after_its_lease_was_taken_over_changes_nothing(scene: Scene) -> None:
    await published(scene, 1)
    first, second = scene.instance(), scene.instance()

    async def slow(chat_id: int, message: str) -> None:
        scene.messenger.on_send = None
        scene.clock.forward(seconds=61)
        await second.sender.take_over()
        assert await second.sender.send_page(30) == 1

    scene.messenger.on_send = slow
    await first.sender.send_page(30)
    assert await scene.states() == {"sent": 1}
    async with scene.store.read() as connection:
        assert await connection.scalar(select(delivery.c.tg_message_id)) == 1


async def test_forgetting_waits_for_a_delivery_in_flight_and_ignores_its_result(scene: Scene) -> None:
    await published(scene, 2)
    asked, replied = asyncio.Event(), asyncio.Event()

    async def slow(chat_id: int, message: str) -> None:
        if chat_id == 1:
            asked.set()
            await replied.wait()

    scene.messenger.on_send = slow
    sending = asyncio.create_task(scene.announcer.sender.send_page(30))
    await asked.wait()
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            replied.set()
        await asyncio.sleep(0.01)

    scene.subscribers._sleep = sleep
    await scene.subscribers.forget(1)
    await sending
    assert len(waited) >= 3
    assert scene.heard(1) == [NEWS]
    async with scene.store.read() as connection:
        left = (await connection.scalars(select(delivery.c.subscriber_id))).all()
    assert left == [scene.ids[2]]


async def test_forgotten_without_waiting_long_the_late_result_finds_no_row(scene: Scene) -> None:
    await published(scene, 1)

    async def forget(chat_id: int, message: str) -> None:
        await scene.subscribers.forget(1)

    scene.messenger.on_send = forget
    await scene.announcer.sender.send_page(30)
    assert await scene.states() == {}
    await scene.subscribers.subscriber_of(1, "sv")
    assert await scene.send() == 0


async def test_a_database_that_cannot_be_written_loses_no_result_and_begins_nothing_new(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = await scene.crowd(60)
    scene.put(CAFE)
    await scene.plan()
    turn, failures = scene.announcer.sender._ledger.turn, 0

    async def full_disk(settled: Any, waiting: Any) -> Any:
        nonlocal failures
        if len(scene.messenger.at) >= 30 and failures < 5:
            failures += 1
            raise StoreError("database or disk is full; make room on the disk")
        return await turn(settled, waiting)

    monkeypatch.setattr(scene.announcer.sender._ledger, "turn", full_disk)
    assert await scene.announcer.sender.send_page(60) == 60
    assert failures == 5
    assert [scene.heard(chat) for chat in chats] == [[NEWS]] * 60
    assert await scene.states() == {"sent": 60}


async def test_a_full_disk_on_the_real_database(scene: Scene) -> None:
    if scene.store.is_shared:
        pytest.skip("the disk of PostgreSQL cannot be filled from here")
    await published(scene, 1)
    async with scene.store.read() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    await asyncio.gather(scene.crowd(2000, 10_000), return_exceptions=True)
    with pytest.raises(StoreError, match="make room on the disk"):
        await scene.crowd(2000, 20_000)
    assert await scene.send() == 1
    assert scene.heard(1) == [NEWS]


async def test_stopping_waits_for_what_is_on_its_way_and_gives_back_the_rest(scene: Scene) -> None:
    scene.announcer = scene.instance(per_second=25.0)
    await scene.crowd(30)
    scene.clock.forward(minutes=2)
    scene.put(CAFE)
    await scene.plan()

    async def stop(chat_id: int, message: str) -> None:
        scene.announcer.sender.stop()

    scene.messenger.on_send = stop
    sent = await scene.announcer.sender.send_page(30)
    assert 1 <= sent <= 3
    assert await scene.states() == {"sent": sent, "queued": 30 - sent}
    assert await scene.announcer.sender.send_page(30) == 0


async def test_one_message_a_second_to_a_chat_and_25_to_all(scene: Scene) -> None:
    scene.announcer = scene.instance(per_second=25.0)
    scene.clock.forward(minutes=2)
    await scene.crowd(30)
    walk = activity("walk", occasion("walk", FRIDAY))
    scene.put(CAFE, walk)
    await scene.plan()
    if scene.store.is_shared:
        pytest.skip("the pace there is by the clock of the database; the benchmark measures it")
    await scene.send()
    moments = sorted(scene.messenger.at)
    assert len(moments) == 60
    busiest = max(sum(0 <= (later - first).total_seconds() < 1 for later in moments) for first in moments)
    assert busiest <= 28
    assert (moments[-1] - moments[0]).total_seconds() >= 57 / 25


async def test_two_instances_share_the_work_and_tell_nobody_twice(scene: Scene) -> None:
    chats = await scene.crowd(200)
    scene.put(CAFE)
    await scene.plan()
    instances = [scene.instance() for _ in range(3)]

    async def work(sender: Any) -> int:
        return sum([await sender.send_page(10) for _ in range(15)])

    shares = await asyncio.gather(*(work(one.sender) for one in instances))
    scene.clock.forward(seconds=2)
    await scene.send()
    assert [scene.heard(chat) for chat in chats] == [[NEWS]] * 200
    assert sum(share > 0 for share in shares) >= 2


async def test_a_bot_of_another_token_sends_nothing_of_this_one(scene: Scene) -> None:
    await published(scene, 1)
    async with scene.store.write() as connection:
        await connection.execute(delete(announcer))
        await connection.execute(delivery.update().values(bot_id=1))
    await scene.announcer.restoring.open()
    assert await scene.send() == 0
