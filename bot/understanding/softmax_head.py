"""A softmax head over similarities: which topic, given how alike a question is to every stored phrase.

Multinomial logistic regression with an L2 penalty in its dual form, so it costs by the number of phrases, not of
features. Each phrase has to be known by a margin, so that those which are known anyway do not go on drawing the head
after them. Solved by a fixed number of accelerated steps against one Cholesky factorisation (a quadratic bound of
the loss, after Böhning 1992); fixed, so the same phrases always give the same head.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_PENALTY = 0.05
_MARGIN = 3.0
_CURVATURE = 0.12
_RIDGE = np.float32(_PENALTY / _CURVATURE)
SETTINGS = (_PENALTY, _MARGIN, _CURVATURE)
"""With others, the same phrases give another head. Chosen on validation data (benchmarks/matching.py)."""


def fit_softmax(
    similarity: Floats, labels: NDArray[np.int32], known: Floats, steps: int, start: Floats | None = None
) -> Floats:
    """Coefficients, phrases x labels, to multiply a question's similarities with, after so many steps from `start`.

    `similarity`: phrases x phrases, symmetric; it is used up, so that the square is in memory only once.
    `labels`: the label of each phrase. `known`: phrases x labels, scores that other phrases already give these.
    """
    from scipy.linalg.lapack import spotrf, spotrs

    phrases = np.arange(len(labels))
    wanted = np.zeros(known.shape, dtype=np.float32, order="F")
    wanted[phrases, labels] = 1
    others: NDArray[Any] = np.asfortranarray(known) - np.float32(_MARGIN) * wanted
    # `image` is the square below times `current`, carried along: a step then costs one product with a matrix, not two.
    current: NDArray[Any] = np.zeros_like(wanted) if start is None else np.asfortranarray(start)
    image: NDArray[Any] = (
        np.zeros_like(wanted) if start is None else np.asfortranarray(similarity @ start + _RIDGE * start)
    )
    similarity[phrases, phrases] += _RIDGE
    square, failed = spotrf(similarity.T, lower=0, clean=0, overwrite_a=1)
    if failed:
        raise ValueError(f"similarities of {len(labels)} phrases are no inner products (row {failed})")
    previous, previous_image = current, image
    for step in range(steps):
        momentum = np.float32(step / (step + 3))
        ahead = current + momentum * (current - previous)
        ahead_image = image + momentum * (image - previous_image)
        previous, previous_image = current, image
        scores = others + ahead_image - _RIDGE * ahead
        descent = (softmax(scores) - wanted + np.float32(_PENALTY) * ahead) / np.float32(_CURVATURE)
        image = ahead_image - descent
        current = ahead - spotrs(square, descent, lower=0, overwrite_b=1)[0]
    return np.ascontiguousarray(current, dtype=np.float32)


def softmax(scores: Floats) -> Floats:
    """Probabilities over the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True, initial=-np.inf))
    probabilities: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities
