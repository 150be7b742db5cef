"""Questions that no topic answers: refused word for word, doubted when alike, and never taken from those we answer."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from benchmarks.material import questions_of
from bot.conversation.brain import Brain
from bot.conversation.loading import background_of, examples_of, out_of_scope_of
from bot.insight.evaluation import outcome
from bot.understanding import Decision, Example, Understanding
from bot.understanding.model import OUT_OF_SCOPE
from tests.understanding.test_public_surface import PROFILES, examples

OUTSIDE = {
    "en": (
        "recipe for pancakes",
        "book a flight to paris",
        "which book should i read",
        "who won the football match",
        "weather in town tomorrow",
    )
}
SAME_WORDS = ("book a flight to rome", "a recipe for cake", "the weather tomorrow", "which book is best to read")


def fit(outside: Mapping[str, Sequence[str]], more: Sequence[Example] = ()) -> Understanding:
    return Understanding.fit([*examples(), *more], PROFILES, out_of_scope=outside)


@pytest.fixture(scope="module")
def knowing() -> Understanding:
    return fit(OUTSIDE)


@pytest.fixture(scope="module")
def unknowing() -> Understanding:
    return fit({})


@pytest.mark.parametrize("text", OUTSIDE["en"])
@pytest.mark.parametrize("chosen", ["en", "sv", None])
def test_one_of_them_word_for_word_is_refused(knowing: Understanding, text: str, chosen: str | None) -> None:
    understood = knowing.understand(text.upper() + "?", chosen)
    assert (understood.decision, understood.candidates, understood.topics) == (Decision.UNKNOWN, (), ())
    assert "out of scope" in knowing.explain(text, chosen).reason


@pytest.mark.parametrize("text", SAME_WORDS)
def test_what_is_like_them_is_trusted_less(knowing: Understanding, unknowing: Understanding, text: str) -> None:
    with_them, without = (one.understand(text, "en").candidates[0].confidence for one in (knowing, unknowing))
    assert with_them < without / 2


def test_they_are_never_a_candidate_nor_a_near_phrase(knowing: Understanding) -> None:
    for text in (*SAME_WORDS, *OUTSIDE["en"], "book", "pancakes", "library card"):
        explained = knowing.explain(text, "en")
        assert OUT_OF_SCOPE not in {one.topic for one in explained.understood.candidates}
        assert OUT_OF_SCOPE not in {one.topic for one in explained.near_phrases}


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.text)
def test_every_phrase_of_a_topic_is_answered_as_before(knowing: Understanding, example: Example) -> None:
    assert knowing.understand(example.text, example.language).topics == (example.topic,)


def test_a_language_without_any_is_understood_as_if_no_language_had_them(
    knowing: Understanding, unknowing: Understanding
) -> None:
    for text in ("jag vill hyra en lägenhet", "skola för barn", "öppettider bibliotek", "як мені bostadskö"):
        after, before = knowing.understand(text, "sv"), unknowing.understand(text, "sv")
        assert (after.decision, after.topics) == (before.decision, before.topics)
        assert after.candidates[0].topic == before.candidates[0].topic
        assert after.candidates[0].confidence == pytest.approx(before.candidates[0].confidence, abs=0.1)


def test_a_phrase_that_another_language_has_under_a_topic_is_answered() -> None:
    understanding = fit({"sv": ("library card",)})
    assert understanding.understand("library card").topics == ("library",)


def test_a_word_of_one_topic_is_not_made_ambiguous_by_them() -> None:
    alone = [Example("sauna", "library", "en")]
    assert fit({"en": ("build a sauna at home",)}, alone).understand("sauna", "en").topics == ("library",)
    assert fit({"en": ("build a sauna",)}, alone).understand("saunas", "en").decision is not Decision.CHOOSE


def test_their_order_changes_nothing(knowing: Understanding) -> None:
    shuffled = fit({"en": random.Random(2).sample(OUTSIDE["en"], len(OUTSIDE["en"]))})
    for text in (*SAME_WORDS, "queue for a flat"):
        assert shuffled.understand(text, "en") == knowing.understand(text, "en")


# The real content --------------------------------------------------------------------------------------------------


def test_residents_questions_lose_next_to_nothing_and_the_others_are_refused_more_often(brain: Brain) -> None:
    content, languages = brain.content, brain.languages
    asked, told = (
        [one for one in group if one.language in {"sv", "en"}]
        for group in (examples_of(content, languages), background_of(content, languages))
    )
    before, after = Counter[str](), Counter[str]()
    for counts, outside in ((before, {}), (after, out_of_scope_of(content, languages))):
        understanding = Understanding.fit(asked, PROFILES, background=told, out_of_scope=outside)
        for question in questions_of("dev"):
            if question.language in {"sv", "en"} and question.kind in {"answer", "unknown"}:
                found = understanding.understand(question.text, question.language)
                counts[f"{question.kind} {outcome(question, found)}"] += 1
    assert after["answer right"] >= 0.985 * before["answer right"]
    assert after["unknown right"] >= 1.1 * before["unknown right"]
    assert after["unknown wrong"] < before["unknown wrong"]
