"""Matching measured: labelled questions through the bot's own understanding, beside what one might use instead.

TRAIN and TEST hold one `label<tab>text` a line; the label `-` is out of scope and is never learned from. All pipelines
are asked the same questions in the same run:

  accuracy       the best label is right, in per cent of the questions in scope; nothing is refused
  first three    the right label is among the best three
  with typos     accuracy with one slip in 15 % of the words
  out of scope   questions out of scope that are refused, with the threshold at which the accuracy in scope is still
                 --in-scope; on VALIDATION if given, else on TEST itself. In brackets the accuracy that is then reached
  AUROC          how well the score alone tells in scope from out of scope

The rapidfuzz rows compare a question with every phrase and take milliseconds, so they are asked --sample questions.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
import psutil
from rapidfuzz import fuzz, process, utils
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC

from benchmarks.material import OUT_OF_SCOPE, labelled
from bot.understanding import Example, Understanding

Rows = Sequence[tuple[str, str]]
Ranked = list[tuple[str, float]]
Ask = Callable[[str], Ranked]
"""A question to its best labels with their scores, best first."""

TYPO_SHARE = 0.15
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WARM_UP = "the first question pays for what is made when first needed"


def understanding(train: Rows, language: str) -> Ask:
    """The bot's own: everything but crisis, small talk and languages, which the files do not have."""
    fitted = Understanding.fit([Example(text, label, language) for label, text in train], ())
    fitted.understand(WARM_UP, language)

    def ask(text: str) -> Ranked:
        return [(one.topic, one.confidence) for one in fitted.understand(text, language).candidates]

    return ask


def rapidfuzz_with(scorer: Callable[..., float]) -> Callable[[Rows, str], Ask]:
    """`process.extractOne` over all phrases, as many a bot does it."""

    def build(train: Rows, _: str) -> Ask:
        phrases = [utils.default_process(text) for _, text in train]

        def ask(text: str) -> Ranked:
            found = process.extract(utils.default_process(text), phrases, scorer=scorer, limit=20)
            return _best_of_each([(train[place][0], float(score)) for _, score, place in found])

        return ask

    return build


def bm25(train: Rows, _: str) -> Ask:
    """BM25 over all phrases."""
    index = bm25s.BM25()
    index.index(bm25s.tokenize([text for _, text in train], stopwords=None, show_progress=False), show_progress=False)

    def ask(text: str) -> Ranked:
        query = bm25s.tokenize([text], stopwords=None, show_progress=False, return_ids=False)
        places, scores = index.retrieve(query, k=min(20, len(train)), show_progress=False)
        return _best_of_each([(train[int(at)][0], float(one)) for at, one in zip(places[0], scores[0], strict=True)])

    return ask


