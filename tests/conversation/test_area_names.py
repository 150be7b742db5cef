"""A single word that names an area opens that area."""

from __future__ import annotations

import pytest

from bot.conversation.area_names import AreaNames
from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.conversation.replies import Kind, Message


@pytest.mark.parametrize(
    ("text", "language", "area"),
    [
        ("pengar", "sv", "money"),
        ("Pengar!", "sv-simple", "money"),
        ("children", "en", "children-and-family"),
        ("أطفال", "ar", "children-and-family"),
        ("العائلة", "ar", "children-and-family"),
        ("familj", "uk", "children-and-family"),
    ],
)
def test_a_word_of_its_name_opens_an_area(brain: Brain, text: str, language: str, area: str) -> None:
    chain = [one.id for one in brain.languages.chain(language)]
    assert brain.area_names.named(text, chain) == area


def test_several_words_short_words_and_words_of_two_areas_open_none() -> None:
    names = AreaNames({"sv": {"one": "Ny i Sverige", "two": "Skola i Sverige"}})
    assert [names.named(text, ["sv"]) for text in ("ny", "sverige", "skola i", "", "🙂")] == [None] * 5
    assert names.named("skola", ["sv"]) == "two"
    assert names.named("skola", ["en"]) is None


def test_what_is_too_wide_for_a_topic_shows_its_area(dialogue: Dialogue) -> None:
    reply = dialogue.reply(Message(text="pengar", chosen="sv"))
    assert reply.kind is Kind.MENU
    assert "Pengar och skulder" in reply.text
