"""Which topic a question is about, for one language: similarities to every stored phrase, and a softmax head on them.

Every stored phrase is a unit vector of weighted features. The same similarities give the nearest phrase, which the
confidence needs, so one pass over the index serves all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from bot.understanding.features import (
    Floats,
    Keys,
    beginning_key,
    folded_word_key,
    kind_weights,
    pair_keys,
    text_keys,
    word_keys,
)
from bot.understanding.heads import HeadStore, fingerprint, kept_head
from bot.understanding.softmax_head import SETTINGS, fit_softmax
from bot.understanding.vocabulary import Reading, Vocabulary

_CHUNK = 512
_DENSE_SHARE = 1 / 10
"""Features in a larger share of the phrases than this are kept as full rows: few features, most of the work."""
_COMMON_SHARE = 0.15
"""Words in a larger share of the topics than this tell little, and are no parts of a compound."""
PHRASES_AT_ONCE = 3_000
"""Phrases the head is solved for together. More are solved in blocks, each for what the blocks before it leave wrong:
solving needs the square of this in memory (36 MB) and time by its cube."""
_FEW_PER_TOPIC = 60
_STEPS, _MANY_STEPS = 8, 30
"""How far the head is solved. With twenty phrases per topic eight steps do as well as more; with a hundred they only
stop short (CLINC150: 91.7 against 92.1 per cent on its validation part)."""


@dataclass(frozen=True, slots=True)
class Match:
    """A question against one language.

    `logits` has one number per topic, `similarities` (0 to 1) one per stored phrase. `coverage` is the share of the
    question's feature weight that is known. `word_numbers`: per word as read, its feature number (-1 when unknown).
    `stem_numbers` and `stem_weights`: the same for its beginning, and how rare that is among topics. `features` and
    `feature_weights`: the known features and their weights.
    """

    reading: Reading
    logits: Floats
    similarities: Floats
    coverage: float
    word_numbers: NDArray[np.int64]
    stem_numbers: NDArray[np.int64]
    stem_weights: Floats
    features: NDArray[np.int64]
    feature_weights: Floats
    total_weight: float


class Matcher:
    """Scores topics for questions in one language. Immutable after construction."""

    def __init__(
        self,
        phrases: Sequence[Sequence[str]],
        topics: Sequence[int],
        topic_count: int,
        phrases_at_once: int = PHRASES_AT_ONCE,
        heads: HeadStore | None = None,
    ) -> None:
        """`phrases`: the level-1 words of each stored phrase; `topics`: its topic's number, below `topic_count`.

        `heads`: where the head is kept that was fitted to these very phrases.
        """
        self.topics = np.asarray(topics, dtype=np.int32)
        self.topic_count = topic_count
        counts = self._count(phrases)
        per_topic = self._features_per_topic(counts)
        self._topic_starts, self._topic_features = per_topic.indptr, per_topic.indices
        frequency = np.bincount(self._topic_features, minlength=len(self._keys))
        self._rarity = (np.log((1 + topic_count) / (1 + frequency)) + 1).astype(np.float32)
        self._weights = self._rarity * kind_weights(self._keys)
        self._unseen = float(np.log(1 + topic_count) + 1)
        rows = self._unit_rows(counts)
        parts = -(-len(phrases) // phrases_at_once)
        steps = _STEPS if len(phrases) <= _FEW_PER_TOPIC * topic_count else _MANY_STEPS
        key = fingerprint(rows, self.topics, (SETTINGS, topic_count, parts, steps)) if heads else ""
        rare = self._store(rows)
        self.vocabulary = Vocabulary(phrases, self._telling_words(phrases, frequency))
        self._coefficients = kept_head(heads, key, len(phrases), lambda: self._learn(rare, parts, steps))

    def match(self, words: Sequence[str]) -> Match:
        """Everything about a question of these level-1 words; an unknown question gives zeros."""
        reading = self.vocabulary.read(words)
        keys, times = _counted(text_keys(reading.words, reading.extra))
        numbers = self._numbers(keys)
        known = numbers >= 0
        weights = np.where(known, self._weights[numbers], self._unseen * kind_weights(keys)) * (1 + np.log(times))
        total, held = float(weights @ weights), float(weights[known] @ weights[known])
        similarities = self._similarities(numbers[known], weights[known] / math.sqrt(held or 1.0))
        stems = self._numbers(np.array([beginning_key(word) for word in reading.words], dtype=np.uint64))
        return Match(
            reading=reading,
            logits=similarities @ self._coefficients,
            similarities=similarities,
            coverage=held / total if total else 0.0,
            word_numbers=self._numbers(np.array([folded_word_key(word) for word in reading.words], dtype=np.uint64)),
            stem_numbers=stems,
            stem_weights=np.where(stems >= 0, self._rarity[stems], self._unseen).astype(np.float32),
            features=numbers[known],
            feature_weights=weights[known],
            total_weight=total,
        )

    def share_in_topic(self, match: Match, topic: int) -> float:
        """The share, 0 to 1, of the question's feature weight that the topic's phrases hold."""
        weights = match.feature_weights[_found(match.features, self._features_of(topic))]
        return float(weights @ weights) / match.total_weight if match.total_weight else 0.0

    def stems_in_topic(self, match: Match, topic: int) -> NDArray[np.bool_]:
        """Per word as read, whether the topic's phrases hold a word that begins alike."""
        return _found(match.stem_numbers, self._features_of(topic))

    def topics_holding(self, number: int) -> NDArray[np.int32]:
        """The topics whose phrases hold the feature with this number, without repeats; none for -1."""
        if number < 0:
            return np.zeros(0, dtype=np.int32)
        holding = np.flatnonzero(self._topic_features == number)
        return (np.searchsorted(self._topic_starts, holding, side="right") - 1).astype(np.int32)

    def topics_with(self, word: str) -> NDArray[np.int32]:
        """The topics whose phrases hold a word that begins like this level-1 word, without repeats."""
        return self.topics_holding(int(self._numbers(np.array([beginning_key(word)], dtype=np.uint64))[0]))

    def _features_of(self, topic: int) -> NDArray[np.int32]:
        """The numbers of the features a topic's phrases hold, sorted."""
        features: NDArray[np.int32] = self._topic_features[self._topic_starts[topic] : self._topic_starts[topic + 1]]
        return features

    def _count(self, phrases: Sequence[Sequence[str]]) -> csr_matrix:
        """Phrases x features: 1 + log of how often; learns the features."""
        words = sorted({word for phrase in phrases for word in phrase})
        word_rows = {word: np.array(word_keys(word), dtype=np.uint64) for word in words}
        rows = [
            np.concatenate([*(word_rows[word] for word in phrase), np.array(pair_keys(phrase), dtype=np.uint64)])
            for phrase in phrases
        ]
        self._keys, numbers = np.unique(np.concatenate([*rows, np.array([0], dtype=np.uint64)]), return_inverse=True)
        bounds = np.cumsum([0, *map(len, rows)])
        ones = np.ones(int(bounds[-1]), dtype=np.float32)
        counts = csr_matrix((ones, numbers[:-1].astype(np.int32), bounds), shape=(len(rows), len(self._keys)))
        counts.sum_duplicates()
        counts.data = 1 + np.log(counts.data)
        return counts

    def _features_per_topic(self, counts: csr_matrix) -> csr_matrix:
        """Topics x features; only where it is not zero matters."""
        owners = (np.ones(len(self.topics), dtype=np.float32), (self.topics, np.arange(len(self.topics))))
        per_topic: csr_matrix = csr_matrix(owners, shape=(self.topic_count, len(self.topics))) @ counts
        per_topic.sort_indices()
        return per_topic

    def _unit_rows(self, counts: csr_matrix) -> csr_matrix:
        counts.data = counts.data * self._weights[counts.indices]
        squares = np.add.reduceat(np.append(counts.data**2, 0), counts.indptr[:-1]) * (np.diff(counts.indptr) > 0)
        counts.data /= np.repeat(np.sqrt(np.maximum(squares, 1e-12)), np.diff(counts.indptr)).astype(np.float32)
        return counts

    def _telling_words(self, phrases: Sequence[Sequence[str]], frequency: NDArray[np.int64]) -> list[str]:
        words = sorted({word for phrase in phrases for word in phrase})
        numbers = self._numbers(np.array([folded_word_key(word) for word in words], dtype=np.uint64))
        limit = max(1.0, _COMMON_SHARE * self.topic_count)
        return [word for word, number in zip(words, numbers, strict=True) if frequency[number] <= limit]

    def _numbers(self, keys: Keys) -> NDArray[np.int64]:
        """The number of each feature, -1 for one never seen."""
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[places] == keys, places, -1)

    def _store(self, matrix: csr_matrix) -> csr_matrix:
        """Keep the phrases by feature: the common ones as full rows, the others as lists of phrases.

        Gives the phrases with the rarer features alone.
        """
        columns = matrix.tocsc()
        common = np.diff(columns.indptr) > _DENSE_SHARE * matrix.shape[0]
        self._dense_row = np.where(common, np.cumsum(common) - 1, -1).astype(np.int32)
        self._dense = np.ascontiguousarray(columns[:, np.flatnonzero(common)].toarray().T, dtype=np.float32)
        rare = columns @ diags((~common).astype(np.float32), format="csc", dtype=np.float32)
        rare.eliminate_zeros()
        self._starts = rare.indptr
        self._places = rare.indices.astype(np.uint16 if matrix.shape[0] <= np.iinfo(np.uint16).max else np.uint32)
        self._values = rare.data.astype(np.float16)  # Half the memory; the third digit of a similarity decides nothing.
        return rare.tocsr()

    def _similarities(self, numbers: NDArray[np.int64], weights: Floats) -> Floats:
        rows = self._dense_row[numbers]
        common = rows >= 0
        total: Floats = weights[common] @ self._dense[rows[common]]
        numbers, weights = numbers[~common], weights[~common]
        starts = self._starts[numbers]
        lengths = self._starts[numbers + 1] - starts
        ends = np.cumsum(lengths)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)
        values = self._values[places] * np.repeat(weights, lengths)
        total += np.bincount(self._places[places], weights=values, minlength=len(self.topics)).astype(np.float32)
        return total

    def _learn(self, rare: csr_matrix, blocks: int, steps: int) -> Floats:
        """Coefficients of the head, phrases x topics. `rare`: the phrases with the rarer features alone."""
        coefficients = np.zeros((len(self.topics), self.topic_count), dtype=np.float32)
        for block in range(blocks):
            rows = np.arange(block, len(self.topics), blocks)
            by_feature, dense = rare[rows].T.tocsr(), self._dense[:, rows]
            known = dense.T @ (self._dense @ coefficients) + rare[rows] @ (rare.T @ coefficients)
            gram = np.empty((len(rows), len(rows)), dtype=np.float32)
            for start in range(0, len(rows), _CHUNK):
                strip = (rare[rows[start : start + _CHUNK]] @ by_feature).toarray()
                gram[start : start + _CHUNK] = self._dense[:, rows[start : start + _CHUNK]].T @ dense + strip
            coefficients[rows] = fit_softmax(gram, self.topics[rows], known, steps)
        return coefficients


def _counted(keys: Sequence[int]) -> tuple[Keys, Floats]:
    """The different keys, sorted, and how often each stands in `keys`."""
    ordered = np.sort(np.array(keys, dtype=np.uint64))
    first = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] + np.uint64(1)))
    return ordered[first], np.diff(first, append=len(ordered)).astype(np.float32)


def _found(numbers: NDArray[np.int64], within: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which of the numbers stand in `within`, which is sorted."""
    if not len(within):
        return np.zeros(len(numbers), dtype=np.bool_)
    places = np.minimum(np.searchsorted(within, numbers), len(within) - 1)
    found: NDArray[np.bool_] = within[places] == numbers
    return found
