"""The stored phrases of one language, fitted when that language is first asked for."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.understanding.keeping import ArrayStore
from bot.understanding.matching import Match, Matcher
from bot.understanding.model import Example
from bot.understanding.normalising import fold, normalise, words
from bot.understanding.word_parting import WordParter

_BACKGROUND_WORDS = 25
"""Background text is cut at sentence ends into pieces of about this many words: enough to tell of the topic, few
enough pieces to keep fitting fast."""
_SENTENCE_END = re.compile(r"(?<=[.!?؟።])\s+|\n+")

_ONE_FIT_AT_A_TIME = threading.Lock()
"""A fit needs the square of the phrases in memory; two at once would need it twice and be no faster."""


@dataclass(frozen=True, slots=True)
class FittedPhrases:
    """`examples`: the phrases in the matcher's order; `normals`: the same at level 1. `exact`: level-1 and level-2
    phrases to the numbers of their topics."""

    matcher: Matcher
    examples: tuple[Example, ...]
    normals: tuple[str, ...]
    exact: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question as one language understands it."""

    language: str
    words: tuple[str, ...]
    match: Match
    fitted: FittedPhrases
    exact: tuple[int, ...]

    def nearest(self, topic: int) -> tuple[int, float, float]:
        """The phrase of a topic most like the question, how alike, and the share of the question's feature weight
        that the topic's phrases hold; -1 and 0 when it has no phrase here."""
        phrases, alike, share = self.fitted.matcher.similarities(self.match, topic)
        if not len(phrases):
            return -1, 0.0, share
        best = int(alike.argmax())
        return int(phrases[best]), float(alike[best]), share


class PhraseIndex:
    """One language's phrases. Safe to ask from several threads; fitted once even when two ask at the same time."""

    def __init__(
        self,
        language: str,
        examples: Sequence[Example],
        topic_numbers: Mapping[str, int],
        background: Sequence[Example] = (),
        out_of_scope: Sequence[Example] = (),
        dictionary: Sequence[str] = (),
        store: ArrayStore | None = None,
    ) -> None:
        """`background`: texts about a topic that are no way of asking for it. `out_of_scope`: questions that no topic
        answers, a class of their own to the head, though never what a question is said to be like. `dictionary`: the
        words of a language that does not part them. `store`: where what is fitted is kept.
        """
        self.language = language
        self._examples = tuple(examples)
        self._background = tuple(background)
        self._out_of_scope = tuple(out_of_scope)
        self._topic_numbers = topic_numbers
        self._dictionary = tuple(dictionary)
        self._store = store
        self._fitted: FittedPhrases | None = None

    def ask(self, text: str) -> Answered:
        """The question `text` (as typed) against this language's phrases."""
        fitted = self.fitted()
        normal = normalise(text, self.language)
        message = self._words(normal)
        exact = fitted.exact.get(normal) or fitted.exact.get(" ".join(map(fold, words(normal))), ())
        return Answered(self.language, tuple(message), fitted.matcher.match(message), fitted, exact)

    def _words(self, normal: str) -> list[str]:
        return self._parter.part(words(normal)) if self._dictionary else words(normal)

    @cached_property
    def _parter(self) -> WordParter:
        return WordParter(self._dictionary)

    @property
    def is_fitted(self) -> bool:
        """Whether somebody has asked in this language, or it was prepared."""
        return self._fitted is not None

    def fitted(self) -> FittedPhrases:
        """The fitted phrases; fits them now if that has not been done."""
        if self._fitted is None:
            with _ONE_FIT_AT_A_TIME:
                if self._fitted is None:
                    self._fitted = self._fit()
        return self._fitted

    def _fit(self) -> FittedPhrases:
        asked = (*self._examples, *self._out_of_scope)
        normals = [normalise(one.text, self.language) for one in asked]
        topics = [self._topic_numbers[one.topic] for one in asked]
        exact: dict[str, tuple[int, ...]] = {}
        for normal, topic in zip(normals, topics, strict=True):
            for form in {normal, fold(normal)} - {""}:
                if topic not in exact.get(form, ()):
                    exact[form] = (*exact.get(form, ()), topic)
        pieces = [
            (self._words(normalise(piece, self.language)), self._topic_numbers[one.topic])
            for one in self._background
            for piece in _pieces(one.text)
        ]
        phrases = [self._words(one) for one in normals] + [piece for piece, _ in pieces]
        numbers = topics + [topic for _, topic in pieces]
        compared = len(self._examples)
        matcher = Matcher(phrases, numbers, len(self._topic_numbers), compared=compared, store=self._store)
        return FittedPhrases(matcher, self._examples, tuple(normals[:compared]), exact)


def _pieces(text: str) -> list[str]:
    """The text in runs of whole sentences of at least `_BACKGROUND_WORDS` words, the last may be shorter."""
    pieces: list[list[str]] = [[]]
    for sentence in _SENTENCE_END.split(text):
        pieces[-1].append(sentence)
        if sum(len(one.split()) for one in pieces[-1]) >= _BACKGROUND_WORDS:
            pieces.append([])
    return [" ".join(piece) for piece in pieces if any(map(str.strip, piece))]
