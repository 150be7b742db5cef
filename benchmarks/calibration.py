"""Fits the weights of the confidence (bot/understanding/confidence.py) on development questions, and draws how well
they are calibrated.

Whole topics are left out in turn, so that their questions become ones that nothing answers; the weights then predict
whether the best topic is the right one. Questions are weighted so that the answerable and the unanswerable of every
length count alike: length itself must not tell them apart. The test part of the questions is never read.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from benchmarks.material import Material, development_questions, own_material
from bot.knowledge.content import split_label
from bot.understanding import Understanding
from bot.understanding.confidence import WEIGHTS

FOLDS = 5
ANSWERABLE_SHARE = 0.8
"""Share of questions taken to have an answer: residents mostly ask what the service is for."""
STORED_PHRASE_SHARE = 0.1
KIND_WEIGHTS = {"known": 1 / (FOLDS - 1), "foreign": 1 / FOLDS, "phrase": 0.45, "out-of-scope": 0.2}
"""Known and foreign questions are asked with each fold left out; stored ones are further from what residents write."""
LENGTH_BINS = (2, 3, 4, 5, 7, 10)
LARGEST_CORRECTION = 5.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """One question asked with some topics left out.

    `kind`: known, left-out, foreign, phrase (a stored one, of a topic left out), or out-of-scope (one of those stored,
    left out). `right`: the best topic is the one asked for; `among`: one of the best three is.
    """

    kind: str
    language: str
    topic: str
    words: int
    right: bool
    among: bool
    features: tuple[float, ...]


def main() -> None:
    """Print the weights to write into bot/understanding/confidence.py."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__)
    parser.add_argument("--picture", type=Path, help="where to write the reliability diagram (SVG)")
    arguments = parser.parse_args()
    console = Console()
    rows = list(collect(own_material(), console))
    weights = balanced_weights(rows)
    predicted = cross_validated(rows, weights)
    for name, among in (("WEIGHTS", False), ("AMONG_WEIGHTS", True)):
        model = fit(rows, weights, among=among)
        table = Table("feature", "weight", title=f"{name} from {len(rows):,} questions")
        for feature, weight in zip(WEIGHTS, model.coef_[0], strict=True):
            table.add_row(feature, f"{weight:.2f}")
        table.add_row("bias", f"{float(model.intercept_[0]):.2f}")
        console.print(table)
    bins = reliability(rows, weights, predicted)
    for low, said, true, count in bins:
        console.print(f"said {said:.2f}  true {true:.2f}  ({count} questions from {low:.1f})")
    if arguments.picture:
        arguments.picture.write_text(picture(bins), encoding="utf-8")


def collect(material: Material, console: Console) -> Iterator[Row]:
    """Every question with each fifth of the topics left out."""
    topics = sorted({one.topic for one in material.examples})
    whole = sorted({split_label(topic)[0] for topic in topics})
    order = random.Random(3).sample(whole, len(whole))
    fold_of = {topic: place % FOLDS for place, topic in enumerate(order)}
    questions = development_questions()
    asked = {one.language for one in questions}
    outside = [(text, language) for language, texts in material.out_of_scope.items() for text in texts]
    for fold in range(FOLDS):
        left_out = {topic for topic in topics if fold_of[split_label(topic)[0]] == fold}
        unheard = set(outside[fold::FOLDS])
        understanding = Understanding.fit(
            [one for one in material.examples if one.topic not in left_out],
            material.profiles,
            small_talk=material.small_talk,
            names=material.names,
            background=[one for one in material.background if one.topic not in left_out],
            out_of_scope={
                language: [text for text in texts if (text, language) not in unheard]
                for language, texts in material.out_of_scope.items()
            },
        )
        chance = random.Random(fold)
        queries = [(one.text, one.language, one.topics, one.kind) for one in questions if one.kind != "crisis"]
        queries += [
            (one.text, one.language, frozenset({one.topic}), "phrase")
            for one in material.examples
            if one.topic in left_out and one.language in asked and chance.random() < STORED_PHRASE_SHARE
        ]
        queries += [(*one, frozenset[str](), "out-of-scope") for one in sorted(unheard) if one[1] in asked]
        for text, language, right, kind in track(queries, f"left out {fold + 1} of {FOLDS}", console=console):
            row = _ask(understanding, text, language, right, kind, left_out)
            if row is not None:
                yield row


