"""Which topic a question is about, for one language: a softmax head over words, letter groups and pairs of words.

Every stored phrase is a unit vector of weighted features. The head says which topic; how alike the question is to
that topic's own phrases says how far to trust it.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.understanding.features import (
    KIND_WEIGHTS,
    Floats,
    Keys,
    Kind,
    beginning_key,
    folded_word_key,
    kind_weights,
    pair_keys,
    text_keys,
    word_keys,
)
from bot.understanding.heads import HEAD_SETTINGS, PHRASES_AT_ONCE, Head, fit_head, runs
from bot.understanding.keeping import Arrays, ArrayStore, kept
from bot.understanding.vocabulary import Reading, Vocabulary, one_letter_less

_COMMON_SHARE = 0.15
"""Words in a larger share of the topics than this tell little, and are no parts of a compound."""
_ARRAYS = frozenset(
    ("keys", "rarity", "topic_starts", "topic_features", "row_starts", "row_features", "row_values")
) | {"head_starts", "head_topics", "head_values", "deletions", "deleted_from"}


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
        self._topic_starts, self._topic_features = arrays["topic_starts"], arrays["topic_features"]
        self._row_starts, self._row_features = arrays["row_starts"], arrays["row_features"]
        self._row_values = arrays["row_values"]
        self._head = Head(arrays["head_starts"], arrays["head_topics"], arrays["head_values"])
        self._weights = self._rarity * kind_weights(self._keys)
        self._unseen = float(np.log(1 + len(self._present)) + 1)
        written = Counter(chain.from_iterable(phrases))
        deletions = arrays["deletions"], arrays["deleted_from"]
        self.vocabulary = Vocabulary(written, self._telling_words(written), deletions)

    def match(self, words: Sequence[str]) -> Match:
        """Everything about a question of these level-1 words; an unknown question gives zeros."""
        reading = self.vocabulary.read(words)
        keys, times = _counted(text_keys(reading.words, reading.extra))
        known_words = [word_keys(word) for word in reading.words]
        of_words = [one[kind] for kind in (Kind.FOLDED_WORD, Kind.BEGINNING) for one in known_words]
        sought = self._numbers(np.concatenate([keys, np.array(of_words, dtype=np.uint64)]))
        numbers, word_numbers, stems = np.split(sought, (len(keys), len(keys) + len(known_words)))
        known = numbers >= 0
        weights = np.where(known, self._weights[numbers], self._unseen * kind_weights(keys)) * (1 + np.log(times))
        features, held_weights = numbers[known], weights[known]
        total, held = float(weights @ weights), float(held_weights @ held_weights)
        scores = self._head.scores(features, held_weights, len(self._present))
        logits = np.full(self.topic_count, scores.min(initial=0.0), dtype=np.float32)
        logits[self._present] = scores
        return Match(
            reading=reading,
            logits=logits / np.float32(math.sqrt(held or 1.0)),
            coverage=held / total if total else 0.0,
            word_numbers=word_numbers,
            stem_numbers=stems,
            stem_weights=np.where(stems >= 0, self._rarity[stems], self._unseen).astype(np.float32),
            features=features,
            feature_weights=held_weights,
            known_weight=held,
            total_weight=total,
        )

    def similarities(self, match: Match, topic: int | None = None) -> tuple[NDArray[np.int64], Floats]:
        """The compared phrases of a topic (of all when None), and how alike each is to the question, 0 to 1."""
        phrases = np.arange(len(self.topics)) if topic is None else np.flatnonzero(self.topics == topic)
        places, owners = runs(self._row_starts, phrases)
        question = np.zeros(len(self._keys), dtype=np.float32)
        question[match.features] = match.feature_weights
        values = question[self._row_features[places]] * self._row_values[places]
        alike = np.bincount(owners, weights=values, minlength=len(phrases)) / math.sqrt(match.known_weight or 1.0)
        return phrases, alike.astype(np.float32)

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
        own_numbers = np.searchsorted(self._topic_starts, holding, side="right") - 1
        return self._present[own_numbers].astype(np.int32)

    def topics_with(self, word: str) -> NDArray[np.int32]:
        """The topics whose phrases hold a word that begins like this level-1 word, without repeats."""
        return self.topics_holding(int(self._numbers(np.array([beginning_key(word)], dtype=np.uint64))[0]))

    def _features_of(self, topic: int) -> NDArray[np.int32]:
        """The numbers of the features a topic's phrases hold, sorted."""
        place = int(np.searchsorted(self._present, topic))
        if place == len(self._present) or self._present[place] != topic:
            return np.zeros(0, dtype=np.int32)
        features: NDArray[np.int32] = self._topic_features[self._topic_starts[place] : self._topic_starts[place + 1]]
        return features

    def _telling_words(self, words: Iterable[str]) -> list[str]:
        words = tuple(words)
        numbers = self._numbers(np.array([folded_word_key(word) for word in words], dtype=np.uint64))
        frequency = np.bincount(self._topic_features, minlength=len(self._keys))
        limit = max(1.0, _COMMON_SHARE * len(self._present))
        return [word for word, number in zip(words, numbers, strict=True) if frequency[number] <= limit]

    def _numbers(self, keys: Keys) -> NDArray[np.int64]:
        """The number of each feature, -1 for one never seen."""
        places = np.minimum(self._keys.searchsorted(keys), len(self._keys) - 1)
        return np.where(self._keys[places] == keys, places, -1)


