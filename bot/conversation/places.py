"""Where something is, as a link to a map that every channel can draw."""

from __future__ import annotations

from bot.conversation.replies import Link, Place
from bot.knowledge.maps import map_point, map_search
from bot.languages.bidi import isolate
from bot.languages.table import Language


def place_link(place: Place, language: Language) -> Link:
    """Name and address among words of `language`; without coordinates the address, or the name, is looked up.

    A reply about it names the place in `places` too, for channels that can show a map themselves.
    """
    text = ", ".join(filter(None, (place.name, place.address)))
    url = map_point(*place.point) if place.point else map_search(place.address or place.name)
    return Link(isolate(text, language.direction, is_text=True), url)
