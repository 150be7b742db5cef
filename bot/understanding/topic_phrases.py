"""What the phrases of each topic hold, and how alike a question is to the phrases of one topic.

A phrase names its features by their place among those of its topic, which are few: two bytes do, and a question is
spread over the features of one topic, not of a whole language.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.understanding.features import found_in

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TopicPhrases:
    """Runs within flat arrays. Topic t holds `features` (sorted) from `starts[t]` to `starts[t + 1]`, and `phrases`
    (their numbers, without those that hold no word) from `phrase_starts[t]` on. The phrase at place p of that list is
    a unit vector: `row_values` at the features `row_places` of its topic, from `row_starts[p]` to `row_starts[p + 1]`.
    """

    starts: NDArray[np.int32]
    features: NDArray[np.int32]
    phrase_starts: Numbers
    phrases: NDArray[np.int32]
    row_starts: Numbers
    row_places: NDArray[Any]
    row_values: NDArray[np.float16]

    @classmethod
    def of(cls, per_topic: csr_matrix, rows: csr_matrix, topics: NDArray[np.int32]) -> TopicPhrases:
        """`per_topic`: topics x features, with sorted indices; `rows`: phrases x features; `topics`: one per phrase."""
        order = np.argsort(topics, kind="stable")
        order = order[np.diff(rows.indptr)[order] > 0]
        rows = rows[order]
        phrase_starts = topics[order].searchsorted(np.arange(per_topic.shape[0] + 1))
        most = int(np.diff(per_topic.indptr).max(initial=0))
        places = np.zeros(len(rows.indices), dtype=np.min_scalar_type(most))
        for topic, (first, last) in enumerate(pairwise(phrase_starts)):
            held = per_topic.indices[per_topic.indptr[topic] : per_topic.indptr[topic + 1]]
            mine = slice(rows.indptr[first], rows.indptr[last])
            places[mine] = held.searchsorted(rows.indices[mine])
        return cls(
            starts=per_topic.indptr,
            features=per_topic.indices,
            phrase_starts=phrase_starts,
            phrases=order.astype(np.int32),
            row_starts=rows.indptr.astype(np.int64),
            row_places=places,
            row_values=rows.data.astype(np.float16),  # The third digit decides nothing.
        )

    def features_of(self, topic: int) -> NDArray[np.int32]:
        """The numbers of the features a topic's phrases hold, sorted."""
        return self.features[self.starts[topic] : self.starts[topic + 1]]

    def holding(self, number: int) -> Numbers:
        """The topics whose phrases hold this feature."""
        return self.starts.searchsorted(np.flatnonzero(self.features == number), side="right") - 1

    def alike(self, topic: int, features: Numbers, weights: Floats) -> tuple[NDArray[np.int32], Floats, Floats]:
        """A topic's phrases, the inner product of each with a question, and the weights of the question it holds.

        `features` and `weights` are the question's, of any length.
        """
        places, found = found_in(self.features_of(topic), features)
        question = np.zeros(self.starts[topic + 1] - self.starts[topic], dtype=np.float32)
        held = weights[found]
        question[places[found]] = held
        first, last = self.phrase_starts[topic], self.phrase_starts[topic + 1]
        if first == last:
            return self.phrases[first:last], np.zeros(0, dtype=np.float32), held
        bounds = self.row_starts[first : last + 1]
        mine = slice(bounds[0], bounds[-1])
        products = question.take(self.row_places[mine]) * self.row_values[mine]
        return self.phrases[first:last], np.add.reduceat(products, bounds[:-1] - bounds[0]), held
