"""The web application: which address leads to which page, and what guards them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.web.assets import load_assets
from bot.channels.web.calendars import Calendars
from bot.channels.web.drawing import Drawing
from bot.channels.web.pages import Pages
from bot.channels.web.protection import LastResort, SecurityHeaders
from bot.channels.web.rate_limit import RateLimit
from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue

Health = Callable[[], Mapping[str, object]]


def build_web(
    dialogue: Dialogue,
    *,
    brain: Callable[[], Brain],
    health: Health,
    routes: Sequence[Route] = (),
    clock: Callable[[], float] = time.monotonic,
) -> Starlette:
    """The web door. `brain` gives the content in service; `clock` seconds for the rate limit;
    `routes` are served besides.

    `health` is shown at /healthz as JSON, with status 200 when its "ok" is true and 503 otherwise.
    """
    assets = load_assets()
    limit = RateLimit(clock)
    pages, calendars = Pages(dialogue, brain, limit, Drawing(assets)), Calendars(brain, limit)

    async def static(request: Request) -> Response:
        asset = assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        return asset.response(request)

    async def favicon(request: Request) -> Response:
        return assets["favicon.svg"].response(request)

    async def healthz(_: Request) -> Response:
        told = health()
        return JSONResponse(dict(told), 200 if told.get("ok") is True else 503)

    return Starlette(
        routes=[
            # Asked for most often where Telegram posts.
            *routes,
            Route("/", pages.chat, methods=["GET"]),
            Route("/", pages.ask, methods=["POST"]),
            Route("/areas", pages.areas),
            Route("/activities", pages.activities),
            Route("/activities/{activity}", pages.activity),
            Route("/activities/{activity}/{language}", pages.activity),
            Route("/organisations", pages.organisations),
            Route("/calendar/{language}.ics", calendars.feed),
            Route("/calendar/activity/{activity}/{language}.ics", calendars.activity),
            Route("/t/{label}", pages.topic),
            Route("/t/{label}/{language}", pages.topic),
            Route("/healthz", healthz),
            Route("/favicon.svg", favicon),
            Route("/static/{name}", static),
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(LastResort, page=pages.failure)],
        exception_handlers={HTTPException: pages.refusal},
    )
