"""What goes between a channel and the conversation: messages in, channel-neutral replies out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.activities.model import Place
from bot.announcements.wishes import Wishes
from bot.conversation.actions import Action
from bot.conversation.effects import ChooseLanguage, Effect, Forget, Unsubscribe
from bot.knowledge.rendering import Link, Phone, Plain, Span
from bot.languages.table import Language
from bot.understanding.model import Candidate


@dataclass(frozen=True, slots=True)
class Message:
    """What a resident sent: typed `text`, or a tapped `action`.

    `chosen` is the language they have chosen, if any; `client_language` the BCP-47 tag their app or browser gives,
    which is only a first suggestion. `is_unreadable`: it was a picture, a recording or the like, without a word.
    `wishes` is what they have asked to be told of; None where the channel cannot write to them unasked.
    """

    text: str = ""
    action: Action | None = None
    chosen: str | None = None
    client_language: str | None = None
    is_unreadable: bool = False
    wishes: Wishes | None = None


class Style(StrEnum):
    """How a block is drawn."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    NOTICE = "notice"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, notice, or line of the truth label, in one language and direction."""

    spans: tuple[Span, ...]
    language: Language
    style: Style = Style.TEXT

    @property
    def text(self) -> str:
        """The block as plain text, without marks for its style."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap: its `text` in `language`, and the action it stands for."""

    text: str
    action: Action
    language: Language


class Kind(StrEnum):
    """What sort of reply it is; channels may draw some more prominently."""

    ANSWER = "answer"
    CRISIS = "crisis"
    CHOOSE = "choose"
    UNKNOWN = "unknown"
    MENU = "menu"


@dataclass(frozen=True, slots=True)
class Document:
    """A file to take away: its `name` and content, and the `path` at which the web page offers the same."""

    name: str
    media_type: str
    content: bytes
    path: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: blocks to read, rows of buttons, and what the channel has to do besides.

    `language` is what it is written in; `identified` the language of the question when that was sure; `topics` are
    the labels ("topic" or "topic.part") of the cards shown; `is_sensitive` asks for neutral previews and a way to
    hide it. `beside` is the same answer in Swedish, to be shown beside `blocks`, or after them, at a counter;
    `documents` are files that come with it; `feed` is where the web page offers what is shown to calendar programs.
    """

    language: Language
    blocks: tuple[Block, ...]
    kind: Kind = Kind.MENU
    buttons: tuple[tuple[Button, ...], ...] = ()
    topics: tuple[str, ...] = ()
    identified: str | None = None
    candidates: tuple[Candidate, ...] = ()
    is_sensitive: bool = False
    effects: tuple[Effect, ...] = ()
    beside: tuple[Block, ...] = ()
    places: tuple[Place, ...] = ()
    documents: tuple[Document, ...] = ()
    feed: str = ""

    @property
    def text(self) -> str:
        """What a resident would read, as plain text."""
        return plain_text(self.blocks + self.beside)

    @property
    def phones(self) -> tuple[Phone, ...]:
        """The numbers in the reply, each once, in the order they stand."""
        return tuple(
            dict.fromkeys(
                span for block in self.blocks + self.beside for span in block.spans if isinstance(span, Phone)
            )
        )


def plain_text(blocks: tuple[Block, ...]) -> str:
    """Blocks as plain text: an empty line round headings and paragraphs, list items close together."""
    return "".join(_rows(blocks)).strip()


def _rows(blocks: tuple[Block, ...]) -> Iterator[str]:
    previous: Style | None = None
    for block in blocks:
        together = previous is block.style and block.style in (Style.ITEM, Style.LABEL)
        yield "\n" if together or previous is None else "\n\n"
        yield f"• {block.text}" if block.style is Style.ITEM else block.text
        previous = block.style


__all__ = [
    "Action",
    "Block",
    "Button",
    "Candidate",
    "ChooseLanguage",
    "Document",
    "Effect",
    "Forget",
    "Kind",
    "Link",
    "Message",
    "Phone",
    "Place",
    "Plain",
    "Reply",
    "Span",
    "Style",
    "Unsubscribe",
    "plain_text",
]
