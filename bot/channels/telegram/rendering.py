"""Replies as Telegram messages: HTML in which everything is escaped, split so that none is too long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from telegram.constants import MessageLimit

from bot.conversation.replies import Block, Link, Plain, Reply, Span, Style
from bot.languages.bidi import anchor_line

_TAGS = {Style.HEADING: "b", Style.NOTICE: "i", Style.LABEL: "i"}
_TOGETHER = (Style.ITEM, Style.LABEL)
_BULLET = "• "
_COVER = "tg-spoiler"
_BETWEEN_NUMBERS = " · "
# Room for the bullet and the mark of direction.
_LONGEST_BLOCK = MessageLimit.MAX_TEXT_LENGTH - 8
# An isolated value is never cut; a "word" this long is no word.
_WORDS = re.compile("[\u2066\u2068][^\u2069]*\u2069\\s*|[^\\s\u2066\u2068]{1,1000}\\s*|\\s+")


@dataclass(frozen=True, slots=True)
class Draft:
    """One message: its HTML, and the same as plain text, which is what Telegram's limit counts."""

    html: str
    plain: str


def draw(reply: Reply) -> tuple[Draft, ...]:
    """The messages of a reply, split between paragraphs, and inside one only when it alone is too long.

    Of what is sensitive the numbers come first, bare, and the title is covered until it is tapped: what a lock screen
    or the list of chats shows of the message must not tell others what it is about.
    """
    first = _numbers(reply) if reply.is_sensitive else ()
    drafts: list[Draft] = []
    previous: Style | None = None
    for block in (part for whole in first + reply.blocks + reply.beside for part in _parts(whole)):
        drawn = _draw_block(
            block, _COVER if reply.is_sensitive and block.style is Style.HEADING else _TAGS.get(block.style)
        )
        gap = "\n" if previous is block.style and block.style in _TOGETHER else "\n\n"
        if drafts and _fits(drafts[-1].plain + gap + drawn.plain, MessageLimit.MAX_TEXT_LENGTH):
            drafts[-1] = Draft(drafts[-1].html + gap + drawn.html, drafts[-1].plain + gap + drawn.plain)
        else:
            drafts.append(drawn)
        previous = block.style
    return tuple(drafts)


def utf16_length(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def _fits(text: str, limit: int) -> bool:
    """Whether Telegram counts no more than `limit`; of a character it counts two at most."""
    return 2 * len(text) <= limit or utf16_length(text) <= limit


def _numbers(reply: Reply) -> tuple[Block, ...]:
    # In Swedish beside they are the same.
    phones = replace(reply, beside=()).phones
    spans = [span for phone in phones for span in (Plain(_BETWEEN_NUMBERS), phone)]
    return (Block(tuple(spans[1:]), reply.language),) if spans else ()


def _draw_block(block: Block, tag: str | None) -> Draft:
    bullet = _BULLET if block.style is Style.ITEM else ""
    line = bullet + block.text
    plain = anchor_line(line, block.language.direction)
    mark = plain[: len(plain) - len(line)]
    html = "".join(_draw_span(span) for span in block.spans)
    return Draft(mark + bullet + (f"<{tag}>{html}</{tag}>" if tag and html else html), plain)


def _draw_span(span: Span) -> str:
    """Numbers and e-mail addresses stay text: clients make them something to tap; Telegram refuses tel: and mailto:."""
    if isinstance(span, Link) and span.url.startswith("https://"):
        return f'<a href="{escape(span.url)}">{escape(span.text, quote=False)}</a>'
    return escape(span.text, quote=False)


def _parts(block: Block) -> Iterator[Block]:
    """The block, cut between words when it is longer than a message may be."""
    if _fits(block.text, _LONGEST_BLOCK):
        yield block
        return
    taken: list[Span] = []
    length = 0
    for piece in _pieces(block.spans):
        if taken and length + utf16_length(piece.text) > _LONGEST_BLOCK:
            yield Block(tuple(taken), block.language, block.style)
            taken, length = [], 0
        taken.append(piece)
        length += utf16_length(piece.text)
    yield Block(tuple(taken), block.language, block.style)


def _pieces(spans: Sequence[Span]) -> Iterator[Span]:
    for span in spans:
        if isinstance(span, Plain):
            yield from (Plain(words) for words in _WORDS.findall(span.text))
        else:
            yield span
