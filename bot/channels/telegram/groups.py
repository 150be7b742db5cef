"""What is said in a group: one line that anybody may read. The answer itself is for the resident alone."""

from __future__ import annotations

import re

from bot.channels.telegram.rendering import Draft, draw
from bot.conversation.replies import Block, Kind, Plain, Reply, Style
from bot.languages.bidi import FSI, LRI, PDI
from bot.languages.words import N_, Texts

IN_PRIVATE = N_("I answer in private, so that only you see it.")
IN_DANGER = N_("In danger now? Call {number}.")
GREETING = N_("Hello! I answer questions about life in Uddevalla. Write {name} and your question.")
_SENTENCE_END = re.compile(r"(?<=[.!?؟።])\s+|\n")
_LONGEST_SENTENCE = 300


def group_line(reply: Reply, texts: Texts) -> Draft:
    """Title and first sentence of an ordinary answer; nothing of a sensitive one but the number to call in danger."""
    if reply.kind is Kind.CRISIS and reply.phones:
        return line(f"{texts(IN_DANGER, number=reply.phones[0].text)} {texts(IN_PRIVATE)}", texts)
    if reply.is_sensitive or (reply.kind in (Kind.MENU, Kind.CHOOSE) and not reply.effects):
        return line(texts(IN_PRIVATE), texts)
    heading = next((block.text for block in reply.blocks if block.style is Style.HEADING), "")
    text = next((block.text for block in reply.blocks if block.style in (Style.TEXT, Style.ITEM)), "")
    return line(": ".join(filter(None, [heading, first_sentence(text)])), texts)


def line(text: str, texts: Texts) -> Draft:
    """A line of text as a message."""
    return draw(Reply(texts.language, (Block((Plain(text),), texts.language),)))[0]


def first_sentence(text: str) -> str:
    """The beginning of a text up to where a sentence ends, never inside an isolated value."""
    for end in _SENTENCE_END.finditer(text):
        sentence = text[: end.start()]
        if sentence.count(LRI) + sentence.count(FSI) == sentence.count(PDI):
            return sentence if len(sentence) <= _LONGEST_SENTENCE else ""
    return text if len(text) <= _LONGEST_SENTENCE else ""
