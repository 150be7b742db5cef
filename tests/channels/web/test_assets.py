"""The files for the browser: small, kept as long as they do not change, and complete without the internet."""

from __future__ import annotations

import httpx
import pytest

from bot.channels.web.assets import load_assets


@pytest.mark.parametrize(("name", "media_type"), [("page.css", "text/css"), ("chat.js", "text/javascript")])
async def test_files_are_kept_for_a_year_when_asked_for_by_version(
    web: httpx.AsyncClient, name: str, media_type: str
) -> None:
    version = load_assets()[name].version
    named = await web.get(f"/static/{name}", params={"v": version})
    assert named.headers["content-type"].startswith(media_type)
    assert "immutable" in named.headers["cache-control"]
    for other in ("", "?v=other"):
        assert "immutable" not in (await web.get(f"/static/{name}{other}")).headers["cache-control"]
    assert f"/static/{name}?v={version}" in (await web.get("/")).text


async def test_the_mark_is_a_drawing(web: httpx.AsyncClient) -> None:
    response = await web.get("/favicon.svg")
    assert response.headers["content-type"].startswith("image/svg+xml")
    assert response.text.startswith("<svg")


@pytest.mark.parametrize("name", ["page.css", "chat.js", "favicon.svg"])
def test_files_are_small_and_fetch_nothing_from_elsewhere(name: str) -> None:
    text = load_assets()[name].body.decode()
    assert len(text) < 24_000
    assert "url(" not in text
    assert "@import" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_the_style_sheet_mirrors_itself() -> None:
    text = load_assets()["page.css"].body.decode()
    for physical in ("margin-left", "margin-right", "padding-left", "padding-right", "text-align: left", "float:"):
        assert physical not in text
