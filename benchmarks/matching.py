"""Matching measured, all of it in one command: `python -m benchmarks.matching FOLDER`.

FOLDER holds `clinc150/` (train, val, test) and `banking77/` (train, test) as `label<tab>text`, label `-` out of scope
and never learned from. The bot's own understanding and four well-known matchers are asked the same questions:

  accuracy       the best label is right, in per cent of the questions in scope; nothing is refused
  first three    the right label is among the best three
  with typos     accuracy with one slip in 15 % of the words
  out of scope   questions out of scope that are refused, with the threshold set on the validation part so that the
                 accuracy in scope stays --in-scope; in brackets the accuracy that is then reached
  AUROC          how well the score alone tells in scope from out of scope

Then the same at 1,000, 10,000 and 100,000 examples (more than there are: copies with slips), and our own content: the
questions in tests/questions, junk, speed and memory. Each measurement runs in a process of its own, and times are of
the processor. The rapidfuzz rows take milliseconds per question, so they are asked --sample questions.

With --train and --test, any files of your own are measured instead.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.asking import Measured, measure, with_typos
from benchmarks.machine import machine
from benchmarks.material import labelled
from benchmarks.own_questions import own_tables
from benchmarks.pipelines import PIPELINES, Rows
from bot.understanding.model import OUT_OF_SCOPE

SIZES = (1_000, 10_000, 100_000)
SLOW_TO_BUILD = "TF-IDF + LinearSVC"
LARGEST_FOR_SLOW = 10_000
TABLES = ("sets", "sizes", "own")


@dataclass(frozen=True, slots=True)
class Task:
    """One pipeline on one set of rows."""

    pipeline: str
    train: Rows
    test: Rows
    validation: Rows | None = None
    in_scope: float = 0.915


def main() -> None:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.matching", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", help="where clinc150/ and banking77/ are")
    parser.add_argument("--train", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--validation", type=Path, help="where the threshold for out of scope is set")
    parser.add_argument("--shots", type=int, help="learn from so many rows per label, drawn at random; all by default")
    parser.add_argument("--draws", type=int, default=5, help="how many such draws to average")
    parser.add_argument("--tables", nargs="*", default=TABLES, choices=TABLES, help="those to print; all by default")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="examples to measure cost at")
    parser.add_argument("--in-scope", type=float, default=91.5, help="accuracy in per cent the threshold must keep")
    parser.add_argument("--sample", type=int, default=300, help="questions for the rapidfuzz rows")
    parser.add_argument("--only", nargs="*", default=list(PIPELINES), choices=list(PIPELINES))
    options = parser.parse_args()
    if not options.folder and not (options.train and options.test):
        parser.error("give the folder of the public sets, or --train and --test")
    console = Console(width=140)
    console.print(machine())
    if options.train:
        given = labelled(options.validation) if options.validation else None
        title = options.train.parent.name
        console.print(compared(title, labelled(options.train), labelled(options.test), given, options))
        return
    for title, train, test, held, shots in public_sets(options.folder) if "sets" in options.tables else ():
        chosen = argparse.Namespace(**{**vars(options), "shots": shots})
        console.print(compared(title, train, test, held, chosen))
    if "sizes" in options.tables:
        console.print(by_size(options))
    for table in own_tables() if "own" in options.tables else ():
        console.print(table)


def public_sets(folder: Path) -> Iterator[tuple[str, Rows, Rows, Rows | None, int | None]]:
    """Title, train, test, validation, and rows per label to learn from, all when None."""
    train, held, test = (labelled(folder / "clinc150" / f"{name}.tsv") for name in ("train", "val", "test"))
    yield "CLINC150, all", train, test, held, None
    yield "CLINC150, 10 per label", train, test, None, 10
    train, test = (labelled(folder / "banking77" / f"{name}.tsv") for name in ("train", "test"))
    yield "BANKING77, all", train, test, None, None
    yield "BANKING77, 10 per label", train, test, None, 10


def compared(title: str, train: Rows, test: Rows, held: Rows | None, options: argparse.Namespace) -> Table:
    """All pipelines on the same rows."""
    table = Table(title=title)
    columns = ("pipeline", "accuracy", "first three", "with typos", "out of scope", "AUROC", "µs", "build s", "MB")
    for column in columns:
        table.add_column(column, justify="left" if column == "pipeline" else "right")
    for name in options.only:
        is_slow = name.startswith("rapidfuzz")
        tasks = [
            Task(
                name,
                drawn(train, options.shots, draw),
                random.Random(draw).sample(test, min(options.sample, len(test))) if is_slow else test,
                None if is_slow else held,
                options.in_scope / 100,
            )
            for draw in range(options.draws if options.shots else 1)
        ]
        table.add_row(name, *_cells([*track(apart(tasks), name, total=len(tasks), console=Console(stderr=True))]))
    return table


def by_size(options: argparse.Namespace) -> Table:
    """Microseconds per question, seconds to build and megabytes at growing sizes, in one language."""
    rows = [
        row
        for name in ("clinc150", "banking77")
        for row in labelled(options.folder / name / "train.tsv")
        if row[0] != OUT_OF_SCOPE
    ]
    test = random.Random(0).sample(labelled(options.folder / "clinc150" / "test.tsv"), 200)
    table = Table("pipeline", "examples", "µs", "build s", "MB", title="By size, one language, 227 topics")
    for name in options.only:
        for size in options.sizes:
            if name != SLOW_TO_BUILD or size <= LARGEST_FOR_SLOW:
                (one,) = apart([Task(name, grown(rows, size), test)])
                figures = (f"{one.microseconds:.0f}", f"{one.build_seconds:.1f}", f"{one.megabytes:.0f}")
                table.add_row(name, f"{size:,}", *figures)
    return table


def grown(rows: Rows, size: int) -> Rows:
    """So many rows: drawn at random, and beyond their number copies with slips."""
    chance = random.Random(1)
    drawn_rows = chance.sample(rows, min(size, len(rows)))
    copies = (rows[chance.randrange(len(rows))] for _ in range(size - len(drawn_rows)))
    return [*drawn_rows, *((label, with_typos(with_typos(text, chance), chance)) for label, text in copies)]


def drawn(train: Rows, shots: int | None, draw: int) -> Rows:
    """The rows to learn from: those in scope, at most `shots` per label."""
    rows = [row for row in train if row[0] != OUT_OF_SCOPE]
    random.Random(draw).shuffle(rows)
    taken: dict[str, int] = {}
    kept = []
    for label, text in rows:
        taken[label] = taken.get(label, 0) + 1
        if shots is None or taken[label] <= shots:
            kept.append((label, text))
    return kept


def apart(tasks: Sequence[Task]) -> Iterator[Measured]:
    """Each task in a process of its own, one after the other: memory is not shared, and nothing is warm."""
    for task in tasks:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            yield process.submit(partial(_run, task)).result()


def _run(task: Task) -> Measured:
    return measure(PIPELINES[task.pipeline], task.train, task.test, task.validation, task.in_scope)


def _cells(results: Sequence[Measured]) -> list[str]:
    def mean(name: str, scale: float = 100) -> str:
        values = [getattr(one, name) for one in results if getattr(one, name) is not None]
        return f"{scale * float(np.mean(values)):.1f}" if values else "-"

    refused = f"{mean('out_of_scope')} ({mean('accuracy_kept')})"
    shares = [mean("accuracy"), mean("first_three"), mean("with_typos"), refused, mean("auroc")]
    return [*shares, mean("microseconds", 1), mean("build_seconds", 1), mean("megabytes", 1)]


if __name__ == "__main__":
    main()
