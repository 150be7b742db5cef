"""What of a phrase is compared: its words, word beginnings, letter groups inside words, and pairs of words.

Letter groups carry inflection, compounds and typing slips in every script, so no language needs a stemmer; pairs
carry what single words cannot ("byta lägenhet", "byta språk"). A feature is a 64-bit key: its kind above 32 bits of
CRC, so that a whole language's features are one sorted array and the same in every process.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate
from typing import Any, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.understanding.normalising import fold

Keys = NDArray[np.uint64]
Floats = NDArray[np.float32]
Number = TypeVar("Number", np.int64, np.uint64)


class Kind(IntEnum):
    """Kinds of feature."""

    WORD = 0  # level 1: keeps "får" apart from "far"
    FOLDED_WORD = 1
    BEGINNING = 2
    LETTERS = 3
    PAIR = 4


KIND_WEIGHTS: Floats = np.array([0.5, 1.0, 1.05, 0.7, 0.6], dtype=np.float32)
"""Weight per kind, chosen on validation data of CLINC150, BANKING77 and our own questions (benchmarks/matching.py)."""

_BEGINNING_LENGTH = 4
_PAIR_LENGTH = 5
_PAIR_WINDOW = 3
_GROUP_LENGTHS = (2, 3)
# Arabic writes "and", "in", "for" and "the" in front of the word, which then would not begin like itself.
_ARABIC_PREFIX = re.compile("^[وف]?(?:بال|کال|ال|لل)(?=...)")
_LONGEST_WORD = 40  # Letter groups of one word: bounds what a pasted blob costs.


@lru_cache(maxsize=16_384)
def word_keys(word: str) -> Keys:
    """Feature keys of one level-1 word: those of WORD, FOLDED_WORD and BEGINNING, in that order, then LETTERS."""
    folded = fold(word)
    bordered = f"<{folded[:_LONGEST_WORD]}>"
    letters = _encoded(bordered)
    starts = [0, *accumulate(len(_encoded(letter)) for letter in bordered)]
    groups = [
        Kind.LETTERS << 32 | crc32(letters[start:end])
        for length in _GROUP_LENGTHS
        for start, end in zip(starts, starts[length:], strict=False)
    ]
    stem = _ARABIC_PREFIX.sub("", folded)[:_BEGINNING_LENGTH]
    of_words = _key(Kind.WORD, word), _key(Kind.FOLDED_WORD, folded), _key(Kind.BEGINNING, stem)
    keys = np.array([*of_words, *groups], dtype=np.uint64)
    keys.flags.writeable = False  # It is remembered, and given to everybody who asks.
    return keys


def folded_word_key(word: str) -> int:
    """The key under which a level-1 word is known whatever its diacritics."""
    return _key(Kind.FOLDED_WORD, fold(word))


def pair_keys(words: Sequence[str]) -> Keys:
    """Keys of ordered pairs of word beginnings, up to three words apart."""
    stems = [fold(word)[:_PAIR_LENGTH] for word in words]
    keys = [
        _pair_key(first, second)
        for position, first in enumerate(stems)
        for second in stems[position + 1 : position + 1 + _PAIR_WINDOW]
    ]
    return np.array(keys, dtype=np.uint64)


@lru_cache(maxsize=4_096)
def _pair_key(first: str, second: str) -> int:
    return _key(Kind.PAIR, f"{first} {second}")


def text_keys(words: Sequence[str]) -> Keys:
    """All keys of a text, a key as often as it occurs."""
    return np.concatenate([*map(word_keys, words), pair_keys(words)])


def counted(keys: NDArray[Number]) -> tuple[NDArray[Number], Floats]:
    """The different ones of `keys`, sorted, and how often each stands there."""
    ordered = np.sort(keys)
    is_edge = np.ones(len(ordered) + 1, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_edge[1:-1])
    edges = is_edge.nonzero()[0]
    return ordered[edges[:-1]], (edges[1:] - edges[:-1]).astype(np.float32)


def found_in(within: NDArray[Any], numbers: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For each number its place in `within`, which is sorted, and whether it stands there at all."""
    if not len(within):
        return np.zeros(len(numbers), dtype=np.int64), np.zeros(len(numbers), dtype=np.bool_)
    places = np.minimum(within.searchsorted(numbers), len(within) - 1)
    return places, within[places] == numbers


def kind_weights(keys: Keys, of_kinds: Floats = KIND_WEIGHTS) -> Floats:
    """The weight of each key's kind."""
    weights: Floats = of_kinds[(keys >> np.uint64(32)).astype(np.intp)]
    return weights


def _key(kind: Kind, text: str) -> int:
    return kind << 32 | crc32(_encoded(text))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