def _ask(
    understanding: Understanding, text: str, language: str, right: frozenset[str], kind: str, left_out: set[str]
) -> Row | None:
    understood, figures = understanding.figures(text)
    if not figures:
        return None
    best, *others = (split_label(one.topic)[0] for one in understood.candidates)
    if kind == "answer":
        kind = "left-out" if right & {split_label(one)[0] for one in left_out} else "known"
    elif kind in {"unknown", "lookalike"}:
        kind, right = "foreign", frozenset()
    features = tuple(figures[name] for name in WEIGHTS)
    topic = min(right, default="-")
    known = kind == "known"
    among = known and bool(right & {best, *others})
    return Row(kind, language, topic, len(text.split()), known and best in right, among, features)


def balanced_weights(rows: Sequence[Row]) -> Floats:
    """Weights under which questions of each length are answerable in the same share."""
    weights = np.array([KIND_WEIGHTS.get(one.kind, 1.0) for one in rows])
    known = np.array([one.kind == "known" for one in rows])
    bins = np.digitize([one.words for one in rows], LENGTH_BINS)
    for number in np.unique(bins):
        here = bins == number
        total = weights[here].sum()
        for group, share in ((here & known, ANSWERABLE_SHARE), (here & ~known, 1 - ANSWERABLE_SHARE)):
            if group.any():
                weights[group] *= min(LARGEST_CORRECTION, share * total / weights[group].sum())
    return weights


def fit(rows: Sequence[Row], weights: Floats, *, among: bool) -> LogisticRegression:
    """The logistic regression of "the best topic is right", or of "the right one is `among` the three"."""
    wanted = [one.among if among else one.right for one in rows]
    return LogisticRegression(max_iter=5_000).fit(_matrix(rows), wanted, sample_weight=weights)


def cross_validated(rows: Sequence[Row], weights: Floats) -> Floats:
    """How sure the best topic is for each row, from the rows of other topics."""
    group = np.array([sum(map(ord, one.topic)) % FOLDS for one in rows])
    predicted = np.zeros(len(rows))
    for number in range(FOLDS):
        other = [place for place, one in enumerate(group) if one != number]
        model = fit([rows[one] for one in other], weights[other], among=False)
        predicted[group == number] = model.predict_proba(_matrix(rows)[group == number])[:, 1]
    return predicted


def reliability(rows: Sequence[Row], weights: Floats, predicted: Floats) -> list[tuple[float, float, float, int]]:
    """Per tenth of predicted confidence: lower end, mean said, share right, number of questions."""
    right = np.array([one.right for one in rows])
    bins = []
    for low in np.arange(0, 1, 0.1):
        here = (predicted >= low) & (predicted < low + 0.1)
        if here.any():
            said, true = (float(np.average(values[here], weights=weights[here])) for values in (predicted, right))
            bins.append((float(low), said, true, int(here.sum())))
    return bins


def picture(bins: Sequence[tuple[float, float, float, int]]) -> str:
    """A reliability diagram as SVG: what was said against how often it was true."""
    points = [(40 + 320 * said, 360 - 320 * true, count) for _, said, true, count in bins]
    dots = "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{3 + min(7, count / 200):.1f}" fill="#1b5e9b">'
        f"<title>{count} questions</title></circle>"
        for x, y, count in points
    )
    title = escape("Confidence said (across) and how often it was right (up)")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" font-family="sans-serif" font-size="12">'
        f'<title>{title}</title><rect width="400" height="400" fill="#fff"/>'
        '<path d="M40 360H360M40 360V40" stroke="#333" fill="none"/><path d="M40 360L360 40" stroke="#bbb"/>'
        f'{dots}<text x="40" y="385">0</text><text x="345" y="385">1</text><text x="20" y="50">1</text>'
        f'<text x="70" y="30">{title}</text></svg>\n'
    )


def _matrix(rows: Sequence[Row]) -> Floats:
    return np.array([one.features for one in rows])


if __name__ == "__main__":
    main()
