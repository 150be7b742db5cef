"""When to answer, ask back, or say that one does not know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.confidence import AMONG_WEIGHTS, WEIGHTS, trust, trust_in_three
from bot.understanding.deciding import THRESHOLDS, decide
from bot.understanding.elsewhere import Elsewhere
from bot.understanding.model import Candidate, Decision


def candidates(*confidences: float) -> list[Candidate]:
    return [Candidate(f"topic-{place}", confidence) for place, confidence in enumerate(confidences)]


@pytest.mark.parametrize(
    ("confidences", "decision"),
    [
        ((), Decision.UNKNOWN),
        ((0.1, 0.05), Decision.UNKNOWN),
        ((0.3, 0.25, 0.1), Decision.CHOOSE),
        ((0.55, 0.1), Decision.CHOOSE),
        ((0.65, 0.1), Decision.ANSWER),
        ((0.95, 0.02), Decision.ANSWER),
        ((0.82, 0.7), Decision.CHOOSE),
    ],
)
def test_confidence_decides(confidences: tuple[float, ...], decision: Decision) -> None:
    assert decide(candidates(*confidences))[0] is decision


@given(st.floats(0, 1), st.floats(0, 1))
def test_of_two_near_equal_topics_none_is_picked(first: float, second: float) -> None:
    best, other = max(first, second), min(first, second)
    if best - other < THRESHOLDS.lead:
        assert decide(candidates(best, other))[0] is not Decision.ANSWER


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_confidence_never_leads_to_less_of_an_answer(one: float, other: float) -> None:
    ladder = [Decision.UNKNOWN, Decision.CHOOSE, Decision.ANSWER]
    less, more = (ladder.index(decide(candidates(best))[0]) for best in sorted((one, other)))
    assert less <= more


def test_a_word_of_several_topics_and_a_place_elsewhere_are_asked_back() -> None:
    assert decide(candidates(0.99), one_of_several=True)[0] is Decision.CHOOSE
    assert decide(candidates(0.99), elsewhere=True)[0] is Decision.CHOOSE
    assert decide(candidates(0.1), elsewhere=True)[0] is Decision.UNKNOWN


@given(st.fixed_dictionaries({name: st.floats(-5, 20) for name in WEIGHTS}))
def test_trust_is_a_probability_and_three_are_surer_than_one(features: dict[str, float]) -> None:
    assert 0 <= trust(features) <= trust_in_three(features) <= 1


def test_both_regressions_use_the_same_evidence() -> None:
    assert list(WEIGHTS) == list(AMONG_WEIGHTS)


@pytest.mark.parametrize("word", ["malmö", "Stockholms".lower(), "стокгольмі", "لندن", "ستوکهولم"])
def test_a_place_elsewhere_is_known_in_its_forms(word: str) -> None:
    assert Elsewhere().find([word]) == [word]


@pytest.mark.parametrize("word", ["uddevalla", "trollhättan", "skola", "oslagbart", "parisersmörgås", "", "london" * 9])
def test_places_near_and_other_words_are_not_elsewhere(word: str) -> None:
    assert Elsewhere().find([word]) == []
