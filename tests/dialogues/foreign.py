"""Finding what is in another language than it should be: the bot's own sentences, and titles on buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from babel.messages.pofile import read_po

from bot.conversation.brain import Brain
from bot.languages.bidi import strip_controls
from bot.languages.words import catalogue_path
from bot.settings import ROOT

# Shorter ones may be names, or the same in several languages.
_SHORTEST = 12
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def foreign(text: str, labels: Sequence[str], language: str, brain: Brain) -> list[str]:
    """Sentences of the bot in `text`, and titles among the `labels` of buttons, that are of other languages."""
    titles = _titles_of_others(language, brain) - set(_titles(language, brain))
    return [piece for piece in _sentences_of_others(language) if piece in text] + [
        one for one in labels if one in titles
    ]


@lru_cache
def _sentences_of_others(language: str) -> frozenset[str]:
    own = set(_pieces(language))
    ids = [path.parent.parent.name for path in (ROOT / "locales").glob("*/LC_MESSAGES/resident.po")]
    others = {piece for other in [*ids, "en"] if not _is_variety(other, language) for piece in _pieces(other)}
    return frozenset(piece for piece in others if not any(piece in mine for mine in own))


def _pieces(language: str) -> Iterator[str]:
    """What stands between the placeholders of every sentence of a catalogue; English is in the code."""
    path = catalogue_path(ROOT / "locales", language if language != "en" else "sv", "resident")
    with path.open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        texts = message.id if language == "en" else message.string
        for text in (texts,) if isinstance(texts, str) else texts or ():
            yield from (piece.strip() for piece in _PLACEHOLDER.split(text) if len(piece.strip()) >= _SHORTEST)


def _titles(language: str, brain: Brain) -> Iterator[str]:
    for topic in brain.content.topics.values():
        if language in topic.texts:
            yield strip_controls(topic.texts[language].title)


def _titles_of_others(language: str, brain: Brain) -> set[str]:
    others = [other for other in brain.languages if not _is_variety(other, language)]
    return {title for other in others for title in _titles(other, brain) if len(title) >= _SHORTEST}


def _is_variety(one: str, other: str) -> bool:
    """Easy Swedish is Swedish."""
    return one.split("-")[0] == other.split("-")[0]
