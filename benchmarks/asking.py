"""One matcher asked a file of questions: how often it is right, what it refuses, what it costs.

Times are of the processor, not of the clock: they are the same on a busy machine.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import psutil
from sklearn.metrics import roc_auc_score

from benchmarks.pipelines import Ask, Ranked, Rows
from bot.understanding.model import OUT_OF_SCOPE

TYPO_SHARE = 0.15
LETTERS = "abcdefghijklmnopqrstuvwxyz"


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


def measure(
    build: Callable[[Rows], Ask], train: Rows, test: Rows, validation: Rows | None = None, in_scope: float = 0.915
) -> Measured:
    """Build a pipeline on `train` and ask it everything."""
    gc.collect()
    before, started = psutil.Process().memory_info().rss, time.process_time()
    ask = build(train)
    seconds = time.process_time() - started
    megabytes = (psutil.Process().memory_info().rss - before) / 1e6
    answers, times = [], []
    for _, text in test:
        started = time.thread_time()
        answers.append(ask(text))
        times.append(time.thread_time() - started)
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


def _is_first(label: str, ranked: Ranked) -> bool:
    return bool(ranked) and ranked[0][0] == label


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
