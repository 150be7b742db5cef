"""Subscribing and stopping: two calls to begin, one to end, and what waits already is taken out."""

from __future__ import annotations

from datetime import timedelta

from bot.announcements.wishes import Interest, Mode, Quiet
from tests.announcements.scene import NOON, Scene, activity, cancelled, occasion

FRIDAY = NOON + timedelta(days=3, hours=6)
CAFE = activity("cafe", occasion("cafe", FRIDAY))
SWIM = activity("swim", occasion("swim", FRIDAY), subject="sports")


async def test_what_was_asked_for_can_be_listed(scene: Scene) -> None:
    me = await scene.person(1, interest=Interest("language", "centrum"), mode=Mode.WEEKLY)
    await scene.subscriptions.subscribe(me, Interest(audience="women"))
    await scene.subscriptions.stop_series(me, "walk")
    await scene.subscriptions.remind(me, "cafe", "once")
    await scene.subscriptions.set_quiet_hours(me, Quiet(20, 9))
    wishes = await scene.subscriptions.of(me)
    assert [(one.interest, one.mode) for one in wishes.subscriptions] == [
        (Interest("language", "centrum", "any"), Mode.WEEKLY),
        (Interest("any", "any", "women"), Mode.INSTANT),
    ]
    assert (set(wishes.stopped_series), set(wishes.reminders)) == ({"walk"}, {("cafe", "once")})
    assert wishes.quiet == Quiet(20, 9)


async def test_who_has_asked_for_nothing_has_the_usual_quiet_hours(scene: Scene) -> None:
    wishes = await scene.subscriptions.of("nobody")
    assert (wishes.subscriptions, wishes.quiet) == ((), Quiet(21, 8))


async def test_subscribing_twice_is_one_subscription_in_the_newest_mode(scene: Scene) -> None:
    me = await scene.person(1)
    await scene.subscriptions.pause(me, NOON + timedelta(days=9))
    await scene.subscriptions.subscribe(me, Interest(), Mode.EVENING)
    (only,) = (await scene.subscriptions.of(me)).subscriptions
    assert (only.mode, only.paused_until) == (Mode.EVENING, None)


async def test_stopping_one_takes_out_what_waits_of_it_and_leaves_the_rest(scene: Scene) -> None:
    me = await scene.person(1, interest=Interest("language"))
    await scene.subscriptions.subscribe(me, Interest("sports"))
    scene.put(CAFE, SWIM)
    await scene.plan()
    language, _ = (await scene.subscriptions.of(me)).subscriptions
    await scene.subscriptions.stop(me, language.id)
    await scene.send()
    assert scene.heard(1) == ["sv published swim"]


async def test_what_another_subscription_still_asks_for_is_not_taken_out(scene: Scene) -> None:
    me = await scene.person(1, interest=Interest("language"))
    await scene.subscriptions.subscribe(me, Interest(area="centrum"))
    scene.put(CAFE)
    await scene.plan()
    language, _ = (await scene.subscriptions.of(me)).subscriptions
    await scene.subscriptions.stop(me, language.id)
    assert await scene.send() == 1


async def test_a_subscription_of_somebody_else_cannot_be_stopped(scene: Scene) -> None:
    me, other = await scene.person(1), await scene.person(2)
    (mine,) = (await scene.subscriptions.of(me)).subscriptions
    await scene.subscriptions.stop(other, mine.id)
    assert (await scene.subscriptions.of(me)).subscriptions == (mine,)


async def test_a_pause_says_nothing_and_ends_by_itself(scene: Scene) -> None:
    me = await scene.person(1)
    scene.put(CAFE)
    await scene.plan()
    await scene.subscriptions.pause(me, NOON + timedelta(days=1))
    assert await scene.send() == 0
    scene.clock.moment = NOON + timedelta(days=1)
    assert await scene.announce(SWIM) == 1


async def test_a_series_that_was_stopped_says_nothing_until_it_is_resumed(scene: Scene) -> None:
    me = await scene.person(1)
    await scene.subscriptions.stop_series(me, "cafe")
    assert await scene.announce(CAFE, SWIM) == 1
    await scene.subscriptions.resume_series(me, "cafe")
    assert (await scene.subscriptions.of(me)).stopped_series == frozenset()


async def test_who_stopped_a_subscription_still_hears_what_they_were_told_of_is_cancelled(scene: Scene) -> None:
    me = await scene.person(1)
    await scene.announce(CAFE)
    (only,) = (await scene.subscriptions.of(me)).subscriptions
    await scene.subscriptions.stop(me, only.id)
    await scene.announce(cancelled(CAFE))
    assert len(scene.heard(1)) == 2


async def test_stop_all_ends_everything_at_once(scene: Scene) -> None:
    await scene.person(1)
    await scene.announce(CAFE)
    scene.put(SWIM)
    await scene.plan()
    await scene.subscriptions.unsubscribe(1)
    await scene.subscriptions.unsubscribe(99)
    await scene.announce(cancelled(CAFE))
    assert scene.heard(1) == ["sv published cafe"]
    assert (await scene.subscriptions.of(scene.ids[1])).subscriptions == ()
    assert await scene.subscribers.language_of(1) == "sv"
    await scene.person(1)
    assert await scene.announce(activity("walk", occasion("walk", FRIDAY))) == 1


async def test_another_mode_takes_effect_on_what_waits(scene: Scene) -> None:
    me = await scene.person(1)
    scene.put(CAFE)
    await scene.plan()
    (only,) = (await scene.subscriptions.of(me)).subscriptions
    await scene.subscriptions.set_mode(me, only.id, Mode.EVENING)
    assert await scene.send() == 0
