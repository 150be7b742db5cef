"""What was posted: a question or a tapped button, read within limits and only from this page itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from bot.conversation.actions import Action, Verb

# A question of 10,000 characters of four bytes fits, with room for the rest of the form.
BODY_LIMIT = 64 * 1024
# So much more is read and thrown away, so that a browser still sending gets the answer and not a broken connection.
_DRAINED = 4 * 1024 * 1024
_MOST_FIELDS = 20
EARLIER_KEPT = 5


@dataclass(frozen=True, slots=True)
class Submission:
    """A question as typed, or a tapped action, and the topics shown before (kept in the page, not on the server)."""

    text: str = ""
    action: Action | None = None
    earlier: tuple[Action, ...] = ()


async def read_submission(request: Request) -> Submission:
    """The posted form; raises HTTPException 403 (another site), 413 (too large) or 400 (not a form)."""
    if not is_from_this_page(request.headers):
        raise HTTPException(403)
    limited = Request(request.scope, _limited(request))
    async with limited.form(max_files=0, max_fields=_MOST_FIELDS, max_part_size=BODY_LIMIT) as form:
        text, code = form.get("text", ""), form.get("action", "")
        earlier = [value for value in form.getlist("earlier") if isinstance(value, str)]
    return Submission(
        text if isinstance(text, str) else "",
        Action.decode(code) if isinstance(code, str) and code else None,
        topics_among(earlier),
    )


def topics_among(codes: Iterable[str]) -> tuple[Action, ...]:
    """The last few codes that open a topic; anything else was forged and is dropped."""
    actions = (Action.decode(code) for code in codes)
    topics = dict.fromkeys(action for action in actions if action and action.verb is Verb.TOPIC)
    return tuple(topics)[-EARLIER_KEPT:]


def is_from_this_page(headers: Headers) -> bool:
    """Whether a form was sent by our own page, as far as the browser says.

    `Origin: null` is allowed: with `Referrer-Policy: no-referrer` browsers send exactly that for our own forms
    (Fetch standard, "append a request Origin header"); browsers that tell more also send Sec-Fetch-Site.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin", "null")
    return origin == "null" or origin.partition("://")[2] == headers.get("host")


def _limited(request: Request) -> Receive:
    """The body as it comes, until it is too large; then the rest is drained and HTTPException 413 raised."""
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken <= BODY_LIMIT:
            return message
        while message.get("more_body") and taken <= _DRAINED:
            message = await request.receive()
            taken += len(message.get("body", b""))
        raise HTTPException(413)

    return receive
