"""Which topic a question is about, for one language: a softmax head over words, letter groups and pairs of words.

Every stored phrase is a unit vector of weighted features. The head says which topic; how alike the question is to
that topic's own phrases says how far to trust it.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.understanding.features import (
    KIND_WEIGHTS,
    Floats,
    Keys,
    Kind,
    counted,
    folded_word_key,
    found_in,
    kind_weights,
    pair_keys,
    word_keys,
)
from bot.understanding.heads import HEAD_SETTINGS, PHRASES_AT_ONCE, Head, fit_head
from bot.understanding.keeping import Arrays, ArrayStore, kept
from bot.understanding.topic_phrases import TopicPhrases
from bot.understanding.vocabulary import Reading, Vocabulary, one_letter_less

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix  # Only fitting needs it, and it is 17 MB.

_COMMON_SHARE = 0.15
"""Words in a larger share of the topics than this tell little, and are no parts of a compound."""
_KEPT_WORDS = 2_000
"""Words of a language whose features are remembered: the commonest of what is asked, a megabyte at most."""
_OWN_ARRAYS = ("keys", "rarity", "deletions", "deleted_from")
_HEAD_ARRAYS, _TOPIC_ARRAYS = (
    tuple(f"{kind}_{one.name}" for one in fields(made)) for kind, made in (("head", Head), ("topic", TopicPhrases))
)
_ARRAYS = frozenset((*_OWN_ARRAYS, *_HEAD_ARRAYS, *_TOPIC_ARRAYS))


@dataclass(frozen=True, slots=True)
class Match:
    """A question against one language.

    `logits` has one number per topic, the least of all for one without phrases here. `coverage` is the share of the
    question's feature weight that is known. `word_numbers`: per word as read, its feature number (-1 when unknown).
    `stem_numbers` and `stem_weights`: the same for its beginning, and how rare that is among topics. `features` and
    `feature_weights`: the known features and their weights, together of length `known_weight`; `total_weight` counts
    the unknown too, both squared.
    """

    reading: Reading
    logits: Floats
    coverage: float
    word_numbers: NDArray[np.int64]
    stem_numbers: NDArray[np.int64]
    stem_weights: Floats
    features: NDArray[np.int64]
    feature_weights: Floats
    known_weight: float
    total_weight: float


class _Word(NamedTuple):
    """A word as its features: `codes` holds the number of each that is known, and minus its key, less one, of each
    that is not; `number` is that of the word without its diacritics, `stem` that of its beginning, -1 when unknown."""

    codes: NDArray[np.int64]
    number: int
    stem: int
    stem_weight: float


class Matcher:
    """Scores topics for questions in one language. Immutable after construction."""

    def __init__(
        self,
        phrases: Sequence[Sequence[str]],
        topics: Sequence[int],
        topic_count: int,
        *,
        compared: int | None = None,
        phrases_at_once: int = PHRASES_AT_ONCE,
        store: ArrayStore | None = None,
    ) -> None:
        """`phrases`: the level-1 words of each stored phrase; `topics`: its topic's number, below `topic_count`.

        `compared`: so many of the first phrases are what a question can be like; all when None. The others only teach
        the head. `store`: where what was fitted to these very phrases is kept.
        """
        compared = len(phrases) if compared is None else compared
        self.topics = np.asarray(topics[:compared], dtype=np.int32)
        self.topic_count = topic_count
        # Topics without phrases here take no part, so that a topic of another language changes nothing in this one.
        self._present, own_numbers = np.unique(np.asarray(topics, dtype=np.int32), return_inverse=True)
        settings = (len(self._present), compared, phrases_at_once)
        key = _fingerprint(phrases, topics, settings) if store else ""
        arrays = kept(store, key, _ARRAYS.issubset, lambda: _fit(phrases, own_numbers.astype(np.int32), *settings))
        self._keys, self._rarity = arrays["keys"], arrays["rarity"]
        self._held = TopicPhrases(*(arrays[name] for name in _TOPIC_ARRAYS))
        self._head = Head(*(arrays[name] for name in _HEAD_ARRAYS))
        self._weights = self._rarity * kind_weights(self._keys)
        self._unseen = float(np.log(1 + len(self._present)) + 1)
        self._word = lru_cache(maxsize=_KEPT_WORDS)(self._features_of_word)
        written = Counter(chain.from_iterable(phrases))
        deletions = arrays["deletions"], arrays["deleted_from"]
        self.vocabulary = Vocabulary(written, self._telling_words(written), deletions)

    def match(self, words: Sequence[str]) -> Match:
        """Everything about a question of these level-1 words; an unknown question gives zeros."""
        reading = self.vocabulary.read(words)
        known = [self._word(word) for word in reading.words]
        extra = map(self._word, reading.extra)
        pairs = self._codes(pair_keys(reading.words))
        codes, times = counted(np.concatenate([*(one.codes for one in (*known, *extra)), pairs]))
        often = 1 + np.log(times)
        unknown = int(codes.searchsorted(0))
        features = codes[unknown:]
        weights = self._weights[features] * often[unknown:]
        unseen = self._unseen * KIND_WEIGHTS[~codes[:unknown] >> 32] * often[:unknown]
        held = float(weights @ weights)
        total = held + float(unseen @ unseen)
        logits = own_logits = self._head.scores(features, weights) / np.float32(math.sqrt(held or 1.0))
        if len(own_logits) < self.topic_count:
            logits = np.full(self.topic_count, own_logits.min(initial=0.0), dtype=np.float32)
            logits[self._present] = own_logits
        return Match(
            reading=reading,
            logits=logits,
            coverage=held / total if total else 0.0,
            word_numbers=np.array([one.number for one in known], dtype=np.int64),
            stem_numbers=np.array([one.stem for one in known], dtype=np.int64),
            stem_weights=np.array([one.stem_weight for one in known], dtype=np.float32),
            features=features,
            feature_weights=weights,
            known_weight=held,
            total_weight=total,
        )

    def similarities(self, match: Match, topic: int) -> tuple[NDArray[np.int32], Floats, float]:
        """A topic's compared phrases, how alike each is to the question, 0 to 1, and the share, 0 to 1, of the
        question's feature weight that the topic's phrases hold."""
        own_number = self._own_number(topic)
        if own_number < 0:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32), 0.0
        phrases, products, held = self._held.alike(own_number, match.features, match.feature_weights)
        share = float(held @ held) / match.total_weight if match.total_weight else 0.0
        return phrases, products / np.float32(math.sqrt(match.known_weight or 1.0)), share

    def stems_in_topic(self, match: Match, topic: int) -> NDArray[np.bool_]:
        """Per word as read, whether the topic's phrases hold a word that begins alike."""
        own_number = self._own_number(topic)
        held = self._held.features_of(own_number) if own_number >= 0 else np.zeros(0, dtype=np.int32)
        return found_in(held, match.stem_numbers)[1]

    def topics_holding(self, number: int) -> NDArray[np.int32]:
        """The topics whose phrases hold the feature with this number, without repeats; none for -1."""
        if number < 0:
            return np.zeros(0, dtype=np.int32)
        return self._present[self._held.holding(number)].astype(np.int32)

    def topics_with(self, word: str) -> NDArray[np.int32]:
        """The topics whose phrases hold a word that begins like this level-1 word, without repeats."""
        return self.topics_holding(self._word(word).stem)

    def _own_number(self, topic: int) -> int:
        """The topic's place among those with phrases here, -1 for one without."""
        place = int(self._present.searchsorted(topic))
        return place if place < len(self._present) and self._present[place] == topic else -1

    def _features_of_word(self, word: str) -> _Word:
        codes = self._codes(word_keys(word))
        number, stem = (max(-1, int(codes[kind])) for kind in (Kind.FOLDED_WORD, Kind.BEGINNING))
        return _Word(codes, number, stem, float(self._rarity[stem]) if stem >= 0 else self._unseen)

    def _codes(self, keys: Keys) -> NDArray[np.int64]:
        """The number of each feature, minus its key, less one, for one never seen."""
        places, found = found_in(self._keys, keys)
        return np.where(found, places, -1 - keys.astype(np.int64))

    def _telling_words(self, words: Iterable[str]) -> list[str]:
        words = tuple(words)
        numbers = self._codes(np.array([folded_word_key(word) for word in words], dtype=np.uint64))
        frequency = np.bincount(self._held.features, minlength=len(self._keys))
        limit = max(1.0, _COMMON_SHARE * len(self._present))
        return [word for word, number in zip(words, numbers, strict=True) if frequency[number] <= limit]


