"""Headers on every response, and nothing a visitor wrote in any log or address."""

from __future__ import annotations

import logging
import re

import httpx
import pytest

from bot.channels.web.protection import place_of
from tests.channels.web.conftest import QUEUE

PATHS = ("/", "/areas", f"/t/{QUEUE}", "/nowhere", "/healthz", "/favicon.svg", "/static/page.css")


@pytest.mark.parametrize("path", PATHS)
async def test_every_response_is_guarded(web: httpx.AsyncClient, path: str) -> None:
    headers = (await web.get(path)).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/areas", f"/t/{QUEUE}", "/nowhere", "/healthz"])
async def test_pages_are_never_stored(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(path)).headers["cache-control"] == "no-store"


async def test_an_error_is_guarded_too(web: httpx.AsyncClient) -> None:
    response = await web.post("/", data={"text": "bug"})
    assert response.status_code == 500
    assert "content-security-policy" in response.headers


@pytest.mark.parametrize("path", ["/", "/areas", f"/t/{QUEUE}", "/nowhere"])
async def test_nothing_is_inline_and_nothing_comes_from_elsewhere(web: httpx.AsyncClient, path: str) -> None:
    text = (await web.get(path)).text
    assert not re.search(r"<[^>]+\s(style|on\w+)=", text)
    assert not re.search(r"<style|<script>|javascript:", text)
    loaded = re.findall(r'<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="([^"]*)"', text)
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)


async def test_questions_reach_no_log(web: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for text in ("bostadskö", "jag vill dö", "nonsense"):
            await web.post("/", data={"text": text})
    own = [record.getMessage() for record in caplog.records if record.name.split(".")[0] in ("bot", "starlette")]
    assert own == []


async def test_questions_reach_no_address(web: httpx.AsyncClient) -> None:
    text = (await web.post("/", data={"text": "bostadskö secret"})).text
    addresses = re.findall(r'(?:href|action|src|value)="([^"]*)"', text)
    assert addresses
    assert not any("secret" in address for address in addresses)


def test_the_place_of_an_error_is_told_without_what_it_says() -> None:
    try:
        raise ValueError("what somebody wrote")
    except ValueError as error:
        place = place_of(error)
    assert "test_protection.py" in place
    assert "somebody" not in place
