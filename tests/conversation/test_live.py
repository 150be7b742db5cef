"""Live editing: what is in service is always whole, and a good save takes effect within a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.activities.imported import ImportedCalendars
from bot.activities.importing import import_calendar
from bot.conversation.dialogue import Dialogue
from bot.conversation.live import ContentError, LiveBrain
from bot.conversation.loading import BrainLoader
from bot.conversation.replies import Message
from bot.conversation.startup_cache import StartupCache
from bot.languages.table import Languages
from bot.languages.words import Words
from tests.activities.examples import ONE, write_programme
from tests.activities.test_expanding import GOOD, calendar, event
from tests.activities.test_importing import SOURCE, Fake
from tests.conftest import TODAY
from tests.small_content import SmallContent

HOUSING = "sv/housing.yaml"


@pytest.fixture
def live(small_content: SmallContent, languages: Languages, today: Callable[[], date]) -> LiveBrain:
    return LiveBrain(small_content.loader(languages), today, Words(small_content.locales, languages, "staff").of("en"))


def title(live: LiveBrain) -> str:
    return live().title("housing-queue", "sv")


def test_a_right_change_goes_into_service(live: LiveBrain, small_content: SmallContent) -> None:
    small_content.change(HOUSING, "title: Ställ dig i bostadskö", "title: Bostadskön")
    assert live.reload()
    assert title(live) == "Bostadskön"


def test_a_question_out_of_scope_is_refused_from_when_it_is_saved(live: LiveBrain, small_content: SmallContent) -> None:
    assert live().understanding.understand("bostadskö på månen", "sv").candidates
    small_content.save("sv/out-of-scope.yaml", "ask: [bostadskö på månen]\n")
    assert live.reload()
    assert not live().understanding.understand("bostadskö på månen", "sv").candidates


BROKEN = {
    "a slip": lambda content: content.change(HOUSING, "  answer: |", "  anser: |"),
    "half-written": lambda content: content.save(HOUSING, content.path(HOUSING).read_bytes()[:120]),
    "emptied": lambda content: content.save(HOUSING, ""),
    "deleted": lambda content: content.path(HOUSING).unlink(),
    "a git conflict": lambda content: content.save(HOUSING, b"<<<<<<< HEAD\n" + content.path(HOUSING).read_bytes()),
    "Latin-1": lambda content: content.save(
        HOUSING, content.path(HOUSING).read_text(encoding="utf-8").encode("latin-1")
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_change_stays_out_and_is_told(
    live: LiveBrain, small_content: SmallContent, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    before = live()
    BROKEN[name](small_content)
    with caplog.at_level(logging.ERROR):
        assert not live.reload()
    assert live() is before
    assert not live.is_current
    assert any("housing" in record.message for record in caplog.records)


def test_mending_brings_it_back(live: LiveBrain, small_content: SmallContent) -> None:
    good = small_content.path(HOUSING).read_bytes()
    small_content.save(HOUSING, good[:100])
    assert not live.reload()
    small_content.save(HOUSING, good.replace(b"title: St\xc3\xa4ll dig i bostadsk\xc3\xb6", b"title: Lagad"))
    assert live.reload()
    assert title(live) == "Lagad"
    assert live.is_current


def test_two_files_that_belong_together_are_saved_one_after_the_other(
    live: LiveBrain, small_content: SmallContent
) -> None:
    small_content.change(HOUSING, "Det är gratis.", "Det kostar {queue.fee}.")
    assert not live.reload()
    facts = small_content.path("facts/contacts.yaml").read_text(encoding="utf-8")
    small_content.save(
        "facts/contacts.yaml", facts + 'queue.fee: {amount: "100 kr", source: municipal-page, checked: 2026-11-21}\n'
    )
    assert live.reload()


def test_a_conversation_goes_on_across_a_reload(live: LiveBrain, small_content: SmallContent) -> None:
    dialogue = Dialogue(live, lambda: date(2026, 11, 21))
    button = dialogue.reply(Message(text="/start housing-queue", chosen="en")).buttons[0][0]
    small_content.change("en/housing.yaml", "title: Join the housing queue", "title: The queue")
    live.reload()
    assert "The queue" in dialogue.reply(Message(action=button.action, chosen="en")).text


def test_broken_content_refuses_to_start_with_every_error(
    small_content: SmallContent, languages: Languages, today: Callable[[], date]
) -> None:
    small_content.change(HOUSING, "  answer: |", "  anser: |")
    small_content.change("en/housing.yaml", "  ask:", "  aks:")
    with pytest.raises(ContentError) as caught:
        LiveBrain(small_content.loader(languages), today, Words(small_content.locales, languages, "staff").of("sv"))
    assert len(caught.value.problems.errors) >= 2


def test_languages_in_use_are_ready_after_a_reload(live: LiveBrain, small_content: SmallContent) -> None:
    live().understanding.understand("bostadskö", "sv")
    in_use = live().understanding.in_use
    assert "sv" in in_use
    small_content.change(HOUSING, "- söka lägenhet", "- leta lägenhet")
    assert live.reload()
    assert live().understanding.in_use == ()
    live.warm((*in_use, "gone"))
    assert set(live().understanding.in_use) == set(in_use)


async def test_every_language_is_ready_soon_after_the_start_and_after_a_reload(
    live: LiveBrain, small_content: SmallContent
) -> None:
    async def until(condition: Callable[[], bool]) -> None:
        while not condition():  # noqa: ASYNC110 - the watch tells nobody
            await asyncio.sleep(0.02)

    def save_a_change() -> bool:
        text = small_content.path(HOUSING).read_text(encoding="utf-8")
        small_content.save(HOUSING, text.replace("- söka lägenhet", "- leta lägenhet"))
        return live() is not first

    stop, first = asyncio.Event(), live()
    watching = asyncio.create_task(live.watch((small_content.knowledge,), stop, ready_all=True))
    async with asyncio.timeout(20):
        await until(lambda: live.is_ready)
        await until(save_a_change)
        await until(lambda: live.is_ready)
    stop.set()
    await watching
    assert set(live().understanding.in_use) == set(live().understanding.languages)


async def test_a_saved_file_is_in_service_within_a_second(live: LiveBrain, small_content: SmallContent) -> None:
    stop = asyncio.Event()
    watching = asyncio.create_task(live.watch((small_content.knowledge,), stop))
    try:
        async with asyncio.timeout(10):
            while title(live) != "Bostadskön":
                text = small_content.path(HOUSING).read_text(encoding="utf-8")
                small_content.save(HOUSING, text.replace("title: Ställ dig i bostadskö", "title: Bostadskön"))
                await asyncio.sleep(0)
    finally:
        stop.set()
        await watching
    assert title(live) == "Bostadskön"


def test_a_mistake_in_an_activity_keeps_the_last_programme_and_takes_no_answer(
    live: LiveBrain, small_content: SmallContent, caplog: pytest.LogCaptureFixture
) -> None:
    write_programme(small_content.knowledge, one=ONE)
    assert live.reload()
    write_programme(small_content.knowledge, one=ONE.replace("end: 20:00", "end: 08:00"))
    small_content.change(HOUSING, "title: Ställ dig i bostadskö", "title: Bostadskön")
    with caplog.at_level(logging.ERROR):
        assert live.reload()
    assert title(live) == "Bostadskön"
    assert "meeting" in live().programme.activities
    assert not live.is_current
    assert any("activities/one.yaml:7" in record.message for record in caplog.records)


def test_a_mistake_in_an_answer_keeps_no_activity_back(live: LiveBrain, small_content: SmallContent) -> None:
    small_content.change(HOUSING, "  answer: |", "  anser: |")
    write_programme(small_content.knowledge, one=ONE)
    assert not live.reload()
    assert title(live) == "Ställ dig i bostadskö"
    assert "meeting" in live().programme.activities


def test_a_broken_activity_at_the_start_leaves_the_others(
    small_content: SmallContent, languages: Languages, today: Callable[[], date]
) -> None:
    write_programme(small_content.knowledge, one=ONE, two=ONE.replace("meeting:", "other:").replace("20:00", "08:00"))
    staff = Words(small_content.locales, languages, "staff").of("en")
    live = LiveBrain(small_content.loader(languages), today, staff)
    assert list(live().programme.activities) == ["meeting"]


async def test_a_new_day_brings_new_occasions_by_itself(
    small_content: SmallContent, languages: Languages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversation.live.LOOK_MS", 50)
    days = [date(2026, 12, 5)]
    write_programme(small_content.knowledge, one=ONE)
    staff = Words(small_content.locales, languages, "staff").of("en")
    live = LiveBrain(small_content.loader(languages), lambda: days[-1], staff)
    assert live().programme.activities["meeting"].occurrences
    days.append(date(2026, 12, 6))
    stop = asyncio.Event()
    watching = asyncio.create_task(live.watch((small_content.knowledge,), stop))
    async with asyncio.timeout(20):
        while live().programme.read_on != days[-1]:  # noqa: ASYNC110 - the watch tells nobody
            await asyncio.sleep(0.02)
    stop.set()
    await watching
    assert not live().programme.activities["meeting"].occurrences


async def test_what_a_calendar_brings_is_on_the_programme_by_itself(
    small_content: SmallContent, languages: Languages, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.conversation.live.LOOK_MS", 50)
    write_programme(small_content.knowledge)
    small_content.save("calendars.yaml", SOURCE.replace("organiser:", "trusted: true, organiser:"))
    kept = ImportedCalendars(tmp_path / "kept")
    loader = BrainLoader(small_content.knowledge, small_content.locales, languages, imported=kept)
    live = LiveBrain(loader, lambda: TODAY, Words(small_content.locales, languages, "staff").of("en"))
    assert not live().programme.activities
    stop = asyncio.Event()
    watching = asyncio.create_task(live.watch((small_content.knowledge,), stop))
    fetching = Fake(calendar(event(*GOOD)))
    await import_calendar("library", live().programme.calendars["library"], kept, tmp_path, TODAY, fetching)
    async with asyncio.timeout(20):
        while not live().programme.shown:  # noqa: ASYNC110 - the watch tells nobody
            await asyncio.sleep(0.02)
    stop.set()
    await watching


def test_a_changed_activity_is_in_service_without_work_on_the_answers(
    small_content: SmallContent, languages: Languages, tmp_path: Path
) -> None:
    cache = StartupCache(tmp_path / "cache")
    loader = BrainLoader(small_content.knowledge, small_content.locales, languages, cache)
    live = LiveBrain(loader, lambda: TODAY, Words(small_content.locales, languages, "staff").of("en"))
    before = live()
    write_programme(small_content.knowledge, one=ONE)
    assert live.reload()
    assert live().understanding is before.understanding
    assert "meeting" in live().programme.activities
    small_content.change(HOUSING, "title: Ställ dig i bostadskö", "title: Bostadskön")
    assert live.reload()
    assert title(live) == "Bostadskön"
    assert "meeting" in live().programme.activities
