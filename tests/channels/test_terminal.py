"""The conversation at a prompt: what is typed, what is tapped by number, and an orderly end."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from rich.console import Console

from bot.channels.terminal import TerminalChat
from bot.conversation.dialogue import Dialogue
from bot.languages.table import Languages
from tests.small_content import SmallContent


@pytest.fixture
def talk(small_content: SmallContent, languages: Languages) -> Callable[..., str]:
    brain = small_content.load(languages).brain
    assert brain is not None
    dialogue = Dialogue(lambda: brain, lambda: date(2026, 11, 21))

    def run(*lines: str, client: str | None = None, end: type[BaseException] = EOFError) -> str:
        typed: Iterator[str] = iter(lines)
        shown = io.StringIO()

        def read(_: str) -> str:
            line = next(typed, None)
            if line is None:
                raise end
            return line

        TerminalChat(dialogue, Console(file=shown, width=200), read, client).run()
        return shown.getvalue()

    return run


def test_it_begins_with_the_languages_the_suggested_one_first(talk: Callable[..., str]) -> None:
    assert "1. Suomi" in talk(client="fi_FI")


def test_a_number_taps_a_button_and_the_choice_lasts(talk: Callable[..., str]) -> None:
    shown = talk("1", "/help", client="en_GB")
    assert "You have chosen English." in shown
    assert "in your own language" in shown.split("You have chosen English.")[1]


def test_a_question_is_answered(talk: Callable[..., str]) -> None:
    assert "Join the housing queue" in talk("housing queue", client="en")


def test_swedish_can_be_shown_beside(talk: Callable[..., str]) -> None:
    shown = talk("housing queue", "1", client="en")
    assert "Ställ dig i bostadskö" in shown


def test_forget_me_forgets_the_choice(talk: Callable[..., str]) -> None:
    shown = talk("1", "/forget", "1", "/about", client="en")
    assert "I keep nothing about you now." in shown


@pytest.mark.parametrize("line", ["0", "999", "-1", "٣", "\x1b[31m", "[bold]", ""])
def test_any_line_gets_a_reply(talk: Callable[..., str], line: str) -> None:
    assert talk(line, client="en").count("\n") > 5


def test_breaking_off_is_no_error(talk: Callable[..., str]) -> None:
    assert talk(end=KeyboardInterrupt)
