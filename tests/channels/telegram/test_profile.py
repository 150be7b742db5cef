"""The bot's name and descriptions, per language and by default."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.telegram.profile import LONG, NAME, SHORT, described_languages
from bot.languages.words import Words
from bot.settings import ROOT
from tests.channels.telegram.conftest import FakeDialogue
from tests.standin import faults
from tests.standin.people import Person
from tests.standin.running import eventually, running_bot
from tests.standin.server import StandIn


async def publish(standin: StandIn, fake: FakeDialogue, folder: Path) -> list[str]:
    """Start the bot, let it publish its profile and stop it; returns what was written, as "method language"."""
    before, read = len(standin.world.calls), len(list(standin.world.calls_of("getMyDescription")))
    codes = {code for code, _ in described_languages(fake.languages, Words(ROOT / "locales", fake.languages).of)}
    async with running_bot(standin.url, fake, folder / "bot.db"):
        await eventually(
            lambda: (
                len(list(standin.world.calls_of("getMyDescription"))) == read + len(codes) + 1
                and all(("description", code) in standin.world.profile for code in codes)
            )
        )
    calls = standin.world.calls[before:]
    return [
        f"{call.method} {call.parameters.get('language_code', '')}"
        for call in calls
        if call.method.startswith("setMy") and call.method != "setMyCommands"
    ]


async def test_every_language_telegram_knows_says_what_the_bot_is_for_and_all_others_swedish_and_english(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path
) -> None:
    await publish(standin, fake, tmp_path)
    profile, words = standin.world.profile, Words(ROOT / "locales", fake.languages)
    assert profile["name", ""] == NAME
    for language in fake.languages.values():
        own = words.of(language.id)
        if language.telegram and own.language is language:
            assert profile["short_description", language.telegram] == own(SHORT)
            assert profile["description", language.telegram] == " ".join(map(own, LONG))
        else:
            assert ("description", language.telegram or language.id) not in profile
    assert profile["short_description", ""] == f"{words.of('sv')(SHORT)} / {words.of('en')(SHORT)}"


async def test_only_what_differs_is_written(standin: StandIn, fake: FakeDialogue, tmp_path: Path) -> None:
    await publish(standin, fake, tmp_path)
    assert await publish(standin, fake, tmp_path) == []
    standin.world.profile["description", "so"] = "Old"
    standin.world.profile["name", ""] = "Old"
    assert await publish(standin, fake, tmp_path) == ["setMyName ", "setMyDescription so"]


async def test_a_profile_that_cannot_be_written_disturbs_no_answers(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    standin.fail("setMyName", faults.too_many_requests(86_400))
    async with running_bot(standin.url, fake, tmp_path / "bot.db"):
        kim = Person(standin.world, 5)
        await kim.say("hej")
        assert len(await kim.hears()) == 1
        await eventually(lambda: "the profile of the bot is not up to date" in caplog.text)
