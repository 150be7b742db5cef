"""Telegram's HTML: to text and entities, or to the error that Telegram gives (after td/telegram/MessageEntity.cpp)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
}
_TOKEN = re.compile(r"<(/?)([a-zA-Z0-9-]+)([^<>]*)>|(&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)|(<)|([^<&]+|&)")
_HREF = re.compile(r"""\s*href\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))\s*""")


class FormattingError(ValueError):
    """The text is not Telegram's HTML; the message is Telegram's."""


@dataclass
class _Parser:
    source: str
    text: list[str] = field(default_factory=list)
    length: int = 0
    open: list[dict[str, Any]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.text.append(text)
        self.length += utf16_length(text)

    def error(self, message: str, position: int) -> FormattingError:
        return FormattingError(f"{message} at byte offset {len(self.source[:position].encode())}")

    def start(self, tag: str, attributes: str, position: int) -> None:
        if tag not in _TYPES:
            raise self.error(f'Unsupported start tag "{tag}"', position)
        entity = {"tag": tag, "type": _TYPES[tag], "offset": self.length}
        if tag == "a" and (href := _HREF.fullmatch(attributes)):
            entity["url"] = html.unescape(next(group for group in href.groups() if group is not None))
        elif attributes.strip():
            raise self.error(f'Unexpected attributes of tag "{tag}"', position)
        self.open.append(entity)

    def end(self, tag: str, position: int) -> None:
        if not self.open:
            raise self.error("Unexpected end tag", position)
        entity = self.open.pop()
        if entity["tag"] != tag:
            error = self.error("Unmatched end tag", position)
            raise FormattingError(f'{error}, expected "</{entity["tag"]}>", found "</{tag}>"')
        entity["length"] = self.length - entity["offset"]
        if entity["length"] and (entity["type"] != "text_link" or entity.get("url", "").startswith(("http", "tg:"))):
            self.entities.append({key: value for key, value in entity.items() if key != "tag"})


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The text and its entities, with offsets in UTF-16 units; raises FormattingError."""
    parser = _Parser(source)
    for match in _TOKEN.finditer(source):
        closing, tag, attributes, reference, lone, plain = match.groups()
        if lone:
            raise parser.error("Unclosed start tag", match.start())
        if reference or plain:
            parser.add(html.unescape(reference) if reference else plain)
        elif closing:
            parser.end(tag.lower(), match.start())
        else:
            parser.start(tag.lower(), attributes, match.start())
    if parser.open:
        raise FormattingError(f'Can\'t find end tag corresponding to start tag "{parser.open[-1]["tag"]}"')
    entities = sorted(parser.entities, key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(parser.text), entities


def utf16_length(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def entities_typed(text: str) -> list[dict[str, Any]]:
    """The commands and mentions that a client marks in what a person types."""
    found = []
    for match in re.finditer(r"(?:^|(?<=\s))(?:/\w+(?:@\w+)?|@\w{3,})", text):
        kind = "bot_command" if match.group().startswith("/") else "mention"
        offset = utf16_length(text[: match.start()])
        found.append({"type": kind, "offset": offset, "length": utf16_length(match.group())})
    return found
