"""A place to keep heads that lasts as long as a test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class HeadsInMemory:
    """Keeps heads in memory and counts how many were found."""

    def __init__(self) -> None:
        self.heads: dict[str, NDArray[np.float32]] = {}
        self.found = 0

    def load(self, key: str) -> NDArray[np.float32] | None:
        """What was kept under `key`."""
        self.found += key in self.heads
        return self.heads.get(key)

    def save(self, key: str, coefficients: NDArray[np.float32]) -> None:
        """Keep it."""
        self.heads[key] = coefficients
