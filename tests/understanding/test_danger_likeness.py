from __future__ import annotations

import random

import numpy as np
import pytest

from bot.understanding.danger_likeness import DangerLikeness
from bot.understanding.model import Example
from tests.understanding.stores import ArraysInMemory

DANGEROUS = [
    Example(text, topic, "en")
    for topic, texts in {
        "emergency-112": ["he is not breathing", "my father is unconscious on the floor", "she is bleeding a lot"],
        "suicide-helpline": ["i want to end my life", "i can not live any more", "my friend wants to end her life"],
        "violence-women-helpline": ["my husband beats me", "he beats me every night", "my boyfriend hits me"],
    }.items()
    for text in texts
]
LOOKALIKES = ["he beats me at chess every night", "this exam will end my life lol", "the film hits hard"]
HARMLESS = [
    Example(text, "any", "en")
    for text in (
        "how do i apply for a flat",
        "opening hours of the library",
        "my husband needs a work permit",
        "bus card",
    )
]


@pytest.fixture(scope="module")
def net() -> DangerLikeness:
    fitted = DangerLikeness.fit(DANGEROUS, LOOKALIKES, HARMLESS)
    assert fitted is not None
    return fitted


def test_a_wording_that_no_sentence_has_is_still_alike(net: DangerLikeness) -> None:
    found = net.of("my dad lies unconscious and is not breathing")
    assert found.topic == "emergency-112"
    assert found.is_certain


@pytest.mark.parametrize("text", [*LOOKALIKES, *(one.text for one in HARMLESS), "", "😀", "\x00", "x" * 5000])
def test_what_tells_of_no_danger_is_not_taken_for_it(net: DangerLikeness, text: str) -> None:
    assert not net.of(text).is_certain


def test_the_order_of_the_sentences_changes_nothing(net: DangerLikeness) -> None:
    rng = random.Random(7)
    lookalikes, harmless = rng.sample(LOOKALIKES, len(LOOKALIKES)), rng.sample(HARMLESS, len(HARMLESS))
    other = DangerLikeness.fit(rng.sample(DANGEROUS, len(DANGEROUS)), lookalikes, harmless)
    assert other is not None
    assert other.of("he hits me") == net.of("he hits me")


def test_two_words_alone_are_too_few_to_be_sure(net: DangerLikeness) -> None:
    assert net.of("not breathing").probability > 0.5
    assert not net.of("not breathing").is_certain


def test_without_sentences_of_danger_there_is_no_net() -> None:
    assert DangerLikeness.fit([], LOOKALIKES, HARMLESS) is None


def test_a_kept_net_is_used_until_there_is_a_new_language() -> None:
    store = ArraysInMemory()
    first = DangerLikeness.fit(DANGEROUS, LOOKALIKES, HARMLESS, store)
    again = DangerLikeness.fit(DANGEROUS, LOOKALIKES, [*HARMLESS, Example("skatteverket", "any", "en")], store)
    assert first is not None
    assert again is not None
    assert len(store.kept) == 1
    assert again.of("he hits me") == first.of("he hits me")
    DangerLikeness.fit(DANGEROUS, LOOKALIKES, [*HARMLESS, Example("asunto", "any", "fi")], store)
    assert len(store.kept) == 2


def test_a_kept_net_of_another_shape_is_fitted_anew() -> None:
    store = ArraysInMemory()
    DangerLikeness.fit(DANGEROUS, LOOKALIKES, HARMLESS, store)
    store.kept = {key: {"table": np.zeros((2, 2), dtype=np.float32)} for key in store.kept}
    fitted = DangerLikeness.fit(DANGEROUS, LOOKALIKES, HARMLESS, store)
    assert fitted is not None
    assert fitted.of("he is not breathing").topic == "emergency-112"
