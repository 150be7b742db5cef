"""Quiet hours, reminders and digests by the clock on the wall, also when it is changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.activities.model import Status
from bot.announcements.wall_clock import next_times, reminder_due, week_to_tell
from bot.announcements.wishes import Interest, Mode, Quiet
from bot.languages.dates import ZONE
from tests.announcements.scene import NOON, Scene, activity, cancelled, moved, occasion


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


CAFE = activity("cafe", occasion("cafe", at(4, 18)))


async def test_in_quiet_hours_nothing_comes_and_afterwards_it_does(scene: Scene) -> None:
    await scene.person(1)
    scene.clock.moment = at(1, 22)
    assert await scene.announce(CAFE) == 0
    scene.clock.moment = at(2, 7, 59)
    assert await scene.announcer.sender.send_page(30) == 0
    scene.clock.moment = at(2, 8)
    assert await scene.send() == 1


async def test_quiet_hours_are_everybodys_own(scene: Scene) -> None:
    await scene.person(1)
    await scene.subscriptions.set_quiet_hours(scene.ids[1], Quiet(13, 15))
    await scene.person(2)
    await scene.subscriptions.set_quiet_hours(scene.ids[2], Quiet(0, 0))
    scene.clock.moment = at(1, 14)
    await scene.announce(CAFE)
    assert (scene.heard(1), len(scene.heard(2))) == ([], 1)
    scene.clock.moment = at(1, 22)
    await scene.announce(activity("walk", occasion("walk", at(5, 10))))
    assert len(scene.heard(1)) == len(scene.heard(2)) == 2


async def test_quiet_hours_chosen_after_planning_are_kept_too(scene: Scene) -> None:
    await scene.person(1)
    scene.put(CAFE)
    await scene.plan()
    await scene.subscriptions.set_quiet_hours(scene.ids[1], Quiet(11, 14))
    assert await scene.send() == 0
    scene.clock.moment = at(1, 14)
    assert await scene.send() == 1


async def test_a_cancellation_that_could_not_wait_until_morning_comes_at_once_without_a_sound(scene: Scene) -> None:
    breakfast = activity("breakfast", occasion("breakfast", at(2, 7)))
    await scene.person(1)
    await scene.announce(breakfast, CAFE)
    scene.clock.moment = at(1, 23)
    await scene.announce(cancelled(breakfast), cancelled(CAFE))
    assert [line.split()[2] for line in scene.heard(1)[2:]] == ["breakfast"]
    assert len(scene.messenger.silent) == 1


def test_hours_that_do_not_exist_are_refused() -> None:
    for hours in ((24, 8), (-1, 8), (21, 99)):
        with pytest.raises(ValueError, match="whole hours"):
            Quiet(*hours)


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (at(28, 1, month=3), "2026-03-28 08:00"),
        # The night the clocks go forward, then back: eight o'clock is eight o'clock.
        (datetime(2026, 3, 28, 22, tzinfo=ZONE), "2026-03-29 08:00"),
        (datetime(2026, 10, 24, 22, tzinfo=ZONE), "2026-10-25 08:00"),
    ],
)
def test_the_end_of_the_quiet_hours_is_on_the_wall_clock(now: datetime, first: str) -> None:
    assert f"{next_times(now)[8]:%Y-%m-%d %H:%M}" == first


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (datetime(2026, 10, 25, 13, tzinfo=ZONE), "2026-10-24T18:00:00+02:00"),
        (datetime(2026, 10, 26, 13, tzinfo=ZONE), "2026-10-25T18:00:00+01:00"),
        (datetime(2026, 3, 29, 13, tzinfo=ZONE), "2026-03-28T18:00:00+01:00"),
        (datetime(2026, 12, 5, 0, 30, tzinfo=ZONE), "2026-12-04T18:00:00+01:00"),
    ],
)
def test_the_evening_before_is_at_six_on_the_wall_clock(start: datetime, due: str) -> None:
    assert reminder_due(occasion("cafe", start)).isoformat() == due


async def test_a_reminder_comes_the_evening_before_once(scene: Scene) -> None:
    await scene.person(1, "ar", Interest("language"), Mode.EVENING)
    scene.put(CAFE)
    scene.clock.moment = at(3, 17, 59)
    assert await scene.announce() == 0
    scene.clock.moment = at(3, 18)
    # Who subscribes in time is reminded too.
    await scene.person(2, mode=Mode.EVENING)
    assert await scene.announce() == 2
    for _ in range(3):
        scene.clock.forward(minutes=20)
        assert await scene.announce() == 0
    assert scene.heard(1) == ["ar reminder cafe 04 18:00"]


async def test_a_reminder_missed_while_the_bot_was_off_comes_late_but_before_it_begins(scene: Scene) -> None:
    await scene.person(1, mode=Mode.EVENING)
    scene.put(CAFE)
    scene.clock.moment = at(4, 9)
    assert await scene.announce() == 1
    early = activity("early", occasion("early", at(5, 7)))
    scene.put(early)
    scene.clock.moment = at(5, 7, 1)
    assert await scene.announce() == 0


async def test_moved_to_another_day_it_is_reminded_of_again_but_not_for_another_hour(scene: Scene) -> None:
    await scene.person(1, mode=Mode.EVENING)
    scene.put(CAFE)
    await scene.plan()
    scene.clock.moment = at(3, 18)
    await scene.announce()
    await scene.announce(moved(CAFE, at(4, 19)))
    assert [line.split()[1] for line in scene.heard(1)] == ["reminder", "changed"]
    await scene.announce(moved(CAFE, at(7, 18)))
    scene.clock.moment = at(6, 18)
    await scene.announce()
    assert scene.heard(1)[-1] == "sv reminder cafe 07 18:00"


async def test_who_was_reminded_hears_that_it_is_cancelled_and_nobody_is_reminded_of_that(scene: Scene) -> None:
    await scene.person(1, mode=Mode.EVENING)
    scene.put(CAFE)
    await scene.plan()
    scene.clock.moment = at(3, 18)
    await scene.announce()
    scene.put(cancelled(CAFE))
    await scene.person(2, mode=Mode.EVENING)
    await scene.announce()
    assert [line.split()[1] for line in scene.heard(1)] == ["reminder", "cancelled"]
    assert scene.heard(2) == []


async def test_remind_me_works_without_a_subscription_and_tells_of_a_change(scene: Scene) -> None:
    await scene.person(1, mode=None)
    await scene.subscriptions.remind(scene.ids[1], "cafe", "once")
    scene.put(CAFE)
    await scene.plan()
    await scene.announce(moved(CAFE, at(4, 19)))
    scene.clock.moment = at(3, 18)
    await scene.announce()
    assert scene.heard(1) == ["sv changed cafe 04 18:00->04 19:00 moved", "sv reminder cafe 04 19:00"]


async def test_the_digest_comes_on_sunday_evening_with_what_each_has_asked_for(scene: Scene) -> None:
    await scene.person(1, "ar", Interest("language"), Mode.WEEKLY)
    await scene.person(2, "sv", Interest("sports"), Mode.WEEKLY)
    await scene.person(3, "sv", Interest("nothing"), Mode.WEEKLY)
    later = activity("later", occasion("later", at(14, 10)))
    off = activity("off", replace(occasion("off", at(9, 10)), status=Status.CANCELLED))
    scene.put(
        activity("cafe", occasion("cafe", at(8, 18))),
        activity("swim", occasion("swim", at(7, 18)), subject="sports"),
        later,
        off,
    )
    scene.clock.moment = at(6, 17, 59)
    assert await scene.announce() == 0
    scene.clock.moment = at(6, 18)
    assert await scene.announce() == 2
    assert scene.heard(1) == ["ar week: cafe/once"]
    assert scene.heard(2) == ["sv week: swim/once"]
    scene.clock.moment = at(6, 20)
    assert await scene.announce() == 0


async def test_who_read_of_it_in_the_digest_hears_that_it_is_cancelled(scene: Scene) -> None:
    await scene.person(1, mode=Mode.WEEKLY)
    cafe = activity("cafe", occasion("cafe", at(8, 18)))
    scene.put(cafe)
    await scene.plan()
    scene.clock.moment = at(6, 18)
    await scene.announce()
    await scene.person(2, mode=Mode.WEEKLY)
    await scene.announce(cancelled(cafe))
    assert scene.heard(1)[1:] == ["sv cancelled cafe 08 18:00->08 18:00 cancelled"]
    assert scene.heard(2) == []


def test_the_digest_is_of_the_week_that_begins() -> None:
    assert week_to_tell(NOON) is not None  # Tuesday noon: still worth telling
    assert week_to_tell(NOON + timedelta(days=1)) is None
    week = week_to_tell(at(6, 18))
    assert week is not None
    assert (week.name, week.start, week.end) == ("2026-W50", at(7, 0), at(14, 0))
