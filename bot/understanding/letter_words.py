"""Finds Swedish words that stand in letters, in any form: inflected, inside a compound, misspelt, without dots.

"hyresförhandlingen", "försörjningsstödsbeslut" and "betalningsanmarkning" are found from the words they are made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from rapidfuzz.distance import OSA

from bot.understanding.normalising import fold, folded_words, normalise, words

# Endings of Swedish nouns and verbs, longest first; a stem shorter than MIN_STEM is never guessed.
ENDINGS = (
    *("arnas", "ernas", "ornas", "arna", "erna", "orna", "ades"),
    *("ade", "ats", "ens", "ets", "ers", "ars", "ors", "nas"),
    *("at", "ad", "as", "ar", "er", "or", "en", "et", "na", "ns", "n", "t", "s", "r", "a", "e"),
)
MIN_STEM = 4
MIN_COMPOUND_PART = 5
# One slip in words of 7 letters or more, two in words of 12 or more: shorter words have real words as neighbours.
SLIPS = ((12, 2), (7, 1))
LONGEST_MESSAGE_WORDS = 60


class LetterWords:
    """Knows the words of the glossary by all their forms. Immutable after construction."""

    def __init__(self, glossary: Mapping[str, Sequence[str]], known: Iterable[str] = ()) -> None:
        """`glossary`: each word with the forms that no ending explains ("anmälan": "anmälningar").

        `known`: Swedish sentences whose words are right as they are, and never a misspelling of a glossary word.
        """
        self._sentences = tuple(known)
        self._forms: dict[str, str] = {}
        for word, others in glossary.items():
            for form in (word, *others):
                for spelled in _spellings(form):
                    self._forms.setdefault(spelled, word)
        self._longest = max((form.count(" ") + 1 for form in self._forms), default=1)
        self._single = [form for form in self._forms if " " not in form]

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(word for text in self._sentences for word in folded_words(text, "sv"))

    def find(self, text: str) -> tuple[str, ...]:
        """The glossary words in `text`, each once, as they stand; a compound gives its parts, longest first."""
        message = words(normalise(text, "sv"))[:LONGEST_MESSAGE_WORDS]
        found: dict[str, None] = {}
        position = 0
        while position < len(message):
            length, hits = self._at(message, position)
            found |= dict.fromkeys(hits)
            position += length
        return tuple(found)

    def _at(self, message: Sequence[str], position: int) -> tuple[int, tuple[str, ...]]:
        for length in range(min(self._longest, len(message) - position), 1, -1):
            hit = self._inflected(" ".join(message[position : position + length]))
            if hit:
                return length, (hit,)
        word = message[position]
        hit = self._inflected(word) or self._inflected(fold(word))
        return 1, (hit,) if hit else tuple(self._parts(fold(word))) or self._misspelt(fold(word))

    def _inflected(self, word: str) -> str | None:
        if word in self._forms:
            return self._forms[word]
        for ending in ENDINGS:
            stem = word.removesuffix(ending)
            if stem != word and len(stem) >= MIN_STEM and stem in self._forms:
                return self._forms[stem]
        return None

    def _parts(self, word: str) -> Iterator[str]:
        """What a compound is made of: what it ends in says what it is, what it begins with says of what."""
        hits: dict[str, int] = {}
        for cut in range(MIN_COMPOUND_PART, len(word) - MIN_COMPOUND_PART + 1):
            if last := self._inflected(word[cut:]):
                hits.setdefault(last, len(word) - cut)
            if first := self._forms.get(word[:cut]):
                hits[first] = cut
        yield from sorted(hits, key=lambda hit: -hits[hit])

    def _misspelt(self, word: str) -> tuple[str, ...]:
        slips = next((most for letters, most in SLIPS if len(word) >= letters), 0)
        if not slips or word in self._known:
            return ()
        near = [(OSA.distance(word, form, score_cutoff=slips), form) for form in self._single]
        best = min(near, default=(slips + 1, ""))
        return (self._forms[best[1]],) if best[0] <= slips else ()


def _spellings(form: str) -> Iterator[str]:
    level = " ".join(words(normalise(form, "sv")))
    for spelled in (level, fold(level)):
        if spelled:
            yield spelled
            # "faktura" loses its a in "fakturor"; the stem stands for all such forms.
            if spelled.endswith("a") and len(spelled) > MIN_COMPOUND_PART:
                yield spelled[:-1]
