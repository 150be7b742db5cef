"""Links to the map, and no coordinates that nobody has measured."""

from __future__ import annotations

from urllib.parse import parse_qs, urlparse

import pytest

from bot.knowledge.maps import map_point, map_search


@pytest.mark.parametrize(
    ("address", "looked_up"),
    [
        ("Kungsgatan 29, 451 30 Uddevalla", "Kungsgatan 29, 451 30 Uddevalla"),
        ("Junogatan 2", "Junogatan 2, Uddevalla"),
        ("Åsgatan 1 & 3 #2", "Åsgatan 1 & 3 #2, Uddevalla"),
    ],
)
def test_an_address_is_looked_up_in_the_municipality(address: str, looked_up: str) -> None:
    url = urlparse(map_search(address))
    assert (url.netloc, url.path, url.fragment) == ("www.openstreetmap.org", "/search", "")
    assert parse_qs(url.query) == {"query": [looked_up]}


def test_a_point_is_marked() -> None:
    assert map_point(58.3498, 11.9424) == (
        "https://www.openstreetmap.org/?mlat=58.34980&mlon=11.94240#map=17/58.34980/11.94240"
    )
