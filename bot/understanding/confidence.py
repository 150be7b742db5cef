"""How far the best topic can be trusted: what speaks for it, and the calibrated probability made of that.

The weights are a logistic regression fitted by leaving whole topics out, so that "no phrase is about this" is
learned from questions whose topic was missing. `python -m benchmarks.calibration` refits and prints them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    "lead": 0.67,
    "energy": 0.22,
    "similarity": 2.17,
    "ratio": 1.54,
    "topic_share": 1.06,
    "share_lead": 1.38,
    "stem_weight": 2.62,
}
"""`lead`: log of how much likelier the best topic is than the second. `energy`: the head's score of the best topic.
`similarity`: cosine to the topic's nearest phrase, and `ratio` how alike the two are letter by letter. `topic_share`:
share of the question's feature weight that the topic's phrases hold; `share_lead` by how much that is more than the
second topic's. `stem_weight`: log of the weight of its words whose beginnings they hold, small for short or common
questions."""
BIAS = -10.62
AMONG_WEIGHTS: Mapping[str, float] = {
    "lead": 0.46,
    "energy": 0.33,
    "similarity": 2.26,
    "ratio": 1.18,
    "topic_share": 0.32,
    "share_lead": 0.19,
    "stem_weight": 2.23,
}
AMONG_BIAS = -8.77
"""The same for "the topic asked for is among the best three"."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """The languages' answers taken together: probability per topic, and how strongly any topic is spoken for."""

    probabilities: Floats
    energy: float


def mix(answers: Sequence[Answered], language_weights: Sequence[float]) -> Mixed:
    """Probabilities mixed by how likely and how well known each language is, plus half of all languages pooled."""
    shares = np.array(
        [
            (weight + _LANGUAGE_FLOOR) * one.match.coverage
            for weight, one in zip(language_weights, answers, strict=True)
        ],
        dtype=np.float32,
    )
    shares = shares / shares.sum() if shares.sum() > 0 else np.full_like(shares, 1 / len(shares))
    logits = np.stack([one.match.logits for one in answers])
    known = np.sqrt(np.array([one.match.coverage for one in answers], dtype=np.float32))
    routed, pooled = shares @ softmax(logits), softmax(known @ logits)
    probabilities = (routed + np.float32(_POOLED_SHARE) * pooled) / np.float32(1 + _POOLED_SHARE)
    return Mixed(probabilities.astype(np.float32), float(np.max(shares @ logits)))


def evidence(answers: Sequence[Answered], mixed: Mixed) -> dict[str, float]:
    """What speaks for the best topic, by the names in `WEIGHTS`."""
    best, second = (int(one) for one in (*np.argsort(-mixed.probabilities, kind="stable")[:2], 0)[:2])
    share, rival_share = (
        max(one.fitted.matcher.share_in_topic(one.match, topic) for one in answers) for topic in (best, second)
    )
    similarity, ratio = max(_likeness(one, best) for one in answers)
    chances = np.maximum(mixed.probabilities, _SMALLEST)
    return {
        "lead": math.log(chances[best] / chances[second]),
        "energy": mixed.energy,
        "similarity": similarity,
        "ratio": ratio,
        "topic_share": share,
        "share_lead": share - rival_share,
        "stem_weight": math.log1p(_weight_of_stems_in(answers, best)),
    }


def trust(features: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that the best topic is the one asked for."""
    return _logistic(WEIGHTS, BIAS, features)


def trust_in_three(features: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that the topic asked for is among the best three."""
    return max(trust(features), _logistic(AMONG_WEIGHTS, AMONG_BIAS, features))


def _logistic(weights: Mapping[str, float], bias: float, features: Mapping[str, float]) -> float:
    return 1 / (1 + math.exp(-bias - sum(weight * features[name] for name, weight in weights.items())))


def _likeness(answer: Answered, topic: int) -> tuple[float, float]:
    phrase, similarity = answer.nearest(topic)
    if phrase < 0:
        return 0.0, 0.0
    return similarity, fuzz.ratio(" ".join(answer.match.reading.words), answer.fitted.normals[phrase]) / 100


def _weight_of_stems_in(answers: Sequence[Answered], topic: int) -> float:
    """Weight of the question's words whose beginnings the topic's phrases hold in any of the languages."""
    same = [one for one in answers if len(one.words) == len(answers[0].words)]
    weights = np.min([one.match.stem_weights for one in same], axis=0)
    return float(weights @ np.any([one.fitted.matcher.stems_in_topic(one.match, topic) for one in same], axis=0))
