"""What may be posted: from our own page, within limits, and in any shape without breaking anything."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from bot.channels.web.submissions import BODY_LIMIT, EARLIER_KEPT, is_from_this_page, topics_among
from bot.conversation.actions import Verb
from tests.channels.web.conftest import ORIGIN
from tests.channels.web.reading import read_html

HOST = ORIGIN.removeprefix("http://")


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"origin": ORIGIN}, True),
        ({"origin": f"https://{HOST}"}, True),
        ({"origin": "null"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, False),
        ({"origin": "https://elsewhere.test"}, False),
        ({"origin": f"http://{HOST}:8081"}, False),
        ({"origin": "http://["}, False),
    ],
)
def test_only_our_own_page_may_post(headers: dict[str, str], allowed: bool) -> None:
    assert is_from_this_page(Headers({"host": HOST, **headers})) is allowed


async def test_a_form_from_elsewhere_is_refused_with_help_and_changes_nothing(web: httpx.AsyncClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    response = await web.post("/", data={"action": "choose:ar"}, headers=headers)
    assert response.status_code == 403
    assert "set-cookie" not in response.headers
    assert read_html(response.text).all("a", href="tel:112")


@pytest.mark.parametrize("size", [BODY_LIMIT + 1, 3 * 1024 * 1024, 9 * 1024 * 1024])
async def test_too_much_is_refused_in_words(web: httpx.AsyncClient, size: int) -> None:
    text = "x" * size
    for response in (await web.post("/", data={"text": text}), await web.post("/", files={"text": (None, text)})):
        assert response.status_code == 413
        assert read_html(response.text).all("a", href="tel:112")


async def test_ten_thousand_letters_of_any_script_are_within_the_limit(web: httpx.AsyncClient) -> None:
    for letter in "aåعሰ😀":
        response = await web.post("/", files={"text": (None, letter * 10_000)})
        assert response.status_code == 200


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=b", b"--c\r\nnot a form"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data", b"--b--"),
        (
            "multipart/form-data; boundary=b; charset=nonsense",
            b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--b--\r\n',
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="text"; filename="a.txt"\r\n\r\nx\r\n--b--\r\n',
        ),
        ("application/x-www-form-urlencoded", b"%ff%fe=%&&&=;text"),
        ("application/x-www-form-urlencoded", b"text=%00%ff%c3&action=%ed%a0%80"),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(500))),
        ("application/json", b'{"text": "sfi"}'),
        ("", b"\x00\xff"),
    ],
)
async def test_what_is_no_form_gets_a_page_that_helps(web: httpx.AsyncClient, content_type: str, body: bytes) -> None:
    response = await web.post("/", content=body, headers={"Content-Type": content_type})
    assert response.status_code in (200, 400)
    assert read_html(response.text).all("textarea", id="question")


@given(st.lists(st.text(max_size=80), max_size=30))
def test_only_topics_are_remembered_and_only_a_few(codes: list[str]) -> None:
    kept = topics_among([*codes, "topic:sfi:sv", "topic:sfi:sv", "forget-yes"])
    assert len(kept) <= EARLIER_KEPT
    assert {action.verb for action in kept} == {Verb.TOPIC}
    assert len(set(kept)) == len(kept)
