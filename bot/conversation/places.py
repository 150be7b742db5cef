"""Where something is, as a block that every channel can draw: the name, and the address as a link to a map."""

from __future__ import annotations

from bot.conversation.replies import Block, Link, Place, Plain, Style
from bot.knowledge.maps import map_point, map_search
from bot.languages.bidi import isolate
from bot.languages.table import Language


def place_block(place: Place, language: Language, style: Style = Style.TEXT) -> Block:
    """Name and address, among words of `language`. A reply with it names the place in `places` too, for channels
    that can show a map themselves."""
    name, address = (isolate(text, language.direction, is_text=True) for text in (place.name, place.address))
    link = map_point(*place.point) if place.point else map_search(place.address or place.name)
    if not place.address:
        return Block((Link(name, link),), language, style)
    return Block((Plain(f"{name}, "), Link(address, link)), language, style)
