"""Telegram's HTML and its refusals."""

from __future__ import annotations

import pytest

from tests.standin.formatting import FormattingError, entities_typed, parse_html


def test_tags_become_entities_counted_in_utf16() -> None:
    text, entities = parse_html('😀 <b>fet <i>och</i></b> &lt;<a href="https://a.se/?b=1&amp;c=2">länk</a>')
    assert text == "😀 fet och <länk"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 7},
        {"type": "italic", "offset": 7, "length": 3},
        {"type": "text_link", "offset": 12, "length": 4, "url": "https://a.se/?b=1&c=2"},
    ]


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("<b>fet", 'end tag corresponding to start tag "b"'),
        ("fet</b>", "Unexpected end tag"),
        ("<b><i>fet</b></i>", 'expected "</i>", found "</b>"'),
        ("<p>stycke</p>", 'Unsupported start tag "p"'),
        ("1 < 2", "Unclosed start tag"),
        ("<b onclick='x'>fet</b>", "Unexpected attributes"),
        ("å<br>", "at byte offset 2"),
    ],
)
def test_what_is_not_telegrams_html_is_refused(source: str, refusal: str) -> None:
    with pytest.raises(FormattingError, match=refusal):
        parse_html(source)


def test_a_bare_ampersand_is_let_through() -> None:
    assert parse_html("H&M &nbsp;") == ("H&M &nbsp;", [])


def test_typed_commands_and_mentions_are_marked() -> None:
    assert [entity["type"] for entity in entities_typed("/start sfi @bot_bot a@b.se")] == ["bot_command", "mention"]
