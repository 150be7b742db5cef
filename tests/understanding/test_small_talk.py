"""Courtesies, alone and round a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.normalising import normalise, words
from bot.understanding.small_talk import SmallTalk

PHRASES = {
    "greeting": {"sv": ["hej", "god morgon"], "ar": ["السلام عليكم"]},
    "thanks": {"sv": ["tack", "tack så mycket"]},
    "bye": {"sv": ["hej då"]},
    "who": {"sv": ["vem är du", "är du en robot"]},
    "what": {"sv": ["vad kan du", "hjälp"]},
}


@pytest.fixture(scope="module")
def talk() -> SmallTalk:
    return SmallTalk(PHRASES)


def find(talk: SmallTalk, text: str) -> tuple[str | None, list[str]]:
    return talk.find(words(normalise(text)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hej!", "greeting"),
        ("hej hej hej", "greeting"),
        ("God morgon :)", "greeting"),
        ("hej då", "bye"),
        ("Hej, vem är du?", "who"),
        ("hej vad kan du", "what"),
        ("hej, tack så mycket!", "thanks"),
        ("Hjalp", "what"),
        ("السلامُ عليكم", "greeting"),
    ],
)
def test_a_message_of_courtesies_alone_is_small_talk(talk: SmallTalk, text: str, kind: str) -> None:
    assert find(talk, text) == (kind, [])


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Hej, hur söker jag bostad? Tack!", ["hur", "söker", "jag", "bostad"]),
        ("vad kan du göra om chefen inte betalar", ["vad", "kan", "du", "göra", "om", "chefen", "inte", "betalar"]),
        ("hur säger man tack på svenska", ["hur", "säger", "man", "tack", "på", "svenska"]),
        ("hjälp med hyran", ["hjälp", "med", "hyran"]),
    ],
)
def test_courtesies_round_a_question_are_set_aside(talk: SmallTalk, text: str, question: list[str]) -> None:
    assert find(talk, text) == (None, question)


def test_nothing_is_no_small_talk(talk: SmallTalk) -> None:
    assert find(talk, "") == (None, [])
    assert SmallTalk({}).find(["hej"]) == (None, ["hej"])


@given(st.lists(st.sampled_from(["hej", "tack", "då", "bostad", "vem", "är", "du"]), max_size=8))
def test_what_is_left_stands_in_the_message(message: list[str]) -> None:
    kind, left = SmallTalk(PHRASES).find(message)
    assert (kind is None) == bool(left) or not message
    assert " ".join(left) in " ".join(message)


def test_a_name_that_folds_to_a_courtesy_is_none() -> None:
    talk = SmallTalk({"thanks": {"en": ("ok",), "sv": ("tack så mycket",)}})
    assert talk.find(["ök", "idé"]) == (None, ["ök", "idé"])
    assert talk.find(["tack", "sa", "mycket"]) == ("thanks", [])
