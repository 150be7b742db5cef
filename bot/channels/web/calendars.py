"""Activities for calendar programs: a feed per language and choice, and a file of each activity."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.activities.calendar_file import MEDIA_TYPE, calendar_file, etag
from bot.activities.model import Activity
from bot.channels.web.rate_limit import RateLimit
from bot.channels.web.visitors import client_key
from bot.conversation.activity_names import CHOICES
from bot.conversation.brain import Brain

# Calendar programs ask every few hours; whoever shows the file in between may keep it a quarter of an hour.
_CACHING = "public, max-age=900"


class Calendars:
    """The endpoints; a program that has the newest already is told so without the work of making it anew."""

    def __init__(
        self, brain: Callable[[], Brain], limit: RateLimit, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._brain, self._limit, self._now = brain, limit, now

    async def feed(self, request: Request) -> Response:
        """All activities in a language, or those of ?subject=, ?area= and ?audience=."""
        brain = self._brain()
        programme = brain.programme
        known = {"subject": programme.subjects, "area": programme.areas, "audience": programme.audiences}
        chosen = {kind: request.query_params[kind] for kind in CHOICES if request.query_params.get(kind)}
        if any(key not in known[kind] for kind, key in chosen.items()):
            raise HTTPException(404)
        return await self._calendar(request, brain, programme.chosen(**chosen), "tillsammans.ics")

    async def activity(self, request: Request) -> Response:
        """One activity."""
        brain = self._brain()
        activity = brain.programme.shown.get(request.path_params["activity"])
        if activity is None:
            raise HTTPException(404)
        return await self._calendar(request, brain, (activity,), f"{activity.id}.ics")

    async def _calendar(self, request: Request, brain: Brain, activities: tuple[Activity, ...], name: str) -> Response:
        language_id = request.path_params["language"]
        if language_id not in brain.languages:
            raise HTTPException(404)
        if wait := self._limit.take(client_key(request)):
            return Response(status_code=429, headers={"Retry-After": str(math.ceil(wait))})
        tag = f'"{etag(activities, language_id)}"'
        headers = {"ETag": tag, "Cache-Control": _CACHING, "Content-Disposition": f'inline; filename="{name}"'}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        texts = brain.words.of(language_id)
        body = await run_in_threadpool(calendar_file, activities, texts, brain.languages, language_id, self._now())
        return Response(body, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)