def _fit(
    phrases: Sequence[Sequence[str]],
    topics: NDArray[np.int32],
    topic_count: int,
    compared: int,
    phrases_at_once: int,
) -> Arrays:
    """All that is learned from the phrases, as plain arrays."""
    from scipy.sparse import csr_matrix

    keys, counts = _count(phrases)
    owners = (np.ones(len(topics), dtype=np.float32), (topics, np.arange(len(topics))))
    per_topic = csr_matrix(owners, shape=(topic_count, len(topics))) @ counts
    per_topic.sort_indices()
    frequency = np.bincount(per_topic.indices, minlength=len(keys))
    rarity = (np.log((1 + topic_count) / (1 + frequency)) + 1).astype(np.float32)
    rows = _unit_rows(counts, rarity * kind_weights(keys))
    head = fit_head(rows, topics, topic_count, phrases_at_once)
    held = TopicPhrases.of(per_topic, rows[:compared], topics[:compared])
    deletions, deleted_from = one_letter_less(chain.from_iterable(phrases))
    return {
        "keys": keys,
        "rarity": rarity,
        "deletions": deletions,
        "deleted_from": deleted_from,
        **{name: getattr(head, name.removeprefix("head_")) for name in _HEAD_ARRAYS},
        **{name: getattr(held, name.removeprefix("topic_")) for name in _TOPIC_ARRAYS},
    }


