from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.letter_words import LetterWords

WORDS = LetterWords(
    {
        "betalningsanmärkning": [],
        "hyresförhandling": [],
        "försörjningsstöd": [],
        "beslut": [],
        "faktura": [],
        "anmälan": ["anmälningar", "anmälningarna"],
        "god man": ["gode mannen"],
        "delgivning": [],
        "ränta": [],
    }
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("betalningsanmärkning", ["betalningsanmärkning"]),
        ("Betalningsanmärkningen", ["betalningsanmärkning"]),
        ("betalningsanmarkningar", ["betalningsanmärkning"]),
        ("betalningsanmärknig", ["betalningsanmärkning"]),
        ("hyresförhandlingen", ["hyresförhandling"]),
        ("försörjningsstödsbeslut", ["försörjningsstöd", "beslut"]),
        ("fakturorna och räntan", ["faktura", "ränta"]),
        ("anmälningar", ["anmälan"]),
        ("jag har fått en god man", ["god man"]),
        ("DELGIVNINGEN!", ["delgivning"]),
        ("ما معنى delgivning في الرسالة", ["delgivning"]),
        ("що таке «försörjningsstöd»?", ["försörjningsstöd"]),
        ("what does betalningsanmärkning mean", ["betalningsanmärkning"]),
    ],
)
def test_a_word_is_found_in_any_form(text: str, found: list[str]) -> None:
    assert list(WORDS.find(text)) == found


@pytest.mark.parametrize("text", ["", "hej", "jag vill boka en tid", "godman", "be", "resa", "räta", "👍", "12 34"])
def test_other_words_are_left_alone(text: str) -> None:
    assert WORDS.find(text) == ()


@given(st.text(max_size=300))
def test_any_text_can_be_asked(text: str) -> None:
    assert set(WORDS.find(text)) <= {
        "betalningsanmärkning",
        "hyresförhandling",
        "försörjningsstöd",
        "beslut",
        "faktura",
        "anmälan",
        "god man",
        "delgivning",
        "ränta",
    }


def test_an_empty_glossary_finds_nothing() -> None:
    assert LetterWords({}).find("betalningsanmärkning") == ()


def test_a_word_residents_use_is_never_taken_for_a_misspelling() -> None:
    assert LetterWords({"fordonsskatt": []}).find("fordonskatt") == ("fordonsskatt",)
    assert LetterWords({"fordonsskatt": []}, ["hur betalar jag fordonskatt"]).find("fordonskatt") == ()
