"""How many questions with known topics are understood, per language and kind of question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.knowledge.content import split_label
from bot.understanding import Decision, Understood

NONE = "-"
HEADER = ("split", "kind", "topic", "question")
KINDS = ("answer", "unknown", "crisis", "lookalike")


class QuestionFileError(ValueError):
    """A file of questions cannot be used; the message says file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the topics of which any is right; none means that nothing should be answered."""

    text: str
    topics: frozenset[str]
    kind: str
    split: str
    language: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a question. `outcome` is right, asked (the right topic among the choices), missed or wrong."""

    question: Question
    understood: Understood
    outcome: str


def read_questions(path: Path, language: str) -> list[Question]:
    """Read `split, kind, topic, question` or plain `topic, question` rows parted by tabs.

    `topic` may be several ids parted by "|", or "-" when nothing answers. Raises QuestionFileError.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionFileError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    rows = [(number, tuple(line.split("\t"))) for number, line in enumerate(lines, start=1) if line.strip()]
    return [_question(path, number, row, language) for number, row in rows if row != HEADER]


def _question(path: Path, number: int, row: tuple[str, ...], language: str) -> Question:
    if len(row) == 2:
        row = ("", "unknown" if row[0] == NONE else "answer", *row)
    if len(row) != len(HEADER) or row[1] not in KINDS:
        raise QuestionFileError(f"{path}:{number}: not 'topic<tab>question' or '{'<tab>'.join(HEADER)}'")
    split, kind, topics, text = row
    right = frozenset() if topics == NONE else frozenset(topics.split("|"))
    return Question(text, right, kind, split, language)


def evaluate_files(brain: Brain, files: Sequence[Path], split: str | None) -> list[Result]:
    """Ask every question of the files; a file's name begins with its language ("uk.tsv")."""
    questions = [
        question
        for path in files
        for question in read_questions(path, path.stem.split(".")[0])
        if split in (None, question.split)
    ]
    dialogue = Dialogue(lambda: brain, _never)
    return [
        Result(one, found := dialogue.understand(one.text, None), outcome(one, found))
        for one in track(questions, "questions", console=Console(stderr=True))
    ]


def _never() -> date:
    raise AssertionError("understanding a question needs no date")


def outcome(question: Question, understood: Understood) -> str:
    """right, asked, missed or wrong; a false alarm is wrong, a danger that is not seen is missed."""
    if understood.crisis is not None:
        return "right" if understood.crisis.topic in question.topics else "wrong"
    if question.kind == "crisis":
        shown = {split_label(label)[0] for label in understood.topics}
        return "asked" if shown & question.topics else "missed"
    answered = {split_label(label)[0] for label in understood.topics}
    if not question.topics:
        return "wrong" if answered else "asked" if understood.decision is Decision.CHOOSE else "right"
    if answered:
        return "right" if answered & question.topics else "wrong"
    offered = {split_label(candidate.topic)[0] for candidate in understood.candidates}
    return "asked" if understood.decision is Decision.CHOOSE and offered & question.topics else "missed"


def evaluation_table(results: Iterable[Result]) -> Table:
    """Per language and kind: how many, and the shares of right, asked back, missed and wrong; languages identified."""
    table = Table(
        "language",
        "kind",
        "questions",
        "right %",
        "asked %",
        "missed %",
        "wrong %",
        "language right %",
        "language wrong %",
    )
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.question.language, result.question.kind), []).append(result)
    for (language, kind), group in groups.items():
        table.add_row(language, kind, str(len(group)), *_shares(group, language))
    return table


def _shares(group: Sequence[Result], language: str) -> Iterator[str]:
    counts = Counter(result.outcome for result in group)
    for name in ("right", "asked", "missed", "wrong"):
        yield f"{100 * counts[name] / len(group):.1f}"
    identified = Counter(result.understood.language for result in group)
    yield f"{100 * identified[language] / len(group):.1f}"
    yield f"{100 * (len(group) - identified[language] - identified[None]) / len(group):.1f}"


def wrong_table(results: Iterable[Result]) -> Table:
    """The questions that were not understood as expected, with what they were taken for."""
    table = Table("language", "kind", "outcome", "expected", "taken for", "question")
    for result in results:
        if result.outcome in ("wrong", "missed"):
            found = result.understood
            taken = found.crisis.topic if found.crisis else ", ".join(found.topics) or found.decision.value
            one = result.question
            table.add_row(one.language, one.kind, result.outcome, "|".join(sorted(one.topics)) or NONE, taken, one.text)
    return table
