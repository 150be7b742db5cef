"""Who is asking: the chosen language in a cookie, the browser's languages as a suggestion, a key for the rate limit."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.languages.table import SOURCE, Languages

COOKIE = "language"
ONE_YEAR = 365 * 24 * 3600
_LANGUAGES_READ = 20


@dataclass(frozen=True, slots=True)
class Visitor:
    """The chosen language, if any, and the BCP-47 tag the browser suggests."""

    chosen: str | None
    client_language: str | None

    def language_id(self, languages: Languages) -> str:
        """The language the page itself is in: the chosen one, else the suggested one, else Swedish."""
        return self.chosen or languages.negotiate(self.client_language) or SOURCE


def visitor_of(request: Request, languages: Languages) -> Visitor:
    """The visitor of a request; a cookie with a language that is not served counts as none."""
    chosen = request.cookies.get(COOKIE)
    return Visitor(
        chosen if chosen in languages else None,
        suggested_tag(request.headers.get("accept-language", ""), languages),
    )


def suggested_tag(header: str, languages: Languages) -> str | None:
    """The best tag of an Accept-Language header that is served, else the best one, else None."""
    tags = list(_by_preference(header))
    return next((tag for tag in tags if languages.negotiate(tag)), tags[0] if tags else None)


def _by_preference(header: str) -> Iterator[str]:
    weighted: list[tuple[float, str]] = []
    for entry in header.split(",")[:_LANGUAGES_READ]:
        tag, _, parameter = entry.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if tag.strip() not in ("", "*") and weight > 0:
            weighted.append((weight, tag.strip()))
    return (tag for _, tag in sorted(weighted, key=lambda pair: -pair[0]))


def remember_language(response: Response, request: Request, language_id: str) -> None:
    """Store the choice, and nothing else, in the visitor's browser for a year."""
    response.set_cookie(
        COOKIE,
        language_id,
        max_age=ONE_YEAR,
        samesite="lax",
        httponly=True,
        secure=request.url.scheme == "https",
    )


def forget_language(response: Response) -> None:
    """Delete the choice from the visitor's browser."""
    response.delete_cookie(COOKIE, samesite="lax", httponly=True)


def client_key(request: Request) -> str:
    """The address questions are counted under; of IPv6 the /64 that one household has."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network((int(address), 64), strict=False))
