"""What takes long to fit is kept between starts, by what it was fitted to, as plain arrays of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]


class ArrayStore(Protocol):
    """Where arrays are kept. Neither call raises: what is not found is fitted again."""

    def load(self, key: str) -> Arrays | None:
        """The arrays kept under `key`, or None."""
        ...

    def save(self, key: str, arrays: Arrays) -> None:
        """Keep arrays under `key`."""
        ...


def kept(store: ArrayStore | None, key: str, is_whole: Callable[[Arrays], bool], fit: Callable[[], Arrays]) -> Arrays:
    """What `store` keeps under `key`, if it `is_whole`; otherwise what `fit` gives, kept from now on."""
    found = store.load(key) if store else None
    if found is not None and is_whole(found):
        return found
    arrays = fit()
    if store:
        store.save(key, arrays)
    return arrays
