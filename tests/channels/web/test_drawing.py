"""Replies as they are laid out: what stands together, and in which language and direction."""

from __future__ import annotations

import pytest

from bot.channels.web.assets import load_assets
from bot.channels.web.drawing import SUGGESTED, Drawing, make_page, shown_question
from bot.conversation.brain import Brain
from bot.conversation.dialogue import READ_CHARACTERS
from bot.conversation.replies import Block, Link, Phone, Plain, Reply, Style
from tests.channels.web.conftest import Door
from tests.channels.web.reading import Element, read_html


def drawn(door: Door, *blocks: Block, page_language: str = "sv") -> Element:
    reply = Reply(door.brain.languages["sv"], blocks)
    fragment = Drawing(load_assets()).fragment(make_page(door.brain, page_language, reply))
    return read_html(fragment).one("article", "answer")


def block(door: Door, text: str, style: Style = Style.TEXT, language_id: str = "sv") -> Block:
    return Block((Plain(text),), door.brain.languages[language_id], style)


def test_every_block_carries_its_own_language_and_direction(door: Door) -> None:
    answer = drawn(
        door,
        block(door, "hej"),
        block(door, "مرحبا", Style.HEADING, "ar"),
        block(door, "سلام", Style.ITEM, "prs"),
        block(door, "hi", Style.NOTICE, "en"),
        block(door, "ሰላም", Style.LABEL, "ti"),
    )
    found = {
        element.text: (element.inherited("lang"), element.inherited("dir"))
        for tag in ("p", "h2", "li")
        for element in answer.all(tag)
    }
    assert found["hej"] == ("sv", "ltr")
    assert found["مرحبا"] == ("ar", "rtl")
    assert found["سلام"] == ("fa-AF", "rtl")
    assert found["ሰላም"] == ("ti", "ltr")
    assert [value for text, value in found.items() if text.endswith("hi")] == [("en", "ltr")]


def test_items_stand_in_one_list_until_another_style_comes(door: Door) -> None:
    items = [block(door, text, Style.ITEM) for text in "abc"]
    answer = drawn(door, *items[:2], block(door, "text"), items[2])
    assert [[item.text for item in list_.all("li")] for list_ in answer.all("ul")] == [["a", "b"], ["c"]]


def test_everything_in_texts_is_escaped(door: Door) -> None:
    hostile = '<img src=x onerror="alert(1)">&\'"'
    sv = door.brain.languages["sv"]
    spans = (Plain(hostile), Phone(hostile, '112" onclick="x', hostile), Link(hostile, 'https://x.test/"><b>'))
    answer = drawn(door, *(Block(spans, sv, style) for style in Style))
    assert answer.all("img") == []
    assert answer.all("b") == []
    assert hostile in answer.one("h2").text
    assert all(set(link.attributes) <= {"class", "href", "target", "rel"} for link in answer.all("a"))


def test_mail_opens_no_tab(door: Door) -> None:
    mail = Block((Link("a@b.se", "mailto:a@b.se"),), door.brain.languages["sv"])
    assert "target" not in drawn(door, mail).one("a").attributes


def test_an_answer_without_heading_gets_one_for_screen_readers(door: Door) -> None:
    words = door.brain.words.of("ar")
    hidden = drawn(door, block(door, "hej"), page_language="ar").one("h2", "visually-hidden")
    assert hidden.text == words("Answer")
    assert hidden.attributes["dir"] == "rtl"
    assert len(drawn(door, block(door, "Rubrik", Style.HEADING)).all("h2")) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  hej  ", "hej"),
        ("a\x00b\x07c", "abc"),
        ("a\u202eb\u2066c\u2069", "abc"),
        ("rad ett\r\nrad två", "rad ett\nrad två"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("\ud800", ""),
        ("x" * READ_CHARACTERS, "x" * READ_CHARACTERS),
        ("x" * (READ_CHARACTERS + 1), "x" * READ_CHARACTERS + "…"),
    ],
)
def test_a_question_is_shown_without_what_draws_nothing(text: str, shown: str) -> None:
    assert shown_question(text) == shown


def test_suggested_topics_exist(brain: Brain) -> None:
    assert set(SUGGESTED) <= set(brain.content.topics)
