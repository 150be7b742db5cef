"""The head: how much each feature speaks for each topic, learned from all phrases and kept small.

It is solved in its dual form (softmax_head.py), which costs by the number of phrases, and then written out per
feature, which makes a question cost by its own words alone, however many phrases there are. Most of the numbers are
next to nothing; without them the head is a tenth of the size and answers the same (reference on matching, section 6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.understanding.features import found_in
from bot.understanding.softmax_head import SETTINGS, fit_softmax

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]

PHRASES_AT_ONCE = 3_000
"""Phrases the head is solved for together. More are solved in blocks, each in turn for what the others leave wrong:
solving needs the square of this in memory (36 MB) and time by its cube."""
KEPT_TOPICS = 18
"""Numbers kept per feature on average, the largest of all: a tenth when there are 180 topics."""
_ROWS_AT_ONCE = 8_192
_SAMPLED = 8
_DENSE_SHARE = 0.5
"""A feature that keeps numbers for more of the topics than this has a number for all: as small, and faster to add."""
_STEPS_ALONE = 12
_STEPS_IN_TURN = 8
"""Steps for a block, each of the two times its turn comes: the second time it knows what the others leave wrong."""
HEAD_SETTINGS = (SETTINGS, PHRASES_AT_ONCE, KEPT_TOPICS, _DENSE_SHARE, _STEPS_ALONE, _STEPS_IN_TURN)
"""With others, the same phrases give another head."""


@dataclass(frozen=True, slots=True)
class Head:
    """Per feature a run of topics and values: those of feature f stand from `starts[f]` to `starts[f + 1]`.

    The features in `dense_features` (sorted) have no run but a row in `dense`, one value per topic.
    """

    starts: NDArray[np.int64]
    topics: NDArray[np.uint16]
    values: NDArray[np.float16]
    dense_features: NDArray[np.int32]
    dense: NDArray[np.float16]

    def scores(self, features: NDArray[np.int64], weights: Floats) -> Floats:
        """The score of every topic for a question with these features."""
        rows, is_dense = found_in(self.dense_features, features)
        table = self.dense.take(rows[is_dense], axis=0).astype(np.float32)
        scores: Floats = weights[is_dense] @ table
        first, last = self.starts[features], self.starts[features + 1]
        lengths = last - first
        ends = lengths.cumsum()
        if len(ends) and ends[-1]:
            places = np.arange(ends[-1]) + (last - ends).repeat(lengths)
            values = self.values.take(places) * weights.repeat(lengths)
            scores += np.bincount(self.topics.take(places), weights=values, minlength=len(scores))
        return scores


def fit_head(
    phrases: csr_matrix, topics: NDArray[np.int32], topic_count: int, phrases_at_once: int = PHRASES_AT_ONCE
) -> Head:
    """The head of unit rows `phrases` (phrases x features) of these topics."""
    coefficients = _coefficients(phrases, topics, topic_count, max(1, -(-len(topics) // phrases_at_once)))
    by_feature = phrases.T.tocsr()
    least = _least_kept(by_feature, coefficients)
    lengths, labels, values = [np.zeros(1, dtype=np.int64)], [], []
    dense_features, dense = [], []
    for block in _blocks(by_feature.shape[0]):
        table = by_feature[block] @ coefficients
        kept = np.abs(table) >= least
        is_dense = kept.sum(axis=1) > _DENSE_SHARE * topic_count
        dense_features.append((block.start + np.flatnonzero(is_dense)).astype(np.int32))
        dense.append(np.where(kept[is_dense], table[is_dense], 0).astype(np.float16))
        kept[is_dense] = False
        lengths.append(kept.sum(axis=1))
        labels.append(np.nonzero(kept)[1].astype(np.uint16))
        values.append(table[kept].astype(np.float16))
    return Head(
        starts=np.cumsum(np.concatenate(lengths)),
        topics=np.concatenate(labels),
        values=np.concatenate(values),
        dense_features=np.concatenate(dense_features),
        dense=np.concatenate(dense),
    )


def _blocks(rows: int) -> Iterator[slice]:
    return (slice(start, start + _ROWS_AT_ONCE) for start in range(0, rows, _ROWS_AT_ONCE))


def _least_kept(by_feature: csr_matrix, coefficients: Floats) -> float:
    """The size from which a number is kept, judged by every eighth feature."""
    sample = np.abs(by_feature[::_SAMPLED] @ coefficients)
    share = min(1.0, KEPT_TOPICS / coefficients.shape[1])
    return max(float(np.quantile(sample, 1 - share)), float(np.finfo(np.float16).tiny))


def _coefficients(phrases: csr_matrix, topics: NDArray[np.int32], topic_count: int, blocks: int) -> Floats:
    """The dual of the head, phrases x topics."""
    coefficients = np.zeros((len(topics), topic_count), dtype=np.float32)
    if blocks == 1:
        return fit_softmax((phrases @ phrases.T).toarray(), topics, coefficients, _STEPS_ALONE)
    for block in (*range(blocks), *range(blocks)):
        rows = np.arange(block, len(topics), blocks)
        mine, start = phrases[rows], coefficients[rows]
        coefficients[rows] = 0
        known = mine @ (phrases.T @ coefficients)
        similarity = (mine @ mine.T).toarray()
        coefficients[rows] = fit_softmax(similarity, topics[rows], known, _STEPS_IN_TURN, start)
    return coefficients
