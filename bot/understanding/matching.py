"""Which topic a question is about, for one language: similarities to every stored phrase, and a softmax head on them.

Every stored phrase is a unit vector of weighted features. The same similarities give the nearest phrase, which the
confidence needs, so one pass over the index serves all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

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
from bot.understanding.softmax_head import fit_softmax
from bot.understanding.vocabulary import Reading, Vocabulary

_CHUNK = 512
_COMMON_SHARE = 0.15
"""Words in a larger share of the topics than this tell little, and are no parts of a compound."""
HEAD_LIMIT = 16_000
"""Phrases of one language the head learns from; of more, an even sample of every topic (memory grows by the square)."""


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

    def __init__(self, phrases: Sequence[Sequence[str]], topics: Sequence[int], topic_count: int) -> None:
        """`phrases`: the level-1 words of each stored phrase; `topics`: the number of its topic, below `topic_count`."""
        self.topics = np.asarray(topics, dtype=np.int32)
        self.topic_count = topic_count
        counts = self._count(phrases)
        self._topic_features = self._features_per_topic(counts)
        self._topic_frequency = np.diff(self._topic_features.tocsc().indptr)
        self._rarity = (np.log((1 + topic_count) / (1 + self._topic_frequency)) + 1).astype(np.float32)
        self._weights = self._rarity * kind_weights(self._keys)
        self._unseen = float(np.log(1 + topic_count) + 1)
        matrix = self._unit_rows(counts)
        self._postings = matrix.tocsc()
        self._postings.sort_indices()
        self.vocabulary = Vocabulary(phrases, self._telling_words(phrases))
        learned = self._even_sample()
        self._learned = None if len(learned) == len(self.topics) else learned
        chosen = matrix if self._learned is None else matrix[learned]
        self._coefficients = fit_softmax(_gram(chosen), self.topics[learned], topic_count)

    def match(self, words: Sequence[str]) -> Match:
        """Everything about a question of these level-1 words; an unknown question gives zeros."""
        reading = self.vocabulary.read(words)
        keys, times = np.unique(np.array(text_keys(reading.words, reading.extra), dtype=np.uint64), return_counts=True)
        numbers = self._numbers(keys)
        known = numbers >= 0
        weights = np.where(known, self._weights[numbers], self._unseen * kind_weights(keys)) if len(keys) else times
        weights = weights * (1 + np.log(times))
        total, held = float(weights @ weights), float(weights[known] @ weights[known])
        similarities = self._similarities(numbers[known], weights[known] / np.sqrt(held or 1.0))
        learned = similarities if self._learned is None else similarities[self._learned]
        stems = self._numbers(np.array([beginning_key(word) for word in reading.words], dtype=np.uint64))
        return Match(
            reading=reading,
            logits=learned @ self._coefficients,
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
        start, end = self._topic_features.indptr[topic : topic + 2]
        held = np.isin(match.features, self._topic_features.indices[start:end], assume_unique=True)
        weights = match.feature_weights[held]
        return float(weights @ weights) / match.total_weight if match.total_weight else 0.0

    def stems_in_topic(self, match: Match, topic: int) -> NDArray[np.bool_]:
        """Per word as read, whether the topic's phrases hold a word that begins alike."""
        start, end = self._topic_features.indptr[topic : topic + 2]
        return np.isin(match.stem_numbers, self._topic_features.indices[start:end])

    def topics_of_word(self, number: int) -> NDArray[np.int32]:
        """The topics whose phrases hold the word with this feature number, without repeats; none for -1."""
        start, end = (0, 0) if number < 0 else self._postings.indptr[number : number + 2]
        return np.unique(self.topics[self._postings.indices[start:end]])

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
        return csr_matrix(owners, shape=(self.topic_count, len(self.topics))) @ counts

    def _unit_rows(self, counts: csr_matrix) -> csr_matrix:
        counts.data = counts.data * self._weights[counts.indices]
        squares = np.add.reduceat(np.append(counts.data**2, 0), counts.indptr[:-1]) * (np.diff(counts.indptr) > 0)
        counts.data /= np.repeat(np.sqrt(np.maximum(squares, 1e-12)), np.diff(counts.indptr)).astype(np.float32)
        return counts

    def _telling_words(self, phrases: Sequence[Sequence[str]]) -> list[str]:
        words = sorted({word for phrase in phrases for word in phrase})
        numbers = self._numbers(np.array([folded_word_key(word) for word in words], dtype=np.uint64))
        limit = max(1.0, _COMMON_SHARE * self.topic_count)
        return [word for word, number in zip(words, numbers, strict=True) if self._topic_frequency[number] <= limit]

    def _even_sample(self) -> NDArray[np.int64]:
        """Numbers of the phrases the head learns from."""
        if len(self.topics) <= HEAD_LIMIT:
            return np.arange(len(self.topics))
        order = np.argsort(self.topics, kind="stable")
        starts = np.searchsorted(self.topics[order], self.topics[order], side="left")
        rank = np.arange(len(order)) - starts
        return np.sort(order[np.argsort(rank, kind="stable")[:HEAD_LIMIT]])

    def _numbers(self, keys: Keys) -> NDArray[np.int64]:
        """The number of each feature, -1 for one never seen."""
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[places] == keys, places, -1)

    def _similarities(self, numbers: NDArray[np.int64], weights: Floats) -> Floats:
        starts, ends = self._postings.indptr[numbers], self._postings.indptr[numbers + 1]
        lengths = ends - starts
        offsets = (
            np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) if len(numbers) else starts
        )
        places = offsets + np.arange(int(lengths.sum()))
        values = self._postings.data[places] * np.repeat(weights, lengths)
        sums = np.bincount(self._postings.indices[places], weights=values, minlength=len(self.topics))
        return sums.astype(np.float32)


def _gram(matrix: csr_matrix) -> Floats:
    """Similarities of all rows to each other, worked out in strips so that little memory is needed at once."""
    columns = matrix.T.tocsc().tocsr()
    gram = np.empty((matrix.shape[0], matrix.shape[0]), dtype=np.float32)
    for start in range(0, matrix.shape[0], _CHUNK):
        gram[start : start + _CHUNK] = (matrix[start : start + _CHUNK] @ columns).toarray()
    return gram
