"""The server in its process: the address it tells, its orderly end, and what it says when it cannot listen."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.channels.web import PortInUseError, WebAddressError, serve_web
from bot.channels.web.serving import address_of
from bot.settings import Settings
from tests.channels.web.conftest import Door


def settings(host: str = "127.0.0.1", port: int = 0) -> Settings:
    return Settings(web_host=host, web_port=port)


class Serving:
    """A server that runs as long as the test."""

    def __init__(self, door: Door) -> None:
        self.stop = asyncio.Event()
        self.address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(serve_web(door.app, settings(), self.stop, on_bound=self.address.set_result))


@pytest.fixture
async def serving(door: Door) -> AsyncIterator[Serving]:
    serving = Serving(door)
    yield serving
    serving.stop.set()
    await serving.task


async def test_it_tells_the_address_it_took_and_serves_there(serving: Serving) -> None:
    address = await serving.address
    assert not address.endswith(":0/")
    async with httpx.AsyncClient(base_url=address) as web:
        response = await web.post("/", data={"text": "bostadskö"})
    assert response.status_code == 200
    assert "server" not in response.headers


async def test_it_ends_when_told_and_frees_the_port(serving: Serving) -> None:
    address = await serving.address
    port = int(address.rstrip("/").rsplit(":", 1)[1])
    serving.stop.set()
    await asyncio.wait_for(serving.task, 5)
    with socket.create_server(("127.0.0.1", port)):
        pass


async def test_it_ends_when_it_is_cancelled(door: Door) -> None:
    serving = Serving(door)
    await serving.address
    serving.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving.task


async def test_a_port_in_use_is_said_with_the_setting_to_change(door: Door) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"{port}.*TILLSAMMANS_WEB_PORT") as refused:
            await serve_web(door.app, settings(port=port), asyncio.Event())
    assert "\n" not in str(refused.value)


async def test_an_address_that_is_not_ours_is_said_with_the_settings(door: Door) -> None:
    with pytest.raises(WebAddressError, match="TILLSAMMANS_WEB_HOST"):
        await serve_web(door.app, settings("192.0.2.1"), asyncio.Event())


async def test_it_prints_nothing_and_logs_no_question(
    serving: Serving, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        async with httpx.AsyncClient(base_url=await serving.address) as web:
            await web.post("/", data={"text": "bostadskö"})
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []
    assert capfd.readouterr() == ("", "")


async def test_a_question_larger_than_the_limit_is_answered_over_the_wire(serving: Serving) -> None:
    async with httpx.AsyncClient(base_url=await serving.address) as web:
        response = await web.post("/", data={"text": "x" * 500_000})
    assert response.status_code == 413


def test_an_ipv6_address_is_written_as_browsers_want_it() -> None:
    class Six(socket.socket):
        def getsockname(self) -> tuple[str, int, int, int]:
            return ("::1", 8080, 0, 0)

    with Six() as sock:
        assert address_of(sock) == "http://[::1]:8080/"
