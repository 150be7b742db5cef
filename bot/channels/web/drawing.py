"""Replies as pages: what the templates need, prepared so that they only have to lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web.assets import Asset
from bot.channels.web.page_words import PageWords, page_words
from bot.conversation.actions import Action, Verb
from bot.conversation.brain import Brain
from bot.conversation.composing import EMERGENCY
from bot.conversation.dialogue import READ_CHARACTERS
from bot.conversation.replies import Block, Button, Forget, Kind, Link, Phone, Reply, Style
from bot.knowledge.content import split_label
from bot.knowledge.rendering import Span, fact_span
from bot.languages.bidi import strip_controls
from bot.languages.table import Language

MUNICIPALITY_SITE = "municipality.web"
_START = "/"
_CALLS_SHOWN = 4
# From so many buttons on they stand in columns: the languages, the areas, the topics of an area.
_BUTTONS_IN_COLUMNS = 5
# Line breaks, and what joins or parts letters and emoji without being seen.
_KEPT = "\n\t\u200c\u200d"
# What many ask, whatever they came for; those the content does not have are left out.
SUGGESTED = ("newcomer-first-weeks", "sfi", "housing-queue-uddevallahem", "health-centre", "find-work", "preschool")


@dataclass(frozen=True, slots=True)
class Section:
    """Neighbouring blocks of one style and language, with the page's own words in that language."""

    style: Style
    language: Language
    blocks: tuple[Block, ...]
    words: PageWords


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer as they stand in the conversation.

    `calls` are the numbers shown first, as big buttons; `share` the address of the topic's own page.
    """

    reply: Reply
    sections: tuple[Section, ...]
    beside: tuple[Section, ...]
    buttons: tuple[Button, ...]
    question: str = ""
    calls: tuple[Phone, ...] = ()
    share: str = ""

    @property
    def has_heading(self) -> bool:
        """Whether the reply brings a heading of its own."""
        return any(section.style is Style.HEADING for section in self.sections)

    @property
    def is_crisis(self) -> bool:
        """Whether the numbers come first, prominently."""
        return self.reply.kind is Kind.CRISIS

    @property
    def forgets(self) -> bool:
        """Whether everything said before is to disappear."""
        return any(isinstance(effect, Forget) for effect in self.reply.effects)

    @property
    def layout(self) -> str:
        """How the buttons stand: choices under each other, many in columns, others one after the other."""
        if self.reply.kind is Kind.CHOOSE:
            return "stacked"
        return "columns" if self.reply.kind is Kind.MENU and len(self.buttons) >= _BUTTONS_IN_COLUMNS else ""


@dataclass(frozen=True, slots=True)
class Page:
    """Everything one page shows: its words, its turn, and what stands round them.

    `exit_url` is where "Leave this page quickly" leads; `emergency` the number to show when nothing can be reached.
    `draft` is put back into the question box; `earlier` and `suggested` are buttons; `remembered` the codes the next
    form brings back; `topic` the label when it is a topic's own page, which is `written` in these languages.
    """

    words: PageWords
    turn: Turn
    exit_url: str
    emergency: tuple[Phone, ...]
    title: str = ""
    draft: str = ""
    earlier: tuple[Button, ...] = ()
    remembered: tuple[str, ...] = ()
    suggested: tuple[Button, ...] = ()
    topic: str = ""
    written: tuple[Language, ...] = ()


class Drawing:
    """The templates, and the way from a reply to what they show."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        """`assets` are linked by their versions."""
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["assets"] = assets
        self._templates.tests["phone"] = _is_phone
        self._templates.tests["link"] = _is_link

    def page(self, page: Page) -> str:
        """A whole HTML page."""
        return self._templates.get_template("page.html").render(page=page, w=page.words)

    def fragment(self, page: Page) -> str:
        """Only the turn of a page, to be put at the end of a conversation on screen."""
        return self._templates.get_template("fragment.html").render(page=page, w=page.words)


def _is_phone(span: Span) -> bool:
    return isinstance(span, Phone)


def _is_link(span: Span) -> bool:
    return isinstance(span, Link)


def make_page(brain: Brain, language_id: str, reply: Reply, question: str = "") -> Page:
    """The page of a reply, in the words of a language; the caller adds what is particular to it."""
    words = page_words(brain.words.of(language_id))
    facts = brain.content.facts
    emergency = fact_span(facts[EMERGENCY], words.language)
    return Page(
        words,
        make_turn(brain, reply, question),
        facts[MUNICIPALITY_SITE].value if MUNICIPALITY_SITE in facts else _START,
        (emergency,) if isinstance(emergency, Phone) else (),
    )


def make_turn(brain: Brain, reply: Reply, question: str = "") -> Turn:
    """A reply laid out, with the question it answers."""
    return Turn(
        reply=reply,
        sections=_sections(brain, reply.blocks),
        beside=_sections(brain, reply.beside),
        buttons=tuple(button for row in reply.buttons for button in row),
        question=shown_question(question),
        calls=reply.phones[:_CALLS_SHOWN] if reply.kind is Kind.CRISIS else (),
        share=_share(reply),
    )


def _sections(brain: Brain, blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    grouped = groupby(blocks, key=lambda block: (block.style, block.language.id))
    return tuple(
        Section(style, members[0].language, members, page_words(brain.words.of(language_id)))
        for (style, language_id), group in grouped
        for members in [tuple(group)]
    )


def _share(reply: Reply) -> str:
    """The topic's own page; none for what should not stand in the history of a shared computer."""
    if reply.is_sensitive or len(reply.topics) != 1 or reply.kind is not Kind.ANSWER:
        return ""
    return f"/t/{reply.topics[0]}/{reply.language.id}"


def shown_question(text: str) -> str:
    """A question as it is shown: as much as is read, without characters that draw nothing or turn the line round."""
    kept = "".join(letter for letter in strip_controls(text) if letter.isprintable() or letter in _KEPT).strip()
    return kept[:READ_CHARACTERS] + "…" if len(kept) > READ_CHARACTERS else kept


def topic_buttons(brain: Brain, actions: tuple[Action, ...], language_id: str) -> tuple[Button, ...]:
    """Topics as buttons with their titles, each in its own language or else `language_id`; none for unknown topics."""
    buttons = []
    for action in actions:
        wanted = action.language if action.language in brain.languages else language_id
        try:
            card = brain.card(action.about, wanted)
        except KeyError:
            continue
        buttons.append(Button(card.title, replace(action, language=wanted), card.language))
    return tuple(buttons)


def suggested_buttons(brain: Brain, language_id: str) -> tuple[Button, ...]:
    """A handful of topics to begin with."""
    return topic_buttons(brain, tuple(Action(Verb.TOPIC, label) for label in SUGGESTED), language_id)


def written_languages(brain: Brain, label: str) -> tuple[Language, ...]:
    """The languages a topic or part is written in."""
    topic_id, part = split_label(label)
    topic = brain.content.topics[topic_id]
    return tuple(language for language in brain.languages.values() if topic.text(language.id, part) is not None)
