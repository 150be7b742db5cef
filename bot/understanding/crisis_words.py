"""Which words of the crisis patterns a word of a message may stand for: as written, mistyped or run together."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from bot.understanding.crisis_patterns import WordForm
from bot.understanding.normalising import fold

Numbers = NDArray[np.uint32]

_TYPO_HEAD = 6  # Letters a mistyped word is looked up by; no pattern's word shorter than this is read with typos.
_FREE_FIRST_LETTER = 8  # Below this the first letter must be right: "killing" is not "billing".
_HEAD = 4  # Letters an open word is looked up by; shorter ones by all they have.
_TAIL = 2
_INNER = 3
_LONGEST_PIECE = 14  # Longest word looked for inside a word written without spaces.
_LEFT_OVER_COST = 3
_LONGEST_KEPT = 40
_KEPT_WORDS = 8_192  # What the commonest words of messages stand for is remembered.
_MOST_COST_PER_LETTER = 0.85  # "jagvillinteleva" costs 0.3, with "jag" unknown 0.8; an ordinary compound 1 or more.
# "and", "so"; "the", "in the", "to the", "on the", "this"; "in", "to", "like", "on"; the future before a verb.
_PROCLITIC = re.compile(
    "[وف]?(?:(?:ال|بال|لل|عال|هال)(?=..)|(?:[بلکعه]|[حهس](?=[یتن]))(?=...))|[وف](?=..)",
)
_DOUBLE = re.compile(r"([^\W\d])\1")


class WordIndex:
    """The words of all patterns, numbered, so that a message's word finds its numbers in a few dictionary look-ups."""

    def __init__(self) -> None:
        """`forms` holds the words by number; only `add` changes it."""
        self._numbers: dict[WordForm, int] = {}
        self.forms: list[WordForm] = []
        self._exact: dict[str, list[int]] = {}
        self._heads: dict[str, list[int]] = {}
        self._tails: dict[str, list[int]] = {}
        self._inner: dict[str, list[int]] = {}
        # As numbers in arrays: as a dictionary of strings it would be the largest thing a bot at rest holds.
        self._typo_keys = array("I")
        self._typo_numbers = array("I")
        self._sorted_typos: tuple[Numbers, Numbers] | None = None
        self._kept = lru_cache(maxsize=_KEPT_WORDS)(self._found)

    def add(self, form: WordForm) -> int:
        """The number of a pattern's word, the same for the same word."""
        known = self._numbers.get(form)
        if known is not None:
            return known
        number = self._numbers[form] = len(self.forms)
        self.forms.append(form)
        self._file(form, number)
        self._kept.cache_clear()
        if form.typos:
            self._sorted_typos = None
            self._typo_keys.extend(keys := {_hash(key) for key in _without_one_letter(form.folded[:_TYPO_HEAD])})
            self._typo_numbers.extend([number] * len(keys))
        return number

    def _file(self, form: WordForm, number: int) -> None:
        if form.open_start and form.open_end:
            self._inner.setdefault(form.folded[:_INNER], []).append(number)
        elif form.open_start:
            self._tails.setdefault(form.folded[-_TAIL:], []).append(number)
        elif form.open_end:
            self._heads.setdefault(form.folded[:_HEAD], []).append(number)
        else:
            self._exact.setdefault(form.folded, []).append(number)

    def find(self, spelled: str, stretched: bool = False) -> frozenset[int]:
        """Numbers of the words this one may stand for. `stretched`: letters were repeated, so doubles may be single."""
        return self._kept(spelled, stretched) if len(spelled) <= _LONGEST_KEPT else self._found(spelled, stretched)

    def _found(self, spelled: str, stretched: bool) -> frozenset[int]:
        folded = fold(spelled)
        found = self._as_written(spelled, folded)
        if "\u0600" <= folded[:1] <= "\u06ff":
            found |= self._without_proclitics(folded)
        if stretched:
            shorter = _DOUBLE.sub(r"\1", spelled)
            if shorter != spelled:
                found |= self._as_written(shorter, _DOUBLE.sub(r"\1", folded))
        return frozenset(found)

    def parted(self, spelled: str) -> list[str]:
        """A word split where words of the patterns meet ("jagvilldö"); whole when too many letters are left over."""
        best: list[tuple[int, int]] = [(0, 0)]  # cost up to each letter, and where the piece ending there begins
        for end in range(1, len(spelled) + 1):
            cost, begin = best[end - 1][0] + _LEFT_OVER_COST, end - 1
            for start in range(max(0, end - _LONGEST_PIECE), end):
                if best[start][0] + 1 < cost and fold(spelled[start:end]) in self._exact:
                    cost, begin = best[start][0] + 1, start
            best.append((cost, begin))
        if best[-1][0] > len(spelled) * _MOST_COST_PER_LETTER:
            return [spelled]
        pieces: list[str] = []
        end = len(spelled)
        while end:
            begin = best[end][1]
            pieces.append(spelled[begin:end])
            end = begin
        return pieces[::-1]

    def _as_written(self, spelled: str, folded: str) -> set[int]:
        found = {number for number in self._exact.get(folded, ()) if _same_spelling(spelled, self.forms[number])}
        known = bool(found)
        found.update(
            number
            for number in self._open_candidates(folded)
            if _open_match(folded, self.forms[number]) and _same_spelling(spelled, self.forms[number])
        )
        if not known and len(folded) >= _TYPO_HEAD - 1 and folded.isalpha():
            found.update(self._mistyped(folded))
        return found

    def _without_proclitics(self, folded: str) -> set[int]:
        prefix = _PROCLITIC.match(folded)
        bare = {folded[prefix.end() :], folded[1:]} if prefix else set()
        return {
            number
            for word in bare
            for number in (*self._exact.get(word, ()), *self._open_candidates(word))
            if self.forms[number].proclitics and _open_match(word, self.forms[number])
        }

    def _open_candidates(self, folded: str) -> Iterable[int]:
        for length in range(2, min(_HEAD, len(folded)) + 1):
            yield from self._heads.get(folded[:length], ())
        yield from self._tails.get(folded[-_TAIL:], ())
        if self._inner:
            for start in range(len(folded) - 1):
                yield from self._inner.get(folded[start : start + _INNER], ())

    def _mistyped(self, folded: str) -> set[int]:
        keys, numbers = self._by_typo()
        wanted = np.array([_hash(key) for key in set(_without_one_letter(folded[:_TYPO_HEAD]))], dtype=np.uint32)
        first, last = np.searchsorted(keys, wanted, side="left"), np.searchsorted(keys, wanted, side="right")
        candidates = {int(one) for start, end in zip(first, last, strict=True) for one in numbers[start:end]}
        return {number for number in candidates if _one_edit_apart(folded, self.forms[number])}

    def _by_typo(self) -> tuple[Numbers, Numbers]:
        """Hashes of mistyped beginnings, sorted, and beside each the number of its word."""
        if self._sorted_typos is None:
            keys, numbers = (np.array(one, dtype=np.uint32) for one in (self._typo_keys, self._typo_numbers))
            order = np.argsort(keys, kind="stable")
            self._sorted_typos = keys[order], numbers[order]
        return self._sorted_typos


