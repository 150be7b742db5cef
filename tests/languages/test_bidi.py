from __future__ import annotations

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from bot.languages.bidi import CONTROLS, FSI, LRI, PDI, RLM, anchor_line, isolate, strip_controls

ARABIC = "اتصل على الرقم"


@pytest.mark.parametrize(
    "value",
    ["0522-69 60 00", "+46 522 69 60 00", "114 14", "16:30–18:00", "2026-12-05", "50–120 kr", "020-50 50 50"],
)
def test_figures_keep_their_order_in_arabic_text(value: str) -> None:
    shown = strip_controls(get_display(f"{ARABIC} {isolate(value, 'rtl')}.", base_dir="R"))
    assert value in shown


def test_without_isolates_a_phone_number_shows_reversed() -> None:
    """The trap this guards against; if this ever fails, the isolates may be unnecessary."""
    assert "0522-69 60 00" not in get_display(f"{ARABIC} 0522-69 60 00.", base_dir="R")


def test_left_to_right_text_gets_no_controls_for_plain_values() -> None:
    assert isolate("0522-69 60 00", "ltr") == "0522-69 60 00"


def test_an_arabic_name_is_isolated_in_swedish_text() -> None:
    assert isolate("العربية", "ltr", is_text=True) == "\u2068العربية\u2069"


@given(st.text(), st.sampled_from(["ltr", "rtl"]), st.booleans())
def test_isolates_are_balanced_whatever_the_value(value: str, direction: str, is_text: bool) -> None:
    wrapped = isolate(value, direction, is_text=is_text)
    assert CONTROLS.findall(wrapped) in ([], [LRI, PDI], [FSI, PDI])


def test_a_line_that_begins_with_latin_letters_is_anchored_right_to_left() -> None:
    assert anchor_line("Uddevallahem هي شركة", "rtl").startswith(RLM)
    assert anchor_line("هذه Uddevallahem", "rtl") == "هذه Uddevallahem"
    assert anchor_line(isolate("112", "rtl") + " اتصل", "rtl").count(RLM) <= 1
    assert anchor_line("Uddevallahem", "ltr") == "Uddevallahem"


def test_anchoring_twice_adds_nothing() -> None:
    once = anchor_line("112 اتصل", "rtl")
    assert anchor_line(once, "rtl") == once
