"""Our own content measured: the questions in tests/questions, junk, and what it costs to answer.

`python -m benchmarks.own_questions` asks the development part of the questions, `--test` the test part, which is run
and never looked into.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.machine import machine
from benchmarks.material import ROOT, questions_of
from bot.conversation.brain import Brain
from bot.conversation.loading import BrainLoader
from bot.conversation.startup_cache import StartupCache
from bot.insight.evaluation import Result, evaluate_files
from bot.knowledge.content import split_label
from bot.languages.table import Languages
from bot.understanding import Decision, Understood, normalise, words
from bot.understanding.small_talk import COURTESIES

QUESTIONS = ROOT / "tests" / "questions"
WORST = 10
COMMON_WORDS = 40
MASHED = 300
EMOJI = ("😀", "😀😀😀", "👍", "🏠", "❤️🙏", "🇸🇪", "😡😡", "???", "!!!", "...", "12345", "0522")
CODE = (
    "print('hello world')",
    "SELECT * FROM users WHERE id = 1;",
    "<script>alert(1)</script>",
    "for i in range(10): x += i",
    "{'key': [1, 2, 3]}",
    "git commit -m 'fix'",
    "def f(x): return x**2",
    "../../etc/passwd",
)
INSULTS = ("fuck you", "you are stupid", "idiot", "dra åt helvete", "din jävla idiot", "shut up", "håll käften")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_questions", description=__doc__)
    parser.add_argument("--test", action="store_true", help="the test part of the questions")
    console = Console(width=120)
    console.print(machine())
    for table in own_tables("test" if parser.parse_args().test else "dev"):
        console.print(table)


def own_tables(split: str = "dev") -> Iterator[Table]:
    """Questions per language, the worst confusions, junk, and cost."""
    brain = load(StartupCache(ROOT / ".cache"))
    results = evaluate_files(brain, sorted(QUESTIONS.glob("*.tsv")), split)
    yield question_table(results, split)
    if split == "dev":
        yield confusion_table(results)
    yield junk_table(brain)
    yield cost_table()


def load(cache: StartupCache | None) -> Brain:
    """The content that is in the repository; raises AssertionError when it has errors."""
    languages = Languages.load(ROOT / "locales" / "languages.yaml")
    brain = BrainLoader(ROOT / "knowledge", ROOT / "locales", languages, cache).load(datetime.now(UTC).date()).brain
    assert brain is not None, "the content has errors: run `tillsammans check`"
    return brain


def question_table(results: Sequence[Result], split: str) -> Table:
    """Per language: questions with an answer, and questions nothing answers."""
    table = Table(title=f"Our own questions ({split} part), per cent")
    for column in (
        "language",
        "with an answer",
        "right",
        "right or a choice",
        "wrong",
        "no answer",
        "refused or asked",
    ):
        table.add_column(column, justify="left" if column == "language" else "right")
    languages = sorted({one.question.language for one in results})
    for language in (*languages, "all"):
        mine = [one for one in results if language in (one.question.language, "all") and one.question.kind != "crisis"]
        known = Counter(one.outcome for one in mine if one.question.topics)
        unknown = Counter(one.outcome for one in mine if not one.question.topics)
        table.add_row(
            language,
            str(known.total()),
            _share(known["right"], known.total()),
            _share(known["right"] + known["asked"], known.total()),
            _share(known["wrong"], known.total()),
            str(unknown.total()),
            _share(unknown["right"] + unknown["asked"], unknown.total()),
        )
    return table


def confusion_table(results: Sequence[Result]) -> Table:
    """The topics most often taken for another, whether answered or only put first among the choices."""
    pairs: Counter[tuple[str, str]] = Counter()
    for one in results:
        candidates = [split_label(candidate.topic)[0] for candidate in one.understood.candidates]
        if one.question.topics and candidates and candidates[0] not in one.question.topics:
            pairs[min(one.question.topics), candidates[0]] += 1
    table = Table("asked for", "put first", "times", title=f"The {WORST} worst confusions")
    for (asked, found), times in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:WORST]:
        table.add_row(asked, found, str(times))
    return table


def junk(brain: Brain) -> dict[str, list[str]]:
    """Messages that should get no topic at once, by kind."""
    chance = random.Random(5)
    letters = "abcdefghijklmnopqrstuvwxyz"
    mashed = [
        " ".join("".join(chance.choices(letters, k=chance.randint(3, 9))) for _ in range(chance.randint(1, 4)))
        for _ in range(MASHED)
    ]
    talk = [
        phrase
        for kinds in brain.content.small_talk.values()
        for kind, phrases in kinds.items()
        if kind in COURTESIES
        for phrase in phrases
    ]
    return {
        "keyboard mash": mashed,
        "greetings and courtesies": talk,
        "one common word": common_words(brain),
        "emoji, signs and figures": list(EMOJI),
        "code": list(CODE),
        "insults": list(INSULTS),
    }


def common_words(brain: Brain) -> list[str]:
    """Of each language, the words that stand in the phrases of most topics."""
    topics: dict[str, dict[str, set[str]]] = {}
    for topic in brain.content.topics.values():
        for language, text in topic.texts.items():
            for phrase in text.ask:
                for word in words(normalise(phrase, language)):
                    topics.setdefault(language, {}).setdefault(word, set()).add(topic.id)
    return [
        word
        for found in topics.values()
        for word in sorted(found, key=lambda one: (-len(found[one]), one))[:COMMON_WORDS]
    ]


def junk_table(brain: Brain) -> Table:
    """How often junk is given a topic at once."""
    table = Table("junk", "messages", "answered with a topic %", "asked back %", title="Junk")
    for kind, messages in junk(brain).items():
        found = [brain.understanding.understand(text) for text in messages]
        asked = sum(one.decision is Decision.CHOOSE for one in found)
        answered = sum(map(_is_answered, found))
        table.add_row(kind, str(len(found)), _share(answered, len(found)), _share(asked, len(found)))
    return table


def _is_answered(understood: Understood) -> bool:
    return understood.decision is Decision.ANSWER and understood.small_talk is None and understood.crisis is None


def cost_table() -> Table:
    """Seconds to build all languages, milliseconds per question, megabytes; measured in processes of their own.

    Times are of the processor, not of the clock: they are the same on a busy machine.
    """
    table = Table("what", "figure", title="What it costs (processor time)")
    with tempfile.TemporaryDirectory() as folder:
        for title, measured in (("built anew", _cost), ("from the cache", _cost)):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                for name, figure in process.submit(measured, folder).result().items():
                    if title == "from the cache" or "seconds" in name:
                        table.add_row(f"{name}, {title}" if "seconds" in name else name, figure)
    return table


def _cost(folder: str) -> dict[str, str]:
    process = psutil.Process()
    brain = load(StartupCache(Path(folder)))
    understanding = brain.understanding
    before, started = process.memory_info().rss, time.process_time()
    for language in understanding.languages:
        understanding.prepare(language)
    seconds = time.process_time() - started
    megabytes = (process.memory_info().rss - before) / 1e6
    times = []
    questions = [one.text for one in questions_of("dev")]
    for text in [*questions, *questions]:
        started = time.thread_time()
        understanding.understand(text)
        times.append(time.thread_time() - started)
    median, slow = np.percentile(1e3 * np.array(times[len(questions) :]), (50, 99))
    phrases = sum(
        len(text.ask) + 1 + sum(len(part.ask) + 1 for part in text.parts.values())
        for topic in brain.content.topics.values()
        for text in topic.texts.values()
    )
    return {
        "phrases": f"{phrases:,} in {len(understanding.languages)} languages",
        "seconds for all languages": f"{seconds:.1f}",
        "memory of all languages": f"{megabytes:.0f} MB",
        "a question end to end, median": f"{median:.2f} ms",
        "a question end to end, slowest of a hundred": f"{slow:.2f} ms",
    }


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f}" if total else "-"


if __name__ == "__main__":
    main()
