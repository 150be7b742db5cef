"""Places as blocks."""

from __future__ import annotations

import pytest

from bot.conversation.places import place_block
from bot.conversation.replies import Link, Place
from bot.languages.bidi import FSI, PDI
from bot.languages.table import Languages


@pytest.mark.parametrize(
    ("place", "text", "url"),
    [
        (Place("Biblioteket", "Kungsgatan 1", (58.35, 11.93)), "Biblioteket, Kungsgatan 1", "mlat=58.35000"),
        (Place("Biblioteket", "Kungsgatan 1"), "Biblioteket, Kungsgatan 1", "query=Kungsgatan+1%2C+Uddevalla"),
        (Place("Biblioteket"), "Biblioteket", "query=Biblioteket%2C+Uddevalla"),
    ],
)
def test_a_place_leads_to_the_map(languages: Languages, place: Place, text: str, url: str) -> None:
    block = place_block(place, languages["sv"])
    assert block.text == text
    (link,) = [span for span in block.spans if isinstance(span, Link)]
    assert url in link.url


def test_names_are_set_apart_in_right_to_left_text(languages: Languages) -> None:
    block = place_block(Place("Biblioteket", "Kungsgatan 1"), languages["ar"])
    assert block.text == f"{FSI}Biblioteket{PDI}, {FSI}Kungsgatan 1{PDI}"
