"""The figures of the README held with a margin, on parts small enough to be run each time."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.material import questions_of
from benchmarks.own_questions import junk
from bot.conversation.brain import Brain
from bot.insight.evaluation import outcome
from bot.understanding import Decision

LANGUAGES = ("sv", "en", "ar", "so", "uk")


@pytest.fixture(scope="module")
def outcomes(brain: Brain) -> dict[tuple[str, bool], Counter[str]]:
    """Per language and whether there is an answer: what became of the development questions without danger."""
    found: dict[tuple[str, bool], Counter[str]] = {}
    for one in questions_of("dev"):
        if one.kind != "crisis":
            kind = found.setdefault((one.language, bool(one.topics)), Counter())
            kind[outcome(one, brain.understanding.understand(one.text))] += 1
    return found


@pytest.mark.parametrize(
    ("language", "right", "right_or_asked"),
    [("sv", 0.86, 0.93), ("en", 0.82, 0.93), ("ar", 0.76, 0.91), ("so", 0.84, 0.91), ("uk", 0.73, 0.85)],
)
def test_so_many_questions_are_answered_or_asked_back(
    outcomes: dict[tuple[str, bool], Counter[str]], language: str, right: float, right_or_asked: float
) -> None:
    counts = outcomes[language, True]
    assert counts["right"] / counts.total() >= right
    assert (counts["right"] + counts["asked"]) / counts.total() >= right_or_asked
    assert counts["wrong"] / counts.total() <= 0.04


def test_what_nothing_answers_is_refused_or_asked_back(outcomes: dict[tuple[str, bool], Counter[str]]) -> None:
    counts = sum((outcomes[language, False] for language in LANGUAGES), Counter[str]())
    assert counts["wrong"] / counts.total() <= 0.11


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
