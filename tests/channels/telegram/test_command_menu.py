"""The menu of commands, per language and by default."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.telegram.profile import described_languages
from bot.conversation.commands import described_commands
from bot.languages.words import Words
from bot.settings import ROOT
from tests.channels.telegram.conftest import FakeDialogue
from tests.standin import faults
from tests.standin.people import Person
from tests.standin.running import eventually, running_bot
from tests.standin.server import StandIn

DEFAULT = '{"type": "default"}'


async def publish(standin: StandIn, fake: FakeDialogue, folder: Path) -> None:
    """Start the bot, let it publish its menus and stop it."""
    before, texts = len(list(standin.world.calls_of("getMyCommands"))), Words(ROOT / "locales", fake.languages).of
    async with running_bot(standin.url, fake, folder / "bot.db") as running:
        kim = Person(standin.world, 5)
        await kim.say("hej")
        await kim.hears()
        described = {code for code, _ in described_languages(fake.languages, texts)} | {""}
        await eventually(lambda: len(list(standin.world.calls_of("getMyCommands"))) >= before + len(described))
        await eventually(lambda: described <= {code for scope, code in standin.world.commands if scope == DEFAULT})
        await eventually(lambda: running.channel.health().is_well)


async def test_every_launch_language_telegram_knows_has_a_menu_and_all_others_swedish_and_english(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path
) -> None:
    await publish(standin, fake, tmp_path)
    menus = {code: commands for (scope, code), commands in standin.world.commands.items() if scope == DEFAULT}
    launched = {language.telegram for language in fake.languages.launch if language.telegram}
    assert set(menus) >= launched - {None} | {""}
    assert "kmr" not in menus
    first = {code: menu[0]["description"] for code, menu in menus.items()}
    assert first[""] == f"{first['sv']} / {first['en']}"
    uk = Words(ROOT / "locales", fake.languages).of("uk")
    assert tuple((command["command"], command["description"]) for command in menus["uk"]) == described_commands(uk)


async def test_menus_are_written_only_when_they_differ(standin: StandIn, fake: FakeDialogue, tmp_path: Path) -> None:
    await publish(standin, fake, tmp_path)
    written = len(list(standin.world.calls_of("setMyCommands")))
    standin.world.commands[DEFAULT, "uk"][0] = {"command": "old", "description": "Old"}
    await publish(standin, fake, tmp_path)
    later = list(standin.world.calls_of("setMyCommands"))[written:]
    assert [call["language_code"] for call in later] == ["uk"]


async def test_a_menu_that_cannot_be_written_disturbs_no_answers(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    standin.fail("getMyCommands", faults.too_many_requests(3600))
    async with running_bot(standin.url, fake, tmp_path / "bot.db"):
        kim = Person(standin.world, 5)
        await kim.say("hej")
        assert len(await kim.hears()) == 1
        await eventually(lambda: "the menu of commands is not up to date" in caplog.text)
