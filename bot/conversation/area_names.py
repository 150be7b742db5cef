"""Messages of one word that name an area of the content ("pengar", "barn"): too wide for a topic, not for a menu."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from bot.understanding.normalising import folded_words

# Arabic writes "and" and "the" in front of the word.
_ARTICLE = re.compile("^و?(?:ال|لل)(?=...)")
_SHORTEST = 3


class AreaNames:
    """Knows the words of the areas' names. Immutable after construction."""

    def __init__(self, areas: Mapping[str, Mapping[str, str]]) -> None:
        """`areas`: language -> area -> its name there."""
        self._areas = {language: dict(_telling(named)) for language, named in areas.items()}

    def named(self, text: str, language_ids: Iterable[str]) -> str | None:
        """The area whose name in one of these languages holds the only word of the text; None when there is none."""
        said = _words(text)
        if len(said) != 1:
            return None
        found = (self._areas.get(language, {}).get(said[0]) for language in language_ids)
        return next(filter(None, found), None)


def _telling(named: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Word and area, of words that are in the name of that area only."""
    of_areas = [(word, area) for area, name in named.items() for word in set(_words(name))]
    times = Counter(word for word, _ in of_areas)
    return ((word, area) for word, area in of_areas if times[word] == 1 and len(word) >= _SHORTEST)


def _words(text: str) -> list[str]:
    return [_ARTICLE.sub("", word) for word in folded_words(text)]
