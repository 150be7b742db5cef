"""What the benchmarks of understanding are run on: the knowledge base, its questions, and `label<tab>text` files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.conversation.loading import (
    BrainLoader,
    background_of,
    examples_of,
    names_of,
    out_of_scope_of,
    read_profiles,
    small_talk_of,
)
from bot.insight.evaluation import Question, read_questions
from bot.knowledge.problems import Problems
from bot.languages.table import Languages
from bot.understanding import Example, LanguageProfile

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Material:
    """Everything `Understanding.fit` takes, from the project's own content."""

    examples: tuple[Example, ...]
    background: tuple[Example, ...]
    profiles: tuple[LanguageProfile, ...]
    small_talk: dict[str, dict[str, tuple[str, ...]]]
    names: tuple[str, ...]
    out_of_scope: dict[str, tuple[str, ...]]


def own_material() -> Material:
    """The knowledge base as it is now, read whole; what is wrong in it is left out, as the bot does."""
    languages = Languages.load(ROOT / "locales" / "languages.yaml")
    content = BrainLoader(ROOT / "knowledge", ROOT / "locales", languages).load(datetime.now(UTC).date()).content
    return Material(
        examples=tuple(examples_of(content, languages)),
        background=tuple(background_of(content, languages)),
        profiles=read_profiles(ROOT / "locales" / "identification.yaml", Problems()),
        small_talk=small_talk_of(content, languages),
        names=names_of(content),
        out_of_scope=out_of_scope_of(content, languages),
    )


def development_questions() -> list[Question]:
    """The development part of every file of questions: what may be tuned on."""
    return questions_of("dev")


def questions_of(split: str) -> list[Question]:
    """The "dev" or "test" part of every file of questions; the test part is run, and never looked into."""
    return [
        question
        for path in sorted((ROOT / "tests" / "questions").glob("*.tsv"))
        for question in read_questions(path, path.stem)
        if question.split == split
    ]


def labelled(path: Path) -> list[tuple[str, str]]:
    """(label, text) rows of a `label<tab>text` file; raises ValueError naming the line that is not one."""
    rows: list[tuple[str, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        label, separator, text = line.partition("\t")
        if not separator or not label or not text.strip():
            raise ValueError(f"{path}:{number}: not 'label<tab>text'")
        rows.append((label, text))
    return rows
