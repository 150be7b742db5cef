"""Places as links."""

from __future__ import annotations

import pytest

from bot.conversation.places import place_link
from bot.conversation.replies import Place
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
    link = place_link(place, languages["sv"])
    assert link.text == text
    assert url in link.url


def test_names_are_set_apart_in_right_to_left_text(languages: Languages) -> None:
    link = place_link(Place("Biblioteket", "Kungsgatan 1"), languages["ar"])
    assert link.text == f"{FSI}Biblioteket, Kungsgatan 1{PDI}"