def _hash(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"))


def _without_one_letter(word: str) -> list[str]:
    """The word with each letter left out in turn; two words one edit apart share one of these, or are it."""
    if len(word) < _TYPO_HEAD:
        return [word]
    return [word[:position] + word[position + 1 :] for position in range(len(word))]


def _open_match(folded: str, form: WordForm) -> bool:
    if form.open_start and form.open_end:
        return form.folded in folded
    return folded.endswith(form.folded) if form.open_start else folded.startswith(form.folded)


def _one_edit_apart(folded: str, form: WordForm) -> bool:
    wanted = form.folded
    if len(wanted) < _FREE_FIRST_LETTER and folded[0] != wanted[0]:
        return False
    if not form.open_end:
        return OSA.distance(folded, wanted, score_cutoff=1) <= 1
    # The stem's last letter must stand: "självskann" is another stem than "självskad", not a slip.
    heads = (folded[:length] for length in range(len(wanted) - 1, min(len(wanted) + 1, len(folded)) + 1))
    return any(head[-1] == wanted[-1] and OSA.distance(head, wanted, score_cutoff=1) <= 1 for head in heads)


def _same_spelling(spelled: str, form: WordForm) -> bool:
    """Whether the accents fit: left out they do, another accent ("får" for "far") does not."""
    if form.open_start or len(form.folded) >= _TYPO_HEAD:
        return True
    head = spelled[: len(form.spelled)] if form.open_end else spelled
    if head == form.spelled:
        return True
    if not form.accents:
        return False
    if len(form.spelled) == len(form.folded) and len(head) == len(form.spelled):
        return all(typed in pair for typed, *pair in zip(head, form.spelled, form.folded, strict=True))
    # A doubled vowel that folding made single stands for å, ä, ö only where the pattern has one of them.
    return not form.spelled.isascii() or len(head) <= len(form.spelled)
