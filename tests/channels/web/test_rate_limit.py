"""The token bucket by itself, and as visitors meet it."""

from __future__ import annotations

import httpx
import pytest

from bot.channels.web.rate_limit import CAPACITY, PER_SECOND, RateLimit
from tests.channels.web.conftest import DANGERS, HELPLINE, Door
from tests.channels.web.reading import read_html


class Clock:
    """A clock that tests turn."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_full_bucket_is_spent_and_refilled_with_time() -> None:
    clock = Clock()
    limit = RateLimit(clock, capacity=2, per_second=0.5)
    assert [limit.take("a"), limit.take("a")] == [0, 0]
    assert limit.take("a") == pytest.approx(2)
    clock.now += 1
    assert limit.take("a") == pytest.approx(1)
    clock.now += 1
    assert limit.take("a") == 0
    assert limit.take("a") > 0


def test_waiting_long_saves_up_no_more_than_a_full_bucket() -> None:
    clock = Clock()
    limit = RateLimit(clock, capacity=2, per_second=1)
    limit.take("a")
    clock.now += 10_000
    assert [limit.take("a") > 0 for _ in range(3)] == [False, False, True]


def test_clients_do_not_spend_each_others_tokens() -> None:
    limit = RateLimit(Clock(), capacity=1)
    assert [limit.take("a"), limit.take("b")] == [0, 0]
    assert limit.take("a") > 0


def test_however_many_clients_come_only_so_many_are_remembered() -> None:
    limit = RateLimit(Clock(), capacity=1, most_clients=10)
    limit.take("busy")
    for number in range(1_000):
        limit.take(f"client {number}")
        assert limit.take("busy") > 0
    assert len(limit) == 10


async def ask_until_refused(web: httpx.AsyncClient, text: str) -> tuple[int, httpx.Response]:
    for asked in range(CAPACITY + 2):
        response = await web.post("/", data={"text": text})
        if response.status_code != 200:
            return asked, response
    raise AssertionError("never refused")


async def test_too_many_questions_are_refused_kindly_and_nothing_is_lost(web: httpx.AsyncClient) -> None:
    asked, response = await ask_until_refused(web, "bostadskö & mer")
    assert asked == CAPACITY
    assert response.status_code == 429
    assert response.headers["retry-after"] == "1"
    page = read_html(response.text)
    assert page.all("a", "phone", href="tel:112")
    assert page.one("textarea", id="question").text == "bostadskö & mer"


async def test_after_the_wait_questions_are_answered_again(web: httpx.AsyncClient, door: Door) -> None:
    await ask_until_refused(web, "sfi")
    door.now += 1 / PER_SECOND
    assert (await web.post("/", data={"text": "sfi"})).status_code == 200


async def test_danger_is_always_answered(web: httpx.AsyncClient) -> None:
    await ask_until_refused(web, "sfi")
    for fields in [*({"text": text} for text in DANGERS), {"action": f"topic:{HELPLINE}:ar"}]:
        response = await web.post("/", data=fields)
        assert response.status_code == 200
        assert "tel:90101" in response.text
    assert (await web.post("/", data={"text": "sfi"})).status_code == 429


async def test_reading_pages_is_not_limited(web: httpx.AsyncClient) -> None:
    await ask_until_refused(web, "sfi")
    for path in ("/", "/areas", "/t/sfi", "/healthz"):
        assert (await web.get(path)).status_code == 200
