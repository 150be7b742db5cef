"""How much a message is like sentences that tell of danger: a second net behind the written rules of the crisis lane.

The rules know the wordings somebody thought of. This knows the sentences the rules are held to, in every language at
once, against everything else residents ask: a linear reading of words, letter groups and pairs of words (multinomial
logistic regression, L2 penalty, L-BFGS), deterministic, so the same sentences always give the same net.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.understanding.features import counted, kind_weights, text_keys
from bot.understanding.keeping import Arrays, ArrayStore, kept
from bot.understanding.model import Example
from bot.understanding.normalising import normalise, words
from bot.understanding.softmax_head import softmax

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix  # Only fitting needs it, and it is 17 MB.

CERTAIN_DANGER = 0.6
"""From this probability on a message is answered as what the rules find. Of the danger that the rules miss in a fifth
of the sentences, left out of fitting, it found 67 % (58 % from 0.7 on), and took 6 in 1,000 development questions
without danger for danger (3 from 0.7 on)."""
OVERRULING_DANGER = 0.9
"""From this probability on it is answered as danger although it was understood as a question about something else."""
_SURE_FROM_WORDS = 3
_SURE_FROM_THAI_LETTERS = 10  # Thai does not part its words.
_COLUMNS = 1 << 17
_PENALTY = 1e-6
_STEPS = 80
_KIND_WEIGHTS = np.array([0.5, 1.0, 0.7, 0.7, 0.6], dtype=np.float32)  # Of the features, as its limits were set.
_BALANCE = 0.1  # All sentences of danger together weigh a tenth of all the others.
_SENTENCES_PER_RARITY = 15_000
_HARMLESS_READ = 40_000
_ABOUT = 500  # Harmless phrases of a language by which the net is fitted anew.
_HARMLESS_LOOKALIKE_WEIGHT = 2.0
_NOTHING = 0  # The class of what tells of no danger.

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likeness:
    """The safety topic a message is most like, and the probability that it tells of any danger at all.

    `is_certain`: likely enough to be answered as danger, in more than the two words that names and idioms are made of.
    """

    topic: str
    probability: float
    is_certain: bool = False


NO_LIKENESS = Likeness("", 0.0)


class DangerLikeness:
    """Fitted to the sentences of the crisis files; safe to ask from several threads."""

    def __init__(self, topics: Sequence[str], table: NDArray[np.float32]) -> None:
        """Use `DangerLikeness.fit`. `table`: feature columns x (rarity, class "no danger", one class per topic)."""
        self._topics = tuple(topics)
        self._rarity, self._weights = table[:-1, 0], table[:-1, 1:]
        self._bias = table[-1, 1:]
        self._of = lru_cache(maxsize=1_024)(self._likeness)

    @classmethod
    def fit(
        cls,
        dangerous: Iterable[Example],
        lookalikes: Iterable[str],
        harmless: Iterable[Example],
        store: ArrayStore | None = None,
    ) -> DangerLikeness | None:
        """A net of these sentences, or None without `dangerous` ones.

        `lookalikes` must not be taken for danger and weigh more than what is merely `harmless`. The order of anything
        given changes nothing. `store` keeps between starts what takes seconds to work out, for as long as what tells
        of danger and what only sounds like it stay the same, and the harmless phrases of each language are about as
        many: a phrase more among thousands changes little, and staff who edit one should not have to wait.
        """
        told = sorted({(one.topic, one.text) for one in dangerous})
        if not told:
            return None
        topics = sorted({topic for topic, _ in told})
        safe = set(harmless)
        close = sorted(set(lookalikes))
        about = {language: times // _ABOUT for language, times in Counter(one.language for one in safe).items()}
        settings = (
            _COLUMNS,
            _PENALTY,
            _STEPS,
            _BALANCE,
            _SENTENCES_PER_RARITY,
            _HARMLESS_READ,
            _HARMLESS_LOOKALIKE_WEIGHT,
        )
        made_of = repr((topics, told, close, sorted(about.items()), settings))
        key = hashlib.sha256(made_of.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        # What is kept needs none of the harmless phrases, so they are sampled only where something has to be fitted.
        arrays = kept(store, key, _is_whole, lambda: {"table": _fit_to(topics, told, close, safe)})
        return cls(topics, arrays["table"])

    def of(self, text: str) -> Likeness:
        """What the message is most like; never raises."""
        return self._of(" ".join(words(normalise(text))))

    def _likeness(self, spelled: str) -> Likeness:
        columns, values = _features(spelled)
        values = values * self._rarity[columns]
        values = values / max(math.sqrt(values @ values), 1e-9)
        shares = softmax(values.astype(np.float32) @ self._weights[columns] + self._bias)
        best, probability = int(shares[1:].argmax()), float(1 - shares[_NOTHING])
        is_told = len(spelled.split()) >= _SURE_FROM_WORDS or (
            "\u0e00" <= spelled[:1] <= "\u0e7f" and len(spelled) >= _SURE_FROM_THAI_LETTERS
        )
        return Likeness(self._topics[best], probability, is_told and probability >= CERTAIN_DANGER)


def _is_whole(arrays: Arrays) -> bool:
    return "table" in arrays and arrays["table"].shape[0] == _COLUMNS + 1


def _sample(texts: set[str]) -> list[str]:
    """At most _HARMLESS_READ of them, by a hash, which bounds the time that fitting takes."""
    return sorted(texts, key=lambda text: (crc32(text.encode("utf-8", "surrogatepass")), text))[:_HARMLESS_READ]


def _features(spelled: str) -> tuple[NDArray[np.intp], Floats]:
    """Columns of a text and, for each, the logarithm of how often it occurs by the weight of its kind."""
    keys, times = counted(text_keys(spelled.split()))
    return (keys % np.uint64(_COLUMNS)).astype(np.intp), (1 + np.log(times, dtype=np.float64)) * kind_weights(
        keys, _KIND_WEIGHTS
    )


def _fit_to(
    topics: Sequence[str], told: Sequence[tuple[str, str]], close: Sequence[str], safe: Iterable[Example]
) -> NDArray[np.float32]:
    """The table of `told` (topic, text) against look-alikes and a sample of what is harmless."""
    other = _sample({one.text for one in safe})
    texts = [*(text for _, text in told), *close, *other]
    labels = np.array([*(topics.index(topic) + 1 for topic, _ in told), *[_NOTHING] * (len(texts) - len(told))])
    share = _BALANCE * len(texts) / len(told)
    importance = np.array([*[share] * len(told), *[_HARMLESS_LOOKALIKE_WEIGHT] * len(close), *[1.0] * len(other)])
    return _fit(texts, labels, importance)


def _fit(texts: Sequence[str], labels: NDArray[np.int_], importance: Floats) -> NDArray[np.float32]:
    from scipy.sparse import csr_matrix

    rows = [_features(" ".join(words(normalise(text)))) for text in texts]
    starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns, values = np.concatenate([one for one, _ in rows]), np.concatenate([one for _, one in rows])
    matrix = csr_matrix((values, columns, starts), shape=(len(texts), _COLUMNS))
    matrix.sum_duplicates()
    rarity = np.log(len(texts) / (1 + np.bincount(matrix.indices, minlength=_COLUMNS))).clip(min=0.1)
    matrix = matrix.multiply(rarity).tocsr()
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
    matrix = matrix.multiply(1 / np.maximum(lengths, 1e-9)[:, None]).tocsr()
    weights, bias = _logistic(matrix, labels, importance / importance.sum())
    table = np.vstack([np.column_stack([rarity, weights]), [0.0, *bias]])
    return np.ascontiguousarray(table, dtype=np.float32)


def _logistic(matrix: csr_matrix, labels: NDArray[np.int_], importance: Floats) -> tuple[Floats, Floats]:
    """Weights (columns x classes) and bias of the multinomial logistic regression."""
    from scipy.optimize import minimize  # A sixth of the memory at rest, for what is seldom fitted.

    classes = int(labels.max()) + 1
    # What stands in one or two of so many sentences says little, and most features do.
    fewest = 1 + matrix.shape[0] // _SENTENCES_PER_RARITY
    used = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) >= fewest)
    narrow, turned = matrix[:, used], matrix[:, used].T.tocsr()
    wanted = np.eye(classes)[labels]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights, bias = flat[:-classes].reshape(len(used), classes), flat[-classes:]
        scores = narrow @ weights + bias
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        shares /= shares.sum(axis=1, keepdims=True)
        likelihood = importance @ np.log(np.maximum((shares * wanted).sum(axis=1), 1e-300))
        error = importance[:, None] * (shares - wanted)
        gradient = np.concatenate([(turned @ error + _PENALTY * weights).ravel(), error.sum(axis=0)])
        return float(_PENALTY / 2 * (weights * weights).sum() - likelihood), gradient

    found = minimize(
        loss, np.zeros((len(used) + 1) * classes), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}
    )
    weights = np.zeros((matrix.shape[1], classes))
    weights[used] = found.x[:-classes].reshape(len(used), classes)
    return weights, found.x[-classes:]
