"""A softmax head over similarities: which topic, given how alike a question is to every stored phrase.

Multinomial logistic regression with an L2 penalty in its dual form, so it costs by the number of phrases, not of
features. Solved by a fixed number of accelerated steps against one Cholesky factorisation (a quadratic bound of
the loss, after Böhning 1992); fixed, so the same phrases always give the same head.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

Floats = NDArray[np.float32]

_PENALTY = 0.06
_CURVATURE = 0.12
_STEPS = 8


def fit_softmax(similarity: Floats, labels: NDArray[np.int32], label_count: int) -> Floats:
    """Coefficients, phrases x labels, to multiply a question's similarities with.

    `similarity`: phrases x phrases, symmetric, ones on the diagonal. `labels`: the label of each phrase.
    """
    wanted = np.zeros((len(labels), label_count), dtype=np.float32)
    wanted[np.arange(len(labels)), labels] = 1
    bound = _CURVATURE * similarity
    bound[np.diag_indices_from(bound)] += _PENALTY
    factor = cho_factor(bound, overwrite_a=True, check_finite=False)
    current = np.zeros_like(wanted)
    previous = current
    for step in range(_STEPS):
        ahead = current + np.float32(step / (step + 3)) * (current - previous)
        previous = current
        gradient = softmax(similarity @ ahead) - wanted + np.float32(_PENALTY) * ahead
        current = ahead - cho_solve(factor, gradient, overwrite_b=True, check_finite=False)
    return np.ascontiguousarray(current, dtype=np.float32)


def softmax(scores: Floats) -> Floats:
    """Probabilities over the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True, initial=-np.inf))
    probabilities: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities
