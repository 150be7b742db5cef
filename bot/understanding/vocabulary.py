"""The words a language's phrases use, and how an unseen word is read as words that are known.

A word with one letter wrong, missing, extra or swapped is read as its known neighbour; a compound as its parts
("hyresrättskö": hyresrätt, kö); two words that are known as one as that one ("bostads kö"). A reading is added to
what was written, never put in its place: a wrong guess then costs little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from bot.understanding.normalising import fold

_SHORTEST_REPAIRED = 4
_LONGEST_REPAIRED = 24
_SHORTEST_COMPOUND = 6
_SHORTEST_HEAD = 3
_SHORTEST_TAIL = 2
_KEPT_WORDS = 1_000


Deletions = tuple[NDArray[np.uint32], NDArray[np.int32]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A question's words with slips mended (`words`, one per word written), and further words they may stand for."""

    words: tuple[str, ...]
    extra: tuple[str, ...]


class Vocabulary:
    """Folded words and their frequency, with an index of one-letter deletions. Immutable after construction."""

    def __init__(
        self,
        written: Mapping[str, int],
        parts_of_compounds: Iterable[str] | None = None,
        deletions: Deletions | None = None,
    ) -> None:
        """`written`: level-1 words and how often each stands in the phrases. `parts_of_compounds`: those that may stand
        in a compound; all when None. `deletions`: what `one_letter_less` gives for them."""
        counts = Counter[str]()
        for word, times in written.items():
            counts[fold(word)] += times
        self._words = sorted(counts)
        self._counts = counts
        self._parts = frozenset(self._words if parts_of_compounds is None else map(fold, parts_of_compounds))
        self._deletions, self._deleted_from = deletions or one_letter_less(written)
        self._unknown = lru_cache(maxsize=_KEPT_WORDS)(self._read_unknown)

    def __contains__(self, word: str) -> bool:
        return fold(word) in self._counts

    def can_read(self, word: str) -> bool:
        """Whether the word is known, or a slip or compound of what is known."""
        folded = fold(word)
        return folded in self._counts or self._unknown(folded) != (None, ())

    def read(self, words: Sequence[str]) -> Reading:
        """The words with slips mended, and what else they may stand for."""
        mended: list[str] = []
        extra: list[str] = []
        all_folded = [fold(word) for word in words]
        for word, folded in zip(words, all_folded, strict=True):
            neighbour, parts = (None, ()) if folded in self._counts else self._unknown(folded)
            mended.append(neighbour or word)
            extra += [word] if neighbour else parts
        extra += [joined for pair in pairwise(all_folded) if (joined := self._joined(*pair))]
        return Reading(tuple(mended), tuple(extra))

    def _read_unknown(self, folded: str) -> tuple[str | None, tuple[str, ...]]:
        """The known word that is one slip away, or else the known words that the word is made of."""
        neighbour = self._neighbour(folded)
        return neighbour, () if neighbour else tuple(self.split(folded))

    def split(self, folded: str) -> list[str]:
        """The known words a compound is made of, an empty list when it is none."""
        best: list[str] = []
        for cut in range(_SHORTEST_HEAD, len(folded) - _SHORTEST_TAIL + 1 if len(folded) >= _SHORTEST_COMPOUND else 0):
            head, tail = folded[:cut], folded[cut:]
            if tail not in self._parts:
                continue
            for form in (head, head.removesuffix("s")):
                if form in self._parts and len(form) >= _SHORTEST_HEAD:
                    best = max(best, [form, tail], key=lambda parts: min(map(len, parts), default=0))
        return best

    def _joined(self, first: str, second: str) -> str | None:
        if len(first) + len(second) < _SHORTEST_COMPOUND - 1:
            return None
        forms = (first + second if first[-1:] not in "ao" else fold(first + second), f"{first}s{second}")
        return next((form for form in forms if form in self._counts and len(form) >= _SHORTEST_COMPOUND), None)

    def _neighbour(self, folded: str) -> str | None:
        """The known word one slip away; the most frequent of several, one with the same first letter before others."""
        if not _SHORTEST_REPAIRED <= len(folded) <= _LONGEST_REPAIRED or not len(self._deletions):
            return None
        forms = np.array([_hash(form) for form in _with_one_letter_less(folded)], dtype=np.uint32)
        first = self._deletions.searchsorted(forms, side="left")
        last = self._deletions.searchsorted(forms, side="right")
        numbers = {int(one) for start, end in zip(first, last, strict=True) for one in self._deleted_from[start:end]}
        close = [word for word in (self._words[one] for one in numbers) if OSA.distance(word, folded) == 1]
        return min(close, key=lambda word: (word[0] != folded[0], -self._counts[word], word), default=None)


def one_letter_less(written: Iterable[str]) -> Deletions:
    """For the folded words in alphabetical order: hashes of all that is left of one without a letter, sorted, and for
    each the number of its word. What takes long of a vocabulary, and can be kept."""
    words = sorted(set(map(fold, written)))
    deletions = sorted(
        (_hash(form), number)
        for number, word in enumerate(words)
        if _SHORTEST_REPAIRED <= len(word) <= _LONGEST_REPAIRED
        for form in _with_one_letter_less(word)
    )
    hashes, numbers = [form for form, _ in deletions], [number for _, number in deletions]
    return np.array(hashes, dtype=np.uint32), np.array(numbers, dtype=np.int32)


def _with_one_letter_less(word: str) -> set[str]:
    return {word, *(word[:position] + word[position + 1 :] for position in range(len(word)))}


def _hash(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"))
