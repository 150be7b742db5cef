"""The matchers that are measured side by side: our own, and what one might use instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import bm25s
import numpy as np
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC

from bot.understanding import Example, Understanding

Rows = Sequence[tuple[str, str]]
"""(label, text) pairs."""
Ranked = list[tuple[str, float]]
Ask = Callable[[str], Ranked]
"""A question to its best labels with their scores, best first."""

OURS = "Tillsammans"
_LANGUAGE = "en"
_WARM_UP = "the first question pays for what is made when first needed"
_PHRASES_RANKED = 20


def understanding(train: Rows) -> Ask:
    """The bot's own: everything but crisis, small talk and languages, which the files do not have.

    The score of the first is the confidence in all that are offered, by which the bot refuses (deciding.py).
    """
    fitted = Understanding.fit([Example(text, label, _LANGUAGE) for label, text in train], ())
    fitted.understand(_WARM_UP, _LANGUAGE)

    def ask(text: str) -> Ranked:
        candidates = fitted.understand(text, _LANGUAGE).candidates
        total = sum(one.confidence for one in candidates)
        return [(one.topic, one.confidence if place else total) for place, one in enumerate(candidates)]

    return ask


def rapidfuzz_with(scorer: Callable[..., float], train: Rows) -> Ask:
    """`process.extract` over all phrases, as many a bot does it."""
    phrases = [utils.default_process(text) for _, text in train]

    def ask(text: str) -> Ranked:
        found = process.extract(utils.default_process(text), phrases, scorer=scorer, limit=_PHRASES_RANKED)
        return _best_of_each([(train[place][0], float(score)) for _, score, place in found])

    return ask


def weighted_ratio(train: Rows) -> Ask:
    """rapidfuzz with its default scorer."""
    return rapidfuzz_with(fuzz.WRatio, train)


def token_set_ratio(train: Rows) -> Ask:
    """rapidfuzz over the sets of words."""
    return rapidfuzz_with(fuzz.token_set_ratio, train)


def bm25(train: Rows) -> Ask:
    """BM25 over all phrases."""
    index = bm25s.BM25()
    index.index(bm25s.tokenize([text for _, text in train], stopwords=None, show_progress=False), show_progress=False)

    def ask(text: str) -> Ranked:
        query = bm25s.tokenize([text], stopwords=None, show_progress=False, return_ids=False)
        places, scores = index.retrieve(query, k=min(_PHRASES_RANKED, len(train)), show_progress=False)
        return _best_of_each([(train[int(at)][0], float(one)) for at, one in zip(places[0], scores[0], strict=True)])

    return ask


def linear_svc(train: Rows) -> Ask:
    """scikit-learn: TF-IDF of words, word pairs and letter groups, and a linear support vector machine."""
    vectors = make_union(
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    model = LinearSVC().fit(vectors.fit_transform([text for _, text in train]), [label for label, _ in train])

    def ask(text: str) -> Ranked:
        scores = model.decision_function(vectors.transform([text]))[0]
        return [(str(model.classes_[place]), float(scores[place])) for place in np.argsort(-scores)[:3]]

    return ask


PIPELINES: dict[str, Callable[[Rows], Ask]] = {
    OURS: understanding,
    "rapidfuzz WRatio": weighted_ratio,
    "rapidfuzz token_set_ratio": token_set_ratio,
    "bm25s": bm25,
    "TF-IDF + LinearSVC": linear_svc,
}


def _best_of_each(ranked: Ranked) -> Ranked:
    best: dict[str, float] = {}
    for label, score in ranked:
        best.setdefault(label, score)
    return list(best.items())
