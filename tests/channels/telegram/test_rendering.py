"""Replies as Telegram messages: escaped, anchored, split where it does no harm."""

from __future__ import annotations

import pytest
from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.rendering import Draft, draw, utf16_length
from bot.conversation.replies import Block, Reply, Style
from bot.knowledge.rendering import Link, Phone, Plain, Span
from bot.languages.bidi import LRI, PDI, RLM, isolate
from bot.languages.table import Languages
from bot.settings import ROOT
from tests.standin.formatting import parse_html


def reply(languages: Languages, *blocks: tuple[Style, tuple[Span, ...]], language: str = "sv") -> Reply:
    made = tuple(Block(spans, languages[language], style) for style, spans in blocks)
    return Reply(languages[language], made)


def only(drafts: tuple[Draft, ...]) -> Draft:
    assert len(drafts) == 1
    return drafts[0]


def test_styles_become_tags_and_everything_is_escaped(languages: Languages) -> None:
    drawn = only(
        draw(
            reply(
                languages,
                (Style.HEADING, (Plain("Hus & <hem>"),)),
                (Style.TEXT, (Plain("Se "), Link("a.se", 'https://a.se/?q="x"&y=<1>'), Plain("."))),
                (Style.NOTICE, (Plain("Obs"),)),
            )
        )
    )
    assert drawn.html == (
        "<b>Hus &amp; &lt;hem&gt;</b>\n\n"
        'Se <a href="https://a.se/?q=&quot;x&quot;&amp;y=&lt;1&gt;">a.se</a>.\n\n'
        "<i>Obs</i>"
    )


def test_list_items_and_label_lines_stand_close_together(languages: Languages) -> None:
    rows = [
        (Style.TEXT, (Plain("a"),)),
        (Style.ITEM, (Plain("b"),)),
        (Style.ITEM, (Plain("c"),)),
        (Style.LABEL, (Plain("d"),)),
        (Style.LABEL, (Plain("e"),)),
    ]
    assert only(draw(reply(languages, *rows))).plain == "a\n\n• b\n• c\n\nd\ne"


def test_numbers_and_mail_addresses_stay_text_that_clients_make_tappable(languages: Languages) -> None:
    spans = (Plain("Ring "), Phone("0522-69 60 00", "+46522696000"), Plain(" "), Link("a@b.se", "mailto:a@b.se"))
    assert only(draw(reply(languages, (Style.TEXT, spans)))).html == "Ring 0522-69 60 00 a@b.se"


def test_a_number_in_an_arabic_line_is_shown_in_its_own_order(languages: Languages) -> None:
    number = isolate("0522-69 60 00", "rtl")
    line = only(draw(reply(languages, (Style.TEXT, (Plain("اتصل "), Phone(number, "+46522696000"))), language="ar")))
    assert "0522-69 60 00" in get_display(line.html, base_dir="R")


def test_an_arabic_line_that_begins_with_latin_letters_runs_right_to_left(languages: Languages) -> None:
    link = Link(isolate("uddevalla.se", "rtl"), "https://uddevalla.se")
    blocks = [(style, (link, Plain(" موقع"))) for style in (Style.TEXT, Style.ITEM, Style.HEADING)]
    lines = only(draw(reply(languages, *blocks, language="ar"))).html.split("\n\n")
    assert [line.partition("<a")[0] for line in lines] == [RLM, f"{RLM}• ", f"{RLM}<b>"]


def test_a_left_to_right_line_gets_no_mark(languages: Languages) -> None:
    assert only(draw(reply(languages, (Style.TEXT, (Plain("112"),))))).html == "112"


def test_the_swedish_text_follows_the_own_one(languages: Languages) -> None:
    own = Block((Plain("مرحبا"),), languages["ar"])
    swedish = Block((Plain("Hej"),), languages["sv"])
    assert only(draw(Reply(languages["ar"], (own,), beside=(swedish,)))).plain == "مرحبا\n\nHej"


def test_a_long_answer_is_split_between_paragraphs(languages: Languages) -> None:
    blocks = [(Style.HEADING if n % 5 == 0 else Style.TEXT, (Plain(f"{n} " + "ord " * 200),)) for n in range(12)]
    drafts = draw(reply(languages, *blocks))
    assert len(drafts) > 1
    for draft in drafts:
        text, _ = parse_html(draft.html)
        assert text == draft.plain
        assert utf16_length(text) <= 4096
    assert "\n\n".join(draft.plain for draft in drafts).count("ord") == 12 * 200


def test_a_single_paragraph_that_is_too_long_is_cut_between_words_and_never_inside_a_link(
    languages: Languages,
) -> None:
    link = Link("länktext " * 20, "https://a.se")
    spans = (Plain("ord " * 1010), link, Plain("ord " * 600), Plain("x" * 9000))
    drafts = draw(reply(languages, (Style.NOTICE, spans)))
    assert all(utf16_length(draft.plain) <= 4096 for draft in drafts)
    assert "".join(draft.plain for draft in drafts) == "".join(span.text for span in spans)
    assert sum(f">{link.text}</a>" in draft.html for draft in drafts) == 1


def test_a_cut_never_falls_inside_an_isolated_value(languages: Languages) -> None:
    value = isolate("0522-69 60 00", "rtl")
    drafts = draw(reply(languages, (Style.TEXT, (Plain(f"رقم {value} " * 400),)), language="ar"))
    assert len(drafts) > 1
    for draft in drafts:
        assert draft.plain.count(LRI) == draft.plain.count(PDI)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(min_size=1, max_size=1500), min_size=1, max_size=6), style=st.sampled_from(list(Style)))
def test_whatever_stands_in_a_text_telegram_takes_it(texts: list[str], style: Style) -> None:
    languages = Languages.load(ROOT / "locales" / "languages.yaml")
    for draft in draw(reply(languages, *((style, (Plain(text),)) for text in texts))):
        text, _ = parse_html(draft.html)
        assert text == draft.plain
        assert utf16_length(text) <= 4096


@pytest.mark.parametrize(("text", "units"), [("abc", 3), ("å", 1), ("😀", 2), ("ትግ", 2)])
def test_lengths_are_counted_as_telegram_counts(text: str, units: int) -> None:
    assert utf16_length(text) == units
