"""A stand-in, and a bare client that speaks to it without any library for bots."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.standin.server import StandIn


class Client:
    """Calls methods with JSON and returns the whole reply."""

    def __init__(self, session: aiohttp.ClientSession, standin: StandIn) -> None:
        self._session, self._standin = session, standin

    async def call(self, method: str, token: str = "", **parameters: Any) -> dict[str, Any]:
        url = f"{self._standin.url}/bot{token or self._standin.token}/{method}"
        async with self._session.post(url, json=parameters) as response:
            reply: dict[str, Any] = await response.json()
            assert reply["ok"] == (response.status == 200)
            return reply

    async def result(self, method: str, **parameters: Any) -> Any:
        reply = await self.call(method, **parameters)
        assert reply["ok"], reply
        return reply["result"]

    async def refusal(self, method: str, **parameters: Any) -> str:
        reply = await self.call(method, **parameters)
        assert not reply["ok"], reply
        return str(reply["description"])


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    async with StandIn() as standin:
        yield standin


@pytest.fixture
async def client(standin: StandIn) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, standin)
