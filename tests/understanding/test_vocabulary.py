"""How unseen words are read as known ones."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.vocabulary import Vocabulary

PHRASES = [["söka", "bostad"], ["kö", "till", "bostad"], ["hyresrätt", "i", "kö"], ["betalningsanmärkning"], ["skola"]]
WRITTEN = Counter(word for phrase in PHRASES for word in phrase)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(WRITTEN)


@pytest.mark.parametrize(
    "slip", ["betalninsanmärkning", "betalningsanmärknning", "betalningsamärkning", "betalnigsanmärkning"]
)
def test_one_slip_is_mended_and_what_was_written_is_kept(vocabulary: Vocabulary, slip: str) -> None:
    reading = vocabulary.read([slip])
    assert reading.words == ("betalningsanmarkning",)
    assert slip in reading.extra


@pytest.mark.parametrize("swapped", ["bsotad", "bosatd", "ostad", "bostadd", "bastad"])
def test_swapped_missing_extra_and_changed_letters_are_slips(vocabulary: Vocabulary, swapped: str) -> None:
    assert vocabulary.read([swapped]).words == ("bostad",)


def test_a_known_word_is_never_mended(vocabulary: Vocabulary) -> None:
    assert vocabulary.read(["skola", "bostad"]).words == ("skola", "bostad")
    assert vocabulary.read(["skola"]).extra == ()


def test_short_words_are_not_mended(vocabulary: Vocabulary) -> None:
    assert vocabulary.read(["kå", "til"]).words == ("kå", "til")


@pytest.mark.parametrize(
    ("compound", "parts"), [("hyresrättskö", ["hyresratt", "ko"]), ("bostadskö", ["bostad", "ko"])]
)
def test_a_compound_is_read_as_its_parts(vocabulary: Vocabulary, compound: str, parts: list[str]) -> None:
    assert list(vocabulary.read([compound]).extra) == parts


def test_what_is_no_compound_is_not_split(vocabulary: Vocabulary) -> None:
    assert vocabulary.read(["xyzzyxyz"]).extra == ()


def test_two_words_that_are_known_as_one_are_read_as_that_one() -> None:
    joined = Vocabulary({"bostadskö": 1, "skolkort": 1})
    assert joined.read(["bostads", "kö"]).extra == ("bostadsko",)
    assert joined.read(["bostad", "kö"]).extra == ("bostadsko",)


def test_only_telling_words_are_parts_of_a_compound() -> None:
    assert Vocabulary(WRITTEN, ["bostad", "hyresrätt"]).read(["bostadskö"]).extra == ()


@given(st.lists(st.text(alphabet="abcdeåäö", min_size=1, max_size=50), max_size=8))
def test_there_is_one_word_read_for_each_word_written(written: list[str]) -> None:
    assert len(Vocabulary(WRITTEN).read(written).words) == len(written)


def test_an_empty_vocabulary_reads_words_as_they_are() -> None:
    assert Vocabulary({}).read(["hyresrättskö"]).words == ("hyresrättskö",)
