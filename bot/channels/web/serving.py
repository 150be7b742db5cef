"""The web server inside the one process: bound before it is told, ended when the process ends."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable, Generator

import uvicorn
from starlette.types import ASGIApp

from bot.settings import Settings

_SECONDS_TO_FINISH = 5


class WebAddressError(Exception):
    """The web page cannot listen where it is told to; the message says what, and which setting to change."""


class PortInUseError(WebAddressError):
    """Another program listens on that port already."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to the process, which has more to end than this server."""
        yield


async def serve_web(
    app: ASGIApp, settings: Settings, stop: asyncio.Event, *, on_bound: Callable[[str], None] = lambda address: None
) -> None:
    """Serve `app` until `stop` is set; `on_bound` is told the address, such as "http://127.0.0.1:8080/".

    Raises PortInUseError or WebAddressError before anything is served. Requests are not logged: they are questions.
    """
    sock = _bind(settings.web_host, settings.web_port)
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([sock]))
    stopping = asyncio.create_task(stop.wait())
    try:
        on_bound(address_of(sock))
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        server.should_exit = True
        await serving


def address_of(sock: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(
                f"Port {port} on {host} is used by another program: end that program, or set TILLSAMMANS_WEB_PORT "
                "to another port (0 takes a free one)"
            ) from error
        raise WebAddressError(
            f"The web page cannot listen on {host}, port {port} ({error.strerror}): "
            "set TILLSAMMANS_WEB_HOST and TILLSAMMANS_WEB_PORT"
        ) from error