def _count(phrases: Sequence[Sequence[str]]) -> tuple[Keys, csr_matrix]:
    """The features, sorted, and phrases x features: 1 + log of how often."""
    from scipy.sparse import csr_matrix

    words = sorted({word for phrase in phrases for word in phrase})
    word_rows = {word: word_keys(word) for word in words}
    rows = [np.concatenate([*(word_rows[word] for word in phrase), pair_keys(phrase)]) for phrase in phrases]
    keys, numbers = np.unique(np.concatenate([*rows, np.array([0], dtype=np.uint64)]), return_inverse=True)
    bounds = np.cumsum([0, *map(len, rows)])
    ones = np.ones(int(bounds[-1]), dtype=np.float32)
    counts = csr_matrix((ones, numbers[:-1].astype(np.int32), bounds), shape=(len(rows), len(keys)))
    counts.sum_duplicates()
    counts.data = 1 + np.log(counts.data)
    return keys, counts


def _unit_rows(counts: csr_matrix, weights: Floats) -> csr_matrix:
    """The rows weighted and made of length one, in place; a phrase without words stays empty."""
    counts.data = counts.data * weights[counts.indices]
    squares = np.add.reduceat(np.append(counts.data**2, 0), counts.indptr[:-1]) * (np.diff(counts.indptr) > 0)
    counts.data /= np.repeat(np.sqrt(np.maximum(squares, 1e-12)), np.diff(counts.indptr)).astype(np.float32)
    return counts


def _fingerprint(phrases: Sequence[Sequence[str]], topics: Sequence[int], settings: tuple[int, ...]) -> str:
    """What all that is fitted depends on, in 32 hex digits: every phrase, its topic, the settings."""
    digest = hashlib.sha256(repr((settings, HEAD_SETTINGS, KIND_WEIGHTS.tolist())).encode())
    for topic, phrase in zip(topics, phrases, strict=True):
        digest.update(f"{topic}\t{' '.join(phrase)}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]