def _fit(
    phrases: Sequence[Sequence[str]],
    topics: NDArray[np.int32],
    topic_count: int,
    compared: int,
    phrases_at_once: int,
) -> Arrays:
    """All that is learned from the phrases, as plain arrays."""
    keys, counts = _count(phrases)
    owners = (np.ones(len(topics), dtype=np.float32), (topics, np.arange(len(topics))))
    per_topic = csr_matrix(owners, shape=(topic_count, len(topics))) @ counts
    per_topic.sort_indices()
    frequency = np.bincount(per_topic.indices, minlength=len(keys))
    rarity = (np.log((1 + topic_count) / (1 + frequency)) + 1).astype(np.float32)
    rows = _unit_rows(counts, rarity * kind_weights(keys))
    head = fit_head(rows, topics, topic_count, phrases_at_once)
    deletions, deleted_from = one_letter_less(chain.from_iterable(phrases))
    return {
        "keys": keys,
        "rarity": rarity,
        "topic_starts": per_topic.indptr,
        "topic_features": per_topic.indices,
        "row_starts": rows.indptr[: compared + 1],
        "row_features": rows.indices[: rows.indptr[compared]],
        "row_values": rows.data[: rows.indptr[compared]].astype(np.float16),  # The third digit decides nothing.
        "head_starts": head.starts,
        "head_topics": head.topics,
        "head_values": head.values,
        "deletions": deletions,
        "deleted_from": deleted_from,
    }


def _count(phrases: Sequence[Sequence[str]]) -> tuple[Keys, csr_matrix]:
    """The features, sorted, and phrases x features: 1 + log of how often."""
    words = sorted({word for phrase in phrases for word in phrase})
    word_rows = {word: np.array(word_keys(word), dtype=np.uint64) for word in words}
    rows = [
        np.concatenate([*(word_rows[word] for word in phrase), np.array(pair_keys(phrase), dtype=np.uint64)])
        for phrase in phrases
    ]
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


def _counted(keys: Sequence[int]) -> tuple[Keys, Floats]:
    """The different keys, sorted, and how often each stands in `keys`."""
    ordered = np.sort(np.array(keys, dtype=np.uint64))
    is_edge = np.ones(len(ordered) + 1, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_edge[1:-1])
    edges = np.flatnonzero(is_edge)
    return ordered[edges[:-1]], (edges[1:] - edges[:-1]).astype(np.float32)


def _found(numbers: NDArray[np.int64], within: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which of the numbers stand in `within`, which is sorted."""
    if not len(within):
        return np.zeros(len(numbers), dtype=np.bool_)
    places = np.minimum(within.searchsorted(numbers), len(within) - 1)
    found: NDArray[np.bool_] = within[places] == numbers
    return found
