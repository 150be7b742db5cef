"""The stand-in as an HTTP server on a loopback port."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from types import TracebackType
from typing import Any
from weakref import WeakSet

from aiohttp import web

from tests.standin import inline, profile  # noqa: F401 - they register their methods
from tests.standin.faults import Break, Fault, FloodLimit, too_many_requests
from tests.standin.methods import METHODS
from tests.standin.spec import Specification
from tests.standin.webhooks import Poster
from tests.standin.world import ApiError, Call, World

TOKEN = "4711:AAFakeTokenOfTheStandIn_0123456789abcd"


class StandIn:
    """A Bot API server for one bot. `async with StandIn() as standin:` serves it at `standin.url`."""

    def __init__(self, token: str = TOKEN, latency: float = 0.0) -> None:
        """`latency` in seconds is added to every call."""
        self.token, self.latency = token, latency
        self.specification = Specification.load()
        self.world = World(self.specification)
        self.flood_limit: FloodLimit | None = None
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.poster = Poster(self.world, lambda: self._next_fault("post"))
        self._posting: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._calls_now = self.most_calls_at_once = 0
        self._idle: WeakSet[Any] = WeakSet()
        app = web.Application(client_max_size=60 * 2**20)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self.url = ""

    async def __aenter__(self) -> StandIn:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._posting = asyncio.create_task(self.poster.run())
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._posting:
            self._posting.cancel()
            await asyncio.gather(self._posting, return_exceptions=True)
        self.world.polls.current += 1
        await self.world.happened()
        await self._runner.cleanup()

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method fail, one fault each; with "post", the next posts to the webhook."""
        self._faults[method].extend(faults)

    def hang_up(self) -> None:
        """Close every connection on which nothing is asked just now, as a server does after a while."""
        for transport in self._idle:
            transport.close()

    def mend(self) -> None:
        """Forget the faults that have not been met yet."""
        self._faults.clear()

    @property
    def faults_left(self) -> int:
        """How many injected faults have not been met yet."""
        return sum(map(len, self._faults.values()))

    def _next_fault(self, method: str) -> Fault | None:
        return self._faults[method].popleft() if self._faults[method] else None

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self._calls_now += 1
        self._idle.discard(request.transport)
        self.most_calls_at_once = max(self.most_calls_at_once, self._calls_now)
        try:
            return await self._reply(request)
        finally:
            self._calls_now -= 1
            if request.transport is not None:
                # When the reply has been written.
                asyncio.get_running_loop().call_soon(self._idle.add, request.transport)

    async def _reply(self, request: web.Request) -> web.StreamResponse:
        token, _, called = request.match_info["path"].removeprefix("bot").partition("/")
        if self.latency:
            await asyncio.sleep(self.latency)
        if token != self.token:
            # A token that is not even of the right form is 404, as with Telegram.
            return _error(ApiError(401, "Unauthorized") if ":" in token else ApiError(404, "Not Found"))
        method = self.specification.method(called)
        if method is None:
            return _error(ApiError(404, "Not Found"))
        fault = self._next_fault(method) or Fault()
        if method == "sendMessage" and self.flood_limit and not self.flood_limit.takes(time.monotonic()):
            fault = too_many_requests(1)
        if fault.breaks in (Break.BEFORE, Break.SILENCE) or fault.code:
            return await self._fail(request, fault)
        response = await self._call(request, method)
        await asyncio.sleep(fault.delay)
        return await self._fail(request, fault) if fault.breaks else response

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.page is not None:
            return web.Response(status=fault.code, text=fault.page, content_type="text/html")
        if fault.code:
            extra = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
            return _error(ApiError(fault.code, fault.description, **extra))
        if fault.breaks is Break.SILENCE:
            await self._closing.wait()
        if fault.breaks is Break.WITHIN:
            response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
            await response.prepare(request)
            await response.write(b'{"ok": true, "result": {')
        if request.transport is not None:
            request.transport.close()
        return web.Response()

    async def _call(self, request: web.Request, method: str) -> web.Response:
        parameters = self.specification.decode(method, await _parameters(request))
        self.world.calls.append(Call(method, parameters, asyncio.get_running_loop().time()))
        if wrong := self.specification.faults_in_call(method, parameters):
            self.world.violations += wrong
            return _error(ApiError(400, f"Bad Request: {'; '.join(wrong)}"))
        if method not in METHODS:
            self.world.violations.append(f"{method} is not built into the stand-in")
            return _error(ApiError(501, "Not Implemented"))
        try:
            result = await METHODS[method](self.world, parameters)
        except ApiError as error:
            return _error(error)
        if method != "getUpdates" or not self.world.has_odd_updates:
            self.world.violations += self.specification.faults_in_result(method, result)
        return web.json_response({"ok": True, "result": result})


async def _parameters(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {**request.query, **(await request.post())}


def _error(error: ApiError) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return web.json_response(body, status=error.code)
