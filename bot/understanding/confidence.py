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

SHARPNESS = 1.0
POOLED_SHARE = 0.5
_LANGUAGE_FLOOR = 0.05

WEIGHTS: Mapping[str, float] = {
    "log_best": 0.646,
    "lead": 0.046,
    "entropy": -2.395,
    "similarity": 1.970,
    "token_set": 0.304,
    "ratio": 1.140,
    "known": 1.404,
    "hit": 1.892,
    "coverage": 1.769,
    "length": 0.644,
    "similarity_hit": -2.328,
    "energy": 0.0,
}
BIAS = -3.013


@dataclass(frozen=True, slots=True)
class Mixed:
    """The languages' answers taken together: probability per topic, and how strongly any topic is spoken for."""

    probabilities: Floats
    energy: float
    weights: tuple[float, ...]


def mix(answers: Sequence[Answered], language_weights: Sequence[float]) -> Mixed:
    """Probabilities mixed by how likely and how well known each language is, plus half of all languages pooled."""
    trust = np.array(
        [
            (weight + _LANGUAGE_FLOOR) * one.match.coverage
            for weight, one in zip(language_weights, answers, strict=True)
        ],
        dtype=np.float32,
    )
    trust = trust / trust.sum() if trust.sum() > 0 else np.full(len(answers), 1 / len(answers), dtype=np.float32)
    logits = np.stack([SHARPNESS * one.match.logits for one in answers])
    routed = trust @ softmax(logits)
    known = np.sqrt(np.array([one.match.coverage for one in answers], dtype=np.float32))
    summed = known @ logits
    pooled = softmax(summed)
    probabilities: Floats = ((routed + POOLED_SHARE * pooled) / (1 + POOLED_SHARE)).astype(np.float32)
    energy = float(np.max(trust @ logits)) if len(answers) else 0.0
    return Mixed(probabilities, energy, tuple(float(one) for one in trust))


def evidence(answers: Sequence[Answered], mixed: Mixed, topic: int) -> dict[str, float]:
    """What speaks for a topic, by the names in `WEIGHTS`."""
    order = np.sort(mixed.probabilities)[::-1]
    best = max(float(mixed.probabilities[topic]), 1e-9)
    rival = float(order[1] if best >= order[0] else order[0]) if len(order) > 1 else 1e-9
    entropy = -float(np.sum(order * np.log(np.maximum(order, 1e-9)))) / math.log(max(2, len(order)))
    similarity, token_set, ratio = max(_likeness(one, topic) for one in answers)
    known, hit, weight = _shares(answers, topic)
    return {
        "log_best": math.log(best),
        "lead": math.log(best) - math.log(max(rival, 1e-9)),
        "entropy": entropy,
        "similarity": similarity,
        "token_set": token_set,
        "ratio": ratio,
        "known": known,
        "hit": hit,
        "coverage": max(one.match.coverage for one in answers),
        "length": math.log1p(len(answers[0].words)),
        "similarity_hit": similarity * hit,
        "energy": mixed.energy,
        "topic_share": max(one.fitted.matcher.share_in_topic(one.match, topic) for one in answers),
        "hit_weight": math.log1p(hit * weight),
        "missing_weight": math.log1p((1 - hit) * weight),
        "unknown_weight": math.log1p((1 - known) * weight),
    }


def trust(features: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that the best topic is the one asked for."""
    return 1 / (1 + math.exp(-BIAS - sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())))


def _likeness(answer: Answered, topic: int) -> tuple[float, float, float]:
    phrase, similarity = answer.nearest(topic)
    if phrase < 0:
        return 0.0, 0.0, 0.0
    question, stored = " ".join(answer.match.reading.words), answer.fitted.normals[phrase]
    return similarity, fuzz.token_set_ratio(question, stored) / 100, fuzz.ratio(question, stored) / 100


def _shares(answers: Sequence[Answered], topic: int) -> tuple[float, float, float]:
    """Shares of the question's word weight that any phrase knows, and that the topic's own phrases know; that weight."""
    same = [one for one in answers if len(one.words) == len(answers[0].words)]
    weights = np.min([one.match.word_weights for one in same], axis=0)
    known = np.any([one.match.word_numbers >= 0 for one in same], axis=0)
    hit = np.any([one.words_in_topic(topic) for one in same], axis=0)
    total = float(weights.sum())
    if not total:
        return 0.0, 0.0, 0.0
    return float(weights[known].sum()) / total, float(weights[hit].sum()) / total, total
