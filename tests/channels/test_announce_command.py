"""`tillsammans announce`: what it would do, what it does, and what it needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.announcements.dry_run import DryRun, Preview
from bot.announcements.model import Kind
from bot.announcements.wishes import Mode
from bot.channels.announcing import preview_table
from bot.languages.table import Languages
from tests.announcements.conftest import empty_database as empty_database
from tests.announcements.conftest import scene as scene
from tests.announcements.conftest import store as store
from tests.announcements.scene import BOT, NOON, Scene, activity, cancelled, occasion

FRIDAY = NOON + timedelta(days=3, hours=6)
CAFE = activity("cafe", occasion("cafe", FRIDAY))


async def look(scene: Scene, languages: Languages) -> Sequence[Preview]:
    dry = DryRun(scene.store, BOT, scene.announcer.planner, languages)
    return await dry.look(scene.programme, scene.clock())


async def test_a_dry_run_tells_whom_when_and_what_is_missing_and_sends_nothing(
    scene: Scene, languages: Languages
) -> None:
    await scene.person(1, "ar")
    await scene.person(2, "so")
    await scene.person(3, "so")
    scene.put(CAFE)
    for _ in range(2):
        (one,) = await look(scene, languages)
        assert (one.kind, one.state, one.readers, one.missing) == (Kind.PUBLISHED, "new", {"ar": 1, "so": 2}, ("so",))
    assert await scene.states() == {}
    assert one.due == scene.clock()
    assert json.dumps(one.as_json())
    assert preview_table([one]).row_count == 1


async def test_a_dry_run_counts_those_who_are_told_after_their_quiet_hours(scene: Scene, languages: Languages) -> None:
    await scene.person(1)
    scene.clock.moment = NOON + timedelta(hours=11)
    scene.put(CAFE)
    (one,) = await look(scene, languages)
    assert (sum(one.readers.values()), one.after_quiet_hours) == (1, 1)


async def test_a_dry_run_foresees_a_cancellation_and_tomorrows_reminder(scene: Scene, languages: Languages) -> None:
    await scene.person(1)
    await scene.person(2, mode=Mode.EVENING)
    await scene.announce(CAFE)
    scene.clock.moment = FRIDAY - timedelta(hours=30)
    (reminder,) = await look(scene, languages)
    assert (reminder.kind, reminder.readers, reminder.due) == (Kind.REMINDER, {"sv": 1}, FRIDAY - timedelta(days=1))
    scene.put(cancelled(CAFE))
    kinds = {one.kind: one.readers for one in await look(scene, languages)}
    assert kinds == {Kind.CANCELLED: {"sv": 1}, Kind.EDITED: {"sv": 1}}


async def test_a_dry_run_shows_what_waits_and_no_samples(scene: Scene, languages: Languages) -> None:
    await scene.person(1)
    scene.put(CAFE, replace(activity("sample", occasion("sample", FRIDAY)), is_sample=True))
    await scene.plan()
    (one,) = await look(scene, languages)
    assert (one.activity_id, one.state) == ("cafe", "waiting")


def test_without_a_token_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    from bot.channels.announcing import AnnounceError, look_ahead
    from bot.settings import Settings

    monkeypatch.delenv("TELEGRAM_TOKEN", raising=False)
    with pytest.raises(AnnounceError, match="TELEGRAM_TOKEN is not set"):
        asyncio.run(look_ahead(Settings(_env_file=None), None, None))  # type: ignore[arg-type]
