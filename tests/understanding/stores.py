"""A place to keep arrays that lasts as long as a test."""

from __future__ import annotations

from bot.understanding.keeping import Arrays


class ArraysInMemory:
    """Keeps arrays in memory and counts how many were found."""

    def __init__(self) -> None:
        self.kept: dict[str, Arrays] = {}
        self.found = 0

    def load(self, key: str) -> Arrays | None:
        """What was kept under `key`."""
        self.found += key in self.kept
        return self.kept.get(key)

    def save(self, key: str, arrays: Arrays) -> None:
        """Keep it."""
        self.kept[key] = arrays