def linear_svc(train: Rows, _: str) -> Ask:
    """scikit-learn: TF-IDF of words, word pairs and letter groups, and a linear support vector machine."""
    vectors = make_union(
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    model = LinearSVC().fit(vectors.fit_transform([text for _, text in train]), [label for label, _ in train])

    def ask(text: str) -> Ranked:
        scores = model.decision_function(vectors.transform([text]))[0]
        return [(str(model.classes_[place]), float(scores[place])) for place in np.argsort(-scores)[:3]]

    return ask


PIPELINES: dict[str, Callable[[Rows, str], Ask]] = {
    "Tillsammans": understanding,
    "rapidfuzz WRatio": rapidfuzz_with(fuzz.WRatio),
    "rapidfuzz token_set_ratio": rapidfuzz_with(fuzz.token_set_ratio),
    "bm25s": bm25,
    "scikit-learn TF-IDF + LinearSVC": linear_svc,
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One pipeline on one draw of the training rows; shares are 0 to 1, None where the files do not tell."""

    accuracy: float
    first_three: float
    with_typos: float
    out_of_scope: float | None
    accuracy_kept: float | None
    auroc: float | None
    microseconds: float
    build_seconds: float
    megabytes: float


def main() -> None:
    """Measure every pipeline and print one table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.matching", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("train", type=Path)
    parser.add_argument("test", type=Path)
    parser.add_argument("--validation", type=Path, help="where the threshold for out of scope is set")
    parser.add_argument("--shots", type=int, help="learn from so many rows per label, drawn at random; all by default")
    parser.add_argument("--draws", type=int, default=1, help="how many such draws to average")
    parser.add_argument(
        "--in-scope", type=float, default=91.5, help="accuracy in per cent that the threshold must keep"
    )
    parser.add_argument("--sample", type=int, default=300, help="questions for the rapidfuzz rows")
    parser.add_argument("--language", default="en", help="the language id of the texts")
    parser.add_argument("--only", nargs="*", default=list(PIPELINES), choices=list(PIPELINES))
    options = parser.parse_args()
    console = Console()
    train, test = labelled(options.train), labelled(options.test)
    validation = labelled(options.validation) if options.validation else None
    table = Table(title=f"{options.train.parent.name}, {options.shots or 'all'} per label, {options.draws} draw(s)")
    for column in ("pipeline", "accuracy", "first three", "with typos", "out of scope", "AUROC", "µs", "build s", "MB"):
        table.add_column(column, justify="left" if column == "pipeline" else "right")
    for name in options.only:
        results = []
        for draw in range(options.draws):
            rows = drawn(train, options.shots, draw)
            asked, held = test, validation
            if name.startswith("rapidfuzz"):
                asked = random.Random(draw).sample(test, min(options.sample, len(test)))
                held = None
            results.append(
                measure(PIPELINES[name], rows, asked, held, options.in_scope / 100, options.language, name, console)
            )
        table.add_row(name, *_cells(results))
    console.print(table)


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


def measure(
    build: Callable[[Rows, str], Ask],
    train: Rows,
    test: Rows,
    validation: Rows | None,
    in_scope: float,
    language: str,
    name: str,
    console: Console,
) -> Measured:
    """Build a pipeline on `train` and ask it everything."""
    gc.collect()
    before, started = psutil.Process().memory_info().rss, time.perf_counter()
    ask = build(train, language)
    seconds = time.perf_counter() - started
    megabytes = (psutil.Process().memory_info().rss - before) / 1e6
    answers, times = [], []
    for _, text in track(test, name, console=console, transient=True):
        started = time.perf_counter()
        answers.append(ask(text))
        times.append(time.perf_counter() - started)
    noise = random.Random(0)
    scope = [place for place, (label, _) in enumerate(test) if label != OUT_OF_SCOPE]
    slipped = [ask(with_typos(test[place][1], noise))[:1] for place in scope]
    held = answers if validation is None else [ask(text) for _, text in validation]
    refused, kept = _refused(test, answers, threshold(validation or test, held, in_scope))
    return Measured(
        accuracy=_share([_is_first(test[place][0], answers[place]) for place in scope]),
        first_three=_share([test[place][0] in {label for label, _ in answers[place][:3]} for place in scope]),
        with_typos=_share([_is_first(test[at][0], found) for at, found in zip(scope, slipped, strict=True)]),
        out_of_scope=refused,
        accuracy_kept=kept,
        auroc=_auroc(test, answers),
        microseconds=float(np.median(times)) * 1e6,
        build_seconds=seconds,
        megabytes=megabytes,
    )


def with_typos(text: str, chance: random.Random) -> str:
    """One letter left out, put in, changed or swapped in a share of the words of three letters or more."""
    return " ".join(
        _slip(word, chance) if len(word) > 2 and chance.random() < TYPO_SHARE else word for word in text.split()
    )


def _slip(word: str, chance: random.Random) -> str:
    at, letter = chance.randrange(len(word)), chance.choice(LETTERS)
    head, tail = word[:at], word[at:]
    return chance.choice(
        [head + tail[1:], head + letter + tail, head + letter + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]]
    )


def threshold(rows: Rows, answers: Sequence[Ranked], in_scope: float) -> float:
    """The highest score from which answering keeps the accuracy in scope; minus infinity when none does."""
    scope = [(label, found) for (label, _), found in zip(rows, answers, strict=True) if label != OUT_OF_SCOPE]
    right = sorted((found[0][1] for label, found in scope if _is_first(label, found)), reverse=True)
    needed = int(np.ceil(in_scope * len(scope)))
    return right[needed - 1] if 0 < needed <= len(right) else -np.inf


def _refused(rows: Rows, answers: Sequence[Ranked], least: float) -> tuple[float | None, float | None]:
    foreign = [found for (label, _), found in zip(rows, answers, strict=True) if label == OUT_OF_SCOPE]
    scope = [(label, found) for (label, _), found in zip(rows, answers, strict=True) if label != OUT_OF_SCOPE]
    if not foreign or least == -np.inf:
        return None, None
    kept = _share([_is_first(label, found) and found[0][1] >= least for label, found in scope])
    return _share([not found or found[0][1] < least for found in foreign]), kept


def _auroc(rows: Rows, answers: Sequence[Ranked]) -> float | None:
    known = [label != OUT_OF_SCOPE for label, _ in rows]
    if all(known):
        return None
    return float(roc_auc_score(known, [found[0][1] if found else 0.0 for found in answers]))


def _best_of_each(ranked: Ranked) -> Ranked:
    best: dict[str, float] = {}
    for label, score in ranked:
        best.setdefault(label, score)
    return list(best.items())


def _is_first(label: str, ranked: Ranked) -> bool:
    return bool(ranked) and ranked[0][0] == label


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def _cells(results: Sequence[Measured]) -> list[str]:
    def mean(name: str, scale: float = 100) -> str:
        values = [getattr(one, name) for one in results if getattr(one, name) is not None]
        return f"{scale * float(np.mean(values)):.1f}" if values else "-"

    refused = f"{mean('out_of_scope')} ({mean('accuracy_kept')})"
    shares = [mean("accuracy"), mean("first_three"), mean("with_typos"), refused, mean("auroc")]
    return [*shares, mean("microseconds", 1), mean("build_seconds", 1), mean("megabytes", 1)]


if __name__ == "__main__":
    main()
