"""The letter decoder: a Swedish word out of a letter, explained in the resident's own language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.conversation.answers import topic_button
from bot.conversation.composing import Turn
from bot.conversation.replies import Block, Kind, Reply, Style
from bot.knowledge.rendering import Plain
from bot.knowledge.schema import LetterText
from bot.languages.bidi import isolate
from bot.languages.table import Language

# More words than this would bury the explanation of the one the resident wonders about.
EXPLAINED_AT_MOST = 2


def letter_reply(turn: Turn, words: Sequence[str]) -> Reply:
    """The words explained, and the topics to read on."""
    topics = dict.fromkeys(topic for word in words for topic in turn.brain.content.letter_words[word].topics)
    rows = tuple((topic_button(turn, topic),) for topic in list(topics)[:3])
    blocks = tuple(block for word in words[:EXPLAINED_AT_MOST] for block in _explained(turn, word))
    return Reply(turn.language, blocks, Kind.ANSWER, (*rows, (turn.areas_button,)), topics=tuple(topics)[:1])


def with_letter_words(turn: Turn, words: Sequence[str], reply: Reply) -> Reply:
    """`reply` with the explanation of the words in front of it."""
    blocks = tuple(block for word in words[:EXPLAINED_AT_MOST] for block in _explained(turn, word))
    return replace(reply, blocks=(*blocks, *reply.blocks))


def _explained(turn: Turn, word: str) -> Iterator[Block]:
    language, text = _text(turn, word)
    shown = isolate(word, language.direction, is_text=True)
    yield Block((Plain(shown),), language, Style.HEADING)
    if language.id != turn.language.id:
        yield turn.say(
            "This answer is not in {language} yet. Here it is in {other}.",
            Style.NOTICE,
            language=turn.language.name,
            other=language.name,
        )
    yield Block((Plain(text.means),), language)
    yield Block((Plain(text.do),), language)
    yield turn.say("Usually sent by: {sender}", Style.LABEL, sender=text.sender)
    yield turn.say("Written by a machine. No person has approved the text yet.", Style.LABEL)


def _text(turn: Turn, word: str) -> tuple[Language, LetterText]:
    glossary = turn.brain.content.glossary
    chain = turn.brain.languages.chain(turn.language.id)
    language = next(language for language in chain if word in glossary.get(language.id, {}))
    return language, glossary[language.id][word]
