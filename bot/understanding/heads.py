"""Fitting a head takes seconds and gives megabytes, so heads are kept between starts, by what they were made of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]


class HeadStore(Protocol):
    """Where fitted heads are kept. Neither call raises: a head that is not found is fitted again."""

    def load(self, key: str) -> Floats | None:
        """The coefficients kept under `key`, or None."""
        ...

    def save(self, key: str, coefficients: Floats) -> None:
        """Keep coefficients under `key`."""
        ...


def kept_head(store: HeadStore | None, key: str, phrases: int, fit: Callable[[], Floats]) -> Floats:
    """The coefficients, `phrases` x topics, that `store` keeps under `key`; without them those of `fit`, then kept."""
    kept = store.load(key) if store else None
    if kept is not None and kept.shape[0] == phrases:
        return kept
    coefficients = fit()
    if store:
        store.save(key, coefficients)
    return coefficients


def fingerprint(matrix: csr_matrix, topics: NDArray[np.int32], settings: object) -> str:
    """What a head depends on, in 32 hex digits: the features and weights of every phrase, its topic, the settings."""
    digest = hashlib.sha256(repr((settings, matrix.shape)).encode())
    for array in (matrix.indptr, matrix.indices, matrix.data, topics):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:32]
