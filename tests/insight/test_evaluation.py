from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation.brain import Brain
from bot.insight.evaluation import Question, QuestionFileError, evaluate_files, outcome, read_questions
from bot.understanding import Candidate, Decision, Understood
from bot.understanding.crisis import CrisisHit


def question(*topics: str, kind: str = "answer") -> Question:
    return Question("text", frozenset(topics), kind, "dev", "sv")


def understood(decision: Decision, *topics: str, crisis: str | None = None) -> Understood:
    candidates = tuple(Candidate(topic, 0.3) for topic in topics)
    hit = CrisisHit(crisis, "sv", "pattern", "words") if crisis else None
    return Understood("sv", decision, candidates, topics if decision is Decision.ANSWER else (), hit)


@pytest.mark.parametrize(
    ("asked", "found", "expected"),
    [
        (question("sfi"), understood(Decision.ANSWER, "sfi"), "right"),
        (question("sfi", "school"), understood(Decision.ANSWER, "school"), "right"),
        (question("assignment-list"), understood(Decision.ANSWER, "assignment-list.checklist"), "right"),
        (question("sfi"), understood(Decision.ANSWER, "school"), "wrong"),
        (question("sfi"), understood(Decision.CHOOSE, "school", "sfi"), "asked"),
        (question("sfi"), understood(Decision.CHOOSE, "school"), "missed"),
        (question("sfi"), understood(Decision.UNKNOWN, "sfi"), "missed"),
        (question(kind="unknown"), understood(Decision.UNKNOWN), "right"),
        (question(kind="unknown"), understood(Decision.CHOOSE, "sfi"), "asked"),
        (question(kind="unknown"), understood(Decision.ANSWER, "sfi"), "wrong"),
        (question(kind="lookalike"), understood(Decision.ANSWER, crisis="suicide-helpline"), "wrong"),
        (question("suicide-helpline", kind="crisis"), understood(Decision.ANSWER, crisis="suicide-helpline"), "right"),
        (question("suicide-helpline", kind="crisis"), understood(Decision.ANSWER, "suicide-helpline"), "asked"),
        (question("suicide-helpline", kind="crisis"), understood(Decision.UNKNOWN), "missed"),
    ],
)
def test_what_counts_as_right(asked: Question, found: Understood, expected: str) -> None:
    assert outcome(asked, found) == expected


def test_both_kinds_of_file_are_read(tmp_path: Path) -> None:
    path = tmp_path / "uk.tsv"
    path.write_text("split\tkind\ttopic\tquestion\ndev\tanswer\ta|b\tone\n\n-\ttwo\nc\tthree\n", encoding="utf-8")
    assert [(one.kind, set(one.topics), one.text) for one in read_questions(path, "uk")] == [
        ("answer", {"a", "b"}, "one"),
        ("unknown", set(), "two"),
        ("answer", {"c"}, "three"),
    ]


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sv.tsv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QuestionFileError, match=r"sv\.tsv"):
        read_questions(path, "sv")


def test_only_the_wanted_split_is_asked(brain: Brain, tmp_path: Path) -> None:
    path = tmp_path / "sv.tsv"
    path.write_text("dev\tanswer\tsfi\tsfi\ntest\tanswer\tsfi\tsvenska för invandrare\n", encoding="utf-8")
    assert [result.question.text for result in evaluate_files(brain, [path], "dev")] == ["sfi"]
