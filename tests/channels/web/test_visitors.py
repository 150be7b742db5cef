"""The language a browser suggests, and the key a connection is counted under."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from bot.channels.web.visitors import client_key, suggested_tag
from bot.languages.table import Languages


@pytest.mark.parametrize(
    ("header", "served"),
    [
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("de-DE,de;q=0.9,so;q=0.8,en;q=0.7", "so"),
        ("en;q=0.5, uk", "uk"),
        ("ar-SY", "ar"),
        ("ku", "kmr"),
        ("fa-AF", "prs"),
        ("hr", "bs"),
        ("en;q=0, uk;q=0.1", "uk"),
        ("en;q=x, ti", "ti"),
        ("xx, *;q=0.5", None),
        ("", None),
        (",;q=,;;,", None),
    ],
)
def test_the_best_language_we_serve_is_suggested(header: str, served: str | None, languages: Languages) -> None:
    assert languages.negotiate(suggested_tag(header, languages)) == served


@given(st.text(max_size=300))
def test_no_header_breaks_the_page(languages: Languages, header: str) -> None:
    tag = suggested_tag(header, languages)
    assert tag is None or tag in header


def key(host: str | None) -> str:
    return client_key(Request({"type": "http", "client": (host, 1) if host is not None else None, "headers": []}))


def test_a_household_with_ipv6_counts_as_one() -> None:
    assert key("2001:db8:1:2:aaaa::1") == key("2001:db8:1:2:bbbb::2")
    assert key("2001:db8:1:2::1") != key("2001:db8:1:3::1")


def test_other_addresses_count_each_for_itself() -> None:
    assert key("192.0.2.1") != key("192.0.2.2")
    assert key("a name") == "a name"
    assert key(None) == ""
