"""A softmax head over similarities: which topic, given how alike a question is to every stored phrase.

Multinomial logistic regression with an L2 penalty in its dual form, so it costs by the number of phrases, not of
features. Solved by a fixed number of accelerated steps against one Cholesky factorisation (a quadratic bound of
the loss, after Böhning 1992); fixed, so the same phrases always give the same head.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_PENALTY = 0.03
_CURVATURE = 0.12
_STEPS = 16
SETTINGS = (_PENALTY, _CURVATURE, _STEPS)
"""With others, the same phrases give another head."""


def fit_softmax(similarity: Floats, labels: NDArray[np.int32], known: Floats) -> Floats:
    """Coefficients, phrases x labels, to multiply a question's similarities with.

    `similarity`: phrases x phrases, symmetric; it is used up, so that the square is in memory only once.
    `labels`: the label of each phrase. `known`: phrases x labels, scores that other phrases already give these.
    """
    from scipy.linalg.blas import ssymm
    from scipy.linalg.lapack import spotrf, spotrs

    phrases = np.arange(len(labels))
    wanted = np.zeros(known.shape, dtype=np.float32, order="F")
    wanted[phrases, labels] = 1
    diagonal = similarity.diagonal().copy()
    similarity[phrases, phrases] += _PENALTY / _CURVATURE
    # Only the upper triangle and the diagonal become the factor; the lower one still holds the similarities.
    square, failed = spotrf(similarity.T, lower=0, clean=0, overwrite_a=1)
    if failed:
        raise ValueError(f"similarities of {len(labels)} phrases are no inner products (row {failed})")
    surplus = (square.diagonal() - diagonal)[:, None]
    current = np.zeros_like(wanted)
    previous = current
    for step in range(_STEPS):
        ahead = current + np.float32(step / (step + 3)) * (current - previous)
        previous = current
        scores = known + ssymm(1, square, ahead, lower=1) - surplus * ahead
        gradient = softmax(scores) - wanted + np.float32(_PENALTY) * ahead
        descent, _ = spotrs(square, gradient / np.float32(_CURVATURE), lower=0)
        current = ahead - descent
    return np.ascontiguousarray(current, dtype=np.float32)


def softmax(scores: Floats) -> Floats:
    """Probabilities over the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True, initial=-np.inf))
    probabilities: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities
