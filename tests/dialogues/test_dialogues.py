"""Every dialogue under this folder, end to end over HTTP with the content of the repository."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from tests.dialogues.coordinator import Coordinator
from tests.dialogues.foreign import foreign
from tests.dialogues.play import Play, check_direction
from tests.dialogues.script import Script
from tests.standin.people import Person, make_group
from tests.standin.running import running_bot
from tests.standin.server import StandIn

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*/*.yaml"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
async def test_dialogue(path: Path, brain: Brain, tmp_path: Path) -> None:
    language, script = path.parent.name, Script.read(path)
    content = (
        Coordinator.begin(brain, tmp_path / "knowledge") if script.is_announced_in else Coordinator(brain, tmp_path)
    )
    dialogue = Dialogue(lambda: content.brain, lambda: content.moment.date(), lambda: content.moment)
    texts = brain.words.of
    async with (
        StandIn() as standin,
        running_bot(standin.url, dialogue, tmp_path / "bot.db", texts=texts) as running,
        content.announcing(standin.url, running.store) if script.is_announced_in else nullcontext(),
    ):
        client = script.client or brain.languages[language].telegram or brain.languages[language].tag
        group = make_group(standin.world) if script.group else None
        await Play(script, language, content, running, Person(standin.world, 5, client, group)).run()
    assert not standin.world.violations


def test_dialogues_are_in_languages_that_are_served(brain: Brain) -> None:
    assert FILES
    assert {path.parent.name for path in FILES} <= set(brain.languages)


def test_every_launch_language_has_its_dialogues(brain: Brain) -> None:
    for language in brain.languages.launch:
        assert sum(path.parent.name == language.id for path in FILES) >= 6, language.id
    assert len(FILES) >= 100


def test_what_is_in_another_language_is_found(brain: Brain) -> None:
    for text, language in (
        ("Jag kan bara läsa text.", "fi"),
        ("I can only read text.", "sv"),
        ("Ring 0522-69 60 00. To speak with a person, call Uddevalla kommun (the municipality):", "so"),
        ("لا أستطيع أن أقرأ إلا النصوص.", "fa"),
    ):
        assert foreign(text, [], language, brain)
        assert foreign("", [brain.title("tenant-rights", "en")], language, brain)
    assert not foreign("Jag kan bara läsa text. Folktandvården", [brain.title("library", "sv")], "sv-simple", brain)


@pytest.mark.parametrize(
    "text",
    [
        "اتصل \u20660522-69 60 00",
        "اتصل 0522-69 60 00",
        "من 16:30 إلى 18:00",
        "\u2066112\u2069\u2069",
        "\u2066112\n\u2069",
    ],
)
def test_numbers_that_would_show_reversed_are_found(text: str) -> None:
    with pytest.raises(AssertionError):
        check_direction(text)


@pytest.mark.parametrize(
    "text", ["اتصل \u20660522-69 60 00\u2069", "اتصل 112", "Ring 0522-69 60 00", "\u20661\u2069 أ"]
)
def test_numbers_that_show_right_are_let_through(text: str) -> None:
    check_direction(text)


@pytest.mark.parametrize(
    "text",
    [
        "about: a\nsteps: []",
        "about: a\nsteps: [{say: a, tap: b}]",
        "about: a\nsteps: [{expect: {text: a}}]",
        "about: a\nsteps: [{say: a, expect: {txt: b}}]",
        "about: a\nsteps: [{send: money}]",
        "about: [",
    ],
)
def test_a_mistake_in_a_dialogue_names_the_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.yaml"):
        Script.read(path)
