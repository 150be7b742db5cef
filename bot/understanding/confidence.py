"""How far the best topic can be trusted: what speaks for it, and the calibrated probability made of that.

The weights are a logistic regression fitted by leaving whole topics out, so that "no phrase is about this" is
learned from questions whose topic was missing. `python -m benchmarks.calibration` refits and prints them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from bot.understanding.phrase_index import Answered
from bot.understanding.softmax_head import softmax

Floats = NDArray[np.float32]

_POOLED_SHARE = 0.5
_LANGUAGE_FLOOR = 0.05
_SMALLEST = 1e-9

WEIGHTS: Mapping[str, float] = {
    "likelihood": 0.84,
    "lead": 0.46,
    "likeness": 2.67,
    "ratio": 2.07,
    "stem_weight": 2.19,
    "stem_lead": 0.13,
    "strength": 0.04,
}
"""`likelihood`: log of the probability of the best topic, `lead` of how much likelier it is than the second.
`likeness`: cosine to the topic's nearest phrase, times the share of the question's feature weight that the topic's
phrases hold; `ratio`: how alike the two are letter by letter. `stem_weight`: log of the weight of the words whose
beginnings the topic's phrases hold, small for short or common questions; `stem_lead`: by how much larger a share of all
words that is than the second topic's. `strength`: the score of the topic by itself, not beside the others, times the
root of how much of the question is known. What is like a question out of scope has a lower likelihood."""
BIAS = -7.35
AMONG_WEIGHTS: Mapping[str, float] = {
    "likelihood": 0.72,
    "lead": 0.31,
    "likeness": 2.78,
    "ratio": 1.78,
    "stem_weight": 2.35,
    "stem_lead": -0.64,
    "strength": 0.15,
}
AMONG_BIAS = -7.52
"""The same for "the topic asked for is among the best three"."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """The languages' answers taken together: the probability of each topic, less than 1 in all when questions out of
    scope are known.

    `ranked`: the numbers of the topics, likeliest first.
    """

    probabilities: Floats
    ranked: Sequence[int]


def mix(answers: Sequence[Answered], language_weights: Sequence[float], topic_count: int) -> Mixed:
    """Probabilities mixed by how likely and how well known each language is, plus half of all languages pooled.

    What the languages know beyond the first `topic_count` classes is out of scope.
    """
    coverages = [one.match.coverage for one in answers]
    shares = [(weight + _LANGUAGE_FLOOR) * known for weight, known in zip(language_weights, coverages, strict=True)]
    total = sum(shares)
    shares = [share / total if total else 1 / len(shares) for share in shares]
    logits = np.array([one.match.logits for one in answers])
    pooled = np.array([math.sqrt(known) for known in coverages], dtype=np.float32) @ logits
    parts = np.array([*shares, _POOLED_SHARE], dtype=np.float32) / np.float32(1 + _POOLED_SHARE)
    probabilities = parts @ softmax(np.vstack([logits, pooled]))
    of_topics: Floats = probabilities[:topic_count].astype(np.float32, copy=False)
    return Mixed(of_topics, (-of_topics).argsort(kind="stable").tolist())


def evidence(answers: Sequence[Answered], mixed: Mixed) -> dict[str, float]:
    """What speaks for the best topic, by the names in `WEIGHTS`."""
    best, second = (*mixed.ranked[:2], 0)[:2]
    chance, next_chance = (max(float(mixed.probabilities[one]), _SMALLEST) for one in (best, second))
    alike = [_likeness(one, best) for one in answers]
    (similarity, ratio), share = max(one[:2] for one in alike), max(one[2] for one in alike)
    held, held_by_second, all_words = _weights_of_stems(answers, best, second)
    return {
        "likelihood": math.log(chance),
        "lead": math.log(chance / next_chance),
        "likeness": similarity * share,
        "ratio": ratio,
        "stem_weight": math.log1p(held),
        "stem_lead": (held - held_by_second) / (all_words or 1.0),
        "strength": max(float(one.match.logits[best]) * math.sqrt(one.match.coverage) for one in answers),
    }


def trust(features: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that the best topic is the one asked for."""
    return _logistic(WEIGHTS, BIAS, features)


def weighed(features: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Each figure and what it added to the trust in the best topic, in log units; "bias" is what all start from."""
    return {"bias": (1.0, BIAS)} | {name: (features[name], weight * features[name]) for name, weight in WEIGHTS.items()}


def trust_in_three(features: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that the topic asked for is among the best three."""
    return max(trust(features), _logistic(AMONG_WEIGHTS, AMONG_BIAS, features))


def _logistic(weights: Mapping[str, float], bias: float, features: Mapping[str, float]) -> float:
    return 1 / (1 + math.exp(-bias - sum(weight * features[name] for name, weight in weights.items())))


def _likeness(answer: Answered, topic: int) -> tuple[float, float, float]:
    """How alike the topic's nearest phrase is, the same letter by letter, and the share that the topic holds."""
    phrase, similarity, share = answer.nearest(topic)
    if phrase < 0:
        return 0.0, 0.0, share
    ratio = fuzz.ratio(" ".join(answer.match.reading.words), answer.fitted.normals[phrase]) / 100
    return similarity, ratio, share


def _weights_of_stems(answers: Sequence[Answered], best: int, second: int) -> tuple[float, float, float]:
    """Weight of the question's words whose beginnings either topic's phrases hold in any language, and of all words."""
    same = [one for one in answers if len(one.words) == len(answers[0].words)]
    weights = reduce(np.minimum, (one.match.stem_weights for one in same))
    held, held_by_second = (
        float(weights @ reduce(np.logical_or, (one.fitted.matcher.stems_in_topic(one.match, topic) for one in same)))
        for topic in (best, second)
    )
    return held, held_by_second, float(weights.sum())
