"""Which topic a question is about, in one language, and the softmax head behind it."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.understanding.features import Kind, kind_weights, pair_keys, text_keys, word_keys
from bot.understanding.heads import KEPT_TOPICS, PHRASES_AT_ONCE, fit_head
from bot.understanding.matching import Matcher
from bot.understanding.normalising import normalise, words
from bot.understanding.softmax_head import fit_softmax, softmax

PHRASES = {
    0: ["söka lägenhet", "bostadskö", "hyra lägenhet i uddevalla", "ställa mig i kö för bostad"],
    1: ["anmäla barn till förskola", "plats på förskolan", "dagis för mitt barn", "köa till förskola"],
    2: ["boka tid hos tandläkare", "ont i tanden", "tandvård för barn", "laga ett hål i tanden"],
}


def fit(phrases: dict[int, list[str]], phrases_at_once: int = PHRASES_AT_ONCE) -> Matcher:
    texts = [(text, topic) for topic, group in phrases.items() for text in group]
    stored, topics = [_words(text) for text, _ in texts], [topic for _, topic in texts]
    return Matcher(stored, topics, len(phrases), phrases_at_once=phrases_at_once)


def _words(text: str) -> list[str]:
    return words(normalise(text, "sv"))


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return fit(PHRASES)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("jag vill hyra en lägenhet", 0),
        ("lägenheter", 0),
        ("förskoleplats", 1),
        ("mitt barn ska börja på dagis", 1),
        ("tandläkartid", 2),
        ("jag har så ont i en tand", 2),
        ("lagenhet utan prickar", 0),
    ],
)
def test_inflected_compound_and_undotted_words_find_their_topic(matcher: Matcher, question: str, topic: int) -> None:
    assert int(np.argmax(matcher.match(_words(question)).logits)) == topic


def test_a_stored_phrase_is_as_similar_as_can_be_to_itself(matcher: Matcher) -> None:
    phrases, alike, _ = matcher.similarities(matcher.match(_words("bostadskö")), 0)
    assert phrases[np.argmax(alike)] == PHRASES[0].index("bostadskö")
    assert alike.max() == pytest.approx(1, abs=2e-3)
    assert (alike >= 0).all()


def test_phrases_in_any_order_are_as_alike() -> None:
    texts = [("boka tid", 2), ("söka bostad", 0), ("", 2), ("ont i tanden", 2), ("hyra bostad", 0)]
    forth = Matcher([_words(text) for text, _ in texts], [topic for _, topic in texts], 3)
    back = Matcher([_words(text) for text, _ in texts[::-1]], [topic for _, topic in texts[::-1]], 3)
    for topic in range(3):
        (phrases, alike, share), (others, alike_too, share_too) = (
            one.similarities(one.match(_words("boka tid för tanden")), topic) for one in (forth, back)
        )
        assert phrases.tolist() == [4 - one for one in others[::-1]]
        assert alike.tolist() == pytest.approx(alike_too[::-1].tolist(), abs=1e-6)
        assert share == pytest.approx(share_too)
    assert forth.similarities(forth.match(["tid"]), 2)[0].tolist() == [0, 3]


def test_phrases_beyond_those_compared_teach_the_head_alone() -> None:
    taught = Matcher([["skola"], ["bostad"], ["rektor"]], [0, 1, 0], 2, compared=2)
    match = taught.match(["rektor"])
    assert int(np.argmax(match.logits)) == 0
    assert [taught.similarities(match, topic)[0].tolist() for topic in (0, 1)] == [[0], [1]]


@pytest.mark.parametrize("question", [[], ["123"], ["ŋŋŋŋ"], ["привіт"]])
def test_a_question_of_nothing_known_scores_nothing(matcher: Matcher, question: list[str]) -> None:
    match = matcher.match(question)
    assert not any(matcher.similarities(match, topic)[1].any() for topic in PHRASES)
    assert not match.logits.any()
    assert match.coverage == 0


def test_coverage_is_the_share_that_is_known(matcher: Matcher) -> None:
    all_known, half_known = (matcher.match(_words(text)).coverage for text in ("söka lägenhet", "söka flygplan"))
    assert all_known == pytest.approx(1)
    assert 0 < half_known < all_known


def test_the_share_in_a_topic_is_larger_in_the_right_one(matcher: Matcher) -> None:
    match = matcher.match(_words("hyra lägenhet"))
    shares = [matcher.similarities(match, topic)[2] for topic in PHRASES]
    assert int(np.argmax(shares)) == 0
    assert all(0 <= share <= 1 for share in shares)


def test_a_word_of_several_topics_is_known_to_be_of_all(matcher: Matcher) -> None:
    assert set(matcher.topics_with("barn")) == {1, 2}
    assert set(matcher.topics_with("tandläkaren")) == {2}
    assert set(matcher.topics_with("flygplan")) == set()


def test_phrases_solved_in_blocks_find_what_phrases_solved_at_once_find() -> None:
    blocks = fit(PHRASES, phrases_at_once=5)
    for group in PHRASES.values():
        for text in group:
            assert int(np.argmax(blocks.match(_words(text)).logits)) == int(
                np.argmax(fit(PHRASES).match(_words(text)).logits)
            )


def test_one_topic_with_one_phrase_can_be_fitted() -> None:
    alone = fit({0: ["hej"]})
    assert alone.similarities(alone.match(["hej"]), 0)[1].tolist() == pytest.approx([1], abs=2e-3)


def test_a_phrase_without_words_does_no_harm() -> None:
    assert int(np.argmax(fit({0: ["!?", "skola"], 1: ["bostad"]}).match(["skola"]).logits)) == 0


def test_the_head_gives_each_phrase_its_own_label() -> None:
    similarity = np.full((6, 6), 0.1, dtype=np.float32)
    for start in (0, 2, 4):
        similarity[start : start + 2, start : start + 2] = 0.8
    np.fill_diagonal(similarity, 1)
    labels = np.array([0, 0, 1, 1, 2, 2], dtype=np.int32)
    head = fit_softmax(similarity.copy(), labels, np.zeros((6, 3), dtype=np.float32), 12)
    assert np.argmax(similarity @ head, axis=1).tolist() == labels.tolist()


def test_the_small_head_scores_as_the_whole_one_does() -> None:
    topics = 10 * KEPT_TOPICS
    chance = np.random.default_rng(3)
    dense = chance.random((4 * topics, 900)) * (chance.random((4 * topics, 900)) < 0.03)
    rows = csr_matrix((dense / np.linalg.norm(dense, axis=1, keepdims=True)).astype(np.float32))
    labels = np.arange(4 * topics, dtype=np.int32) % topics
    head = fit_head(rows, labels, topics)
    whole = (rows @ rows.T) @ fit_softmax(
        (rows @ rows.T).toarray(), labels, np.zeros((4 * topics, topics), dtype=np.float32), 12
    )
    assert len(head.values) < 0.15 * rows.shape[1] * topics
    small = [head.scores(row.indices.astype(np.int64), row.data) for row in rows]
    same = np.argmax(small, axis=1) == np.argmax(whole, axis=1)
    assert same.mean() > 0.99


def test_the_head_refuses_what_is_no_similarity() -> None:
    nonsense = np.array([[1, 9], [9, 1]], dtype=np.float32)
    with pytest.raises(ValueError, match="2 phrases"):
        fit_softmax(nonsense, np.array([0, 1], dtype=np.int32), np.zeros((2, 2), dtype=np.float32), 12)


def test_softmax_is_a_probability_for_large_and_small_scores() -> None:
    for scores in ([1e4, -1e4, 0], [0, 0, 0], [-1e4, -1e4, -1e4]):
        probabilities = softmax(np.array(scores, dtype=np.float32))
        assert probabilities.sum() == pytest.approx(1)


def test_features_are_the_same_in_every_process() -> None:
    assert word_keys("kö")[Kind.WORD] == Kind.WORD << 32 | crc32("kö".encode())
    assert [key >> 32 for key in word_keys("kö")[:3]] == [Kind.WORD, Kind.FOLDED_WORD, Kind.BEGINNING]


def test_the_order_of_words_counts() -> None:
    assert set(pair_keys(["byta", "bostad"])).isdisjoint(pair_keys(["bostad", "byta"]))
    assert len(pair_keys(["a", "b", "c", "d", "e"])) == 3 + 3 + 2 + 1


def test_a_pasted_blob_gives_few_features() -> None:
    assert len(text_keys(["x" * 2_000])) < 200


def test_arabic_words_begin_alike_with_and_without_the_article() -> None:
    assert word_keys("والمدرسه")[Kind.BEGINNING] == word_keys("مدرسه")[Kind.BEGINNING]


def test_every_kind_of_feature_has_a_weight() -> None:
    keys = np.array([kind << 32 for kind in Kind], dtype=np.uint64)
    assert (kind_weights(keys) > 0).all()
