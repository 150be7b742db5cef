"""Addresses and points as links to a map that anybody can open without an account."""

from __future__ import annotations

from urllib.parse import urlencode

_MAP = "https://www.openstreetmap.org/"
_MUNICIPALITY = "Uddevalla"
# About a quarter, with the names of its streets.
_ZOOM = 17


def map_search(address: str) -> str:
    """A map on which an address of the municipality is looked up; no coordinates are made up for it."""
    whole = address if _MUNICIPALITY.casefold() in address.casefold() else f"{address}, {_MUNICIPALITY}"
    return f"{_MAP}search?{urlencode({'query': whole})}"


def map_point(latitude: float, longitude: float) -> str:
    """A map with a mark at a point, in degrees (WGS 84)."""
    mark = urlencode({"mlat": f"{latitude:.5f}", "mlon": f"{longitude:.5f}"})
    return f"{_MAP}?{mark}#map={_ZOOM}/{latitude:.5f}/{longitude:.5f}"
