"""The figures of the README held with a margin, on parts small enough to be run each time."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.material import questions_of
from benchmarks.own_questions import junk
from bot.conversation.brain import Brain
from bot.insight.evaluation import outcome
from bot.understanding import Decision

HELD = {
    "sv": (0.88, 0.94, 0.04),
    "en": (0.86, 0.95, 0.04),
    "ar": (0.82, 0.90, 0.04),
    "so": (0.87, 0.95, 0.04),
    "uk": (0.80, 0.93, 0.04),
    "fa": (0.90, 0.96, 0.04),
    "fi": (0.85, 0.91, 0.04),
    "bs": (0.88, 0.94, 0.04),
    "ti": (0.78, 0.91, 0.04),
    "ckb": (0.86, 0.90, 0.07),
    "kmr": (0.87, 0.93, 0.04),
}
"""Shares answered rightly at once and rightly or with a choice, at least, and wrongly, at most."""


@pytest.fixture(scope="module")
def outcomes(brain: Brain) -> dict[tuple[str, bool], Counter[str]]:
    """Per language and whether there is an answer: what became of the development questions without danger."""
    found: dict[tuple[str, bool], Counter[str]] = {}
    for one in questions_of("dev"):
        if one.kind != "crisis":
            kind = found.setdefault((one.language, bool(one.topics)), Counter())
            kind[outcome(one, brain.understanding.understand(one.text))] += 1
    return found


@pytest.mark.parametrize("language", HELD)
def test_so_many_questions_are_answered_or_asked_back(
    outcomes: dict[tuple[str, bool], Counter[str]], language: str
) -> None:
    right, right_or_asked, wrong = HELD[language]
    counts = outcomes[language, True]
    assert counts["right"] / counts.total() >= right
    assert (counts["right"] + counts["asked"]) / counts.total() >= right_or_asked
    assert counts["wrong"] / counts.total() <= wrong


def test_what_nothing_answers_is_refused_or_asked_back(outcomes: dict[tuple[str, bool], Counter[str]]) -> None:
    counts = sum((outcomes[language, False] for language in HELD), Counter[str]())
    assert counts["wrong"] / counts.total() <= 0.05


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("keyboard mash", 0.01),
        ("greetings and courtesies", 0.0),
        ("one common word", 0.04),
        ("emoji, signs and figures", 0.0),
        ("code", 0.0),
        ("insults", 0.0),
    ],
)
def test_junk_gets_no_topic(brain: Brain, kind: str, most: float) -> None:
    found = [brain.understanding.understand(text) for text in junk(brain)[kind][:200]]
    answered = [one for one in found if one.decision is Decision.ANSWER and not one.small_talk and not one.crisis]
    assert len(answered) / len(found) <= most
