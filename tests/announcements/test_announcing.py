"""From a saved file to the message: who is told what, in which language, and that it is once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from bot.announcements.model import Kind
from bot.announcements.wishes import ANY, Interest, Mode
from bot.store.announcement_tables import announcer
from tests.announcements.scene import NOON, STAFF, TORGET, Scene, activity, cancelled, moved, occasion, stamped

FRIDAY = NOON + timedelta(days=3, hours=6)
CAFE = activity("cafe", occasion("cafe", FRIDAY))
SERIES = activity("walk", *(occasion("walk", FRIDAY + timedelta(weeks=n), f"2026-12-{4 + 7 * n:02}") for n in range(3)))


async def test_what_is_new_reaches_every_subscriber_in_their_language_once(scene: Scene) -> None:
    await scene.person(1, "ar")
    await scene.person(2, "so")
    assert await scene.announce(CAFE) == 2
    for _ in range(3):
        assert await scene.announce() == 0
    assert scene.heard(1) == ["ar published cafe"]
    assert scene.heard(2) == ["so published cafe"]


async def test_subject_area_and_audience_choose(scene: Scene) -> None:
    await scene.person(1, interest=Interest("language", "centrum", "women"))
    await scene.person(2, interest=Interest("sports", ANY, ANY))
    await scene.person(3, interest=Interest(ANY, "dalaberg", ANY))
    await scene.person(4, interest=Interest(ANY, ANY, "parents"))
    await scene.person(5, interest=Interest(ANY, ANY, "seniors"))
    await scene.person(6, interest=Interest("sports", ANY, ANY))
    await scene.subscriptions.subscribe(scene.ids[6], Interest("language", ANY, ANY))
    await scene.announce(CAFE)
    assert [chat for chat in range(1, 7) if scene.heard(chat)] == [1, 4, 6]


async def test_what_was_there_before_the_first_start_is_no_news(scene: Scene) -> None:
    # `scene` has compared an empty programme already; undo that.
    async with scene.store.write() as connection:
        await connection.execute(update(announcer).values(compared_at=0))
    await scene.person(1)
    assert await scene.announce(CAFE) == 0
    assert await scene.announce(SERIES) == 1
    assert scene.heard(1) == ["sv published walk"]


async def test_samples_and_what_waits_for_approval_are_never_announced(scene: Scene) -> None:
    await scene.person(1)
    await scene.person(2, mode=Mode.EVENING)
    await scene.person(3, mode=Mode.WEEKLY)
    scene.put(replace(CAFE, is_sample=True), replace(SERIES, is_approved=False))
    for _ in range(10):
        scene.clock.forward(hours=15)
        assert await scene.announce() == 0
    assert await scene.announce(SERIES) >= 1


async def test_a_change_reaches_exactly_those_who_were_told_and_says_from_where(scene: Scene) -> None:
    await scene.person(1, "ar")
    await scene.announce(CAFE)
    await scene.person(2)
    await scene.announce(moved(CAFE, FRIDAY + timedelta(hours=1)))
    assert scene.heard(1)[1:] == ["ar changed cafe 04 18:00->04 19:00 moved"]
    assert scene.heard(2) == []


async def test_a_cancellation_reaches_those_who_were_told_and_changes_their_first_message(scene: Scene) -> None:
    await scene.person(1, "ar")
    await scene.announce(CAFE)
    await scene.subscribers.choose_language(1, "sv")
    await scene.person(2)
    await scene.announce(cancelled(CAFE))
    assert scene.heard(1)[1:] == ["sv cancelled cafe 04 18:00->04 18:00 cancelled"]
    assert scene.messenger.edited[1] == {1: "ar edited cafe"}
    assert scene.heard(2) == []


async def test_a_cancellation_goes_first(scene: Scene) -> None:
    await scene.person(1)
    await scene.announce(CAFE)
    await scene.crowd(40)
    scene.clock.forward(seconds=1)
    scene.put(cancelled(CAFE), SERIES)
    await scene.plan()
    await scene.announcer.sender.send_page(1)
    assert "cancelled" in scene.heard(1)[1]


async def test_an_edit_in_mid_broadcast_tells_everybody_once_and_the_right_thing(scene: Scene) -> None:
    chats = await scene.crowd(60)
    scene.put(CAFE)
    await scene.plan()
    await scene.announcer.sender.send_page(25)
    later = moved(CAFE, FRIDAY + timedelta(hours=1))
    scene.put(later)
    # Saved, and not planned yet: nobody is sent what is no longer true.
    assert await scene.announcer.sender.send_page(5) == 0
    scene.clock.forward(seconds=10)
    await scene.announce()
    scene.clock.forward(seconds=10)
    await scene.announce()
    heard = sorted(tuple(scene.heard(chat)) for chat in chats)
    told_first = ("sv published cafe", "sv changed cafe 04 18:00->04 19:00 moved")
    assert heard == sorted([told_first] * 25 + [("sv published cafe",)] * 35)


async def test_moved_there_and_back_is_no_news_to_those_who_only_know_the_first(scene: Scene) -> None:
    await scene.person(1)
    await scene.announce(CAFE)
    scene.put(moved(CAFE, FRIDAY + timedelta(hours=1)))
    await scene.plan()
    assert await scene.announce(CAFE) == 0


async def test_a_cancellation_that_was_still_on_its_way_is_not_lost_by_another_edit(scene: Scene) -> None:
    await scene.person(1)
    await scene.announce(SERIES)
    off = cancelled(SERIES, "2026-12-04")
    scene.put(off)
    await scene.plan()
    elsewhere = [replace(one, place=TORGET) if one.key == "2026-12-18" else one for one in off.occurrences]
    await scene.announce(stamped(replace(off, occurrences=tuple(elsewhere))))
    assert scene.heard(1)[1].startswith("sv cancelled walk 04 18:00->04 18:00 cancelled 18 18:00->18 18:00")


async def test_one_occasion_of_a_series_can_be_cancelled_and_come_back(scene: Scene) -> None:
    await scene.person(1)
    await scene.announce(SERIES)
    await scene.announce(cancelled(SERIES, "2026-12-11"))
    scene.clock.forward(seconds=5)
    await scene.announce(SERIES)
    assert scene.heard(1)[1:] == [
        "sv cancelled walk 11 18:00->11 18:00 cancelled",
        "sv changed walk 11 18:00->11 18:00 planned",
    ]


async def test_days_that_pass_are_no_change(scene: Scene) -> None:
    await scene.person(1)
    await scene.announce(SERIES)
    scene.clock.forward(days=8)
    later = occasion("walk", FRIDAY + timedelta(weeks=3), "2026-12-25")
    scene.put(replace(SERIES, occurrences=(*SERIES.occurrences[1:], later)))
    assert await scene.announce() == 0


async def test_an_activity_that_vanished_is_not_a_cancellation(scene: Scene) -> None:
    await scene.person(1)
    await scene.announce(CAFE)
    scene.programme = replace(scene.programme, activities={})
    assert await scene.announce() == 0
    assert await scene.announce(CAFE) == 0


async def test_what_begins_before_it_is_sent_expires(scene: Scene) -> None:
    await scene.person(1)
    scene.put(CAFE)
    await scene.plan()
    scene.clock.moment = FRIDAY
    assert await scene.send() == 0
    assert await scene.states() == {"expired": 1}


async def test_staff_get_one_receipt(scene: Scene) -> None:
    await scene.person(1)
    await scene.person(2)
    await scene.announce(CAFE)
    await scene.announce()
    assert scene.heard(STAFF) == ["receipt published cafe: 2 sent, 0 blocked, 0 failed, 0 expired"]


async def test_old_deliveries_are_cleared_when_their_activity_is_gone(scene: Scene) -> None:
    await scene.person(1)
    await scene.announce(CAFE, SERIES)
    scene.clock.forward(days=60)
    assert await scene.announcer.receipts.clear_old({"walk"}) == 1
    assert await scene.states(Kind.PUBLISHED) == {"sent": 1}
