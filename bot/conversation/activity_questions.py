"""Questions about activities that are not put as anybody foresaw: "is there anything for children on Dalaberg tonight?"

Asked only when nothing else is sure. A way of asking with a time, or with the name of an area, make such a question
whatever stands between; so does the title of an activity. A way of asking with "children" does not: "what happens to
my children" is another question.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence

from bot.activities.asking import ASKING, COMING, PERIODS, WEEKDAYS
from bot.activities.model import Programme
from bot.understanding.normalising import folded_words

# A word of a name may be followed by an ending this long; shorter words stand only for themselves.
_ENDING, _LONG_ENOUGH = 4, 5
# These say nothing about what is wanted.
_EVERYTHING = ("all", "everyone")


class ActivityQuestions:
    """Knows how activities are asked for, in all languages at once. Immutable after construction."""

    def __init__(
        self, small_talk: Mapping[str, Mapping[str, Sequence[str]]], days: Iterable[Sequence[str]] = ()
    ) -> None:
        """`small_talk`: language -> kind -> phrases, of which those about activities count.

        `days`: how a language calls them from Monday to Sunday, of each language.
        """
        self._asks = _by_first_word(kinds.get(ASKING, ()) for kinds in small_talk.values())
        self._times = {
            period: _by_first_word(kinds.get(f"{ASKING}-{period}", ()) for kinds in small_talk.values())
            for period in (*PERIODS, COMING)
        }
        named = tuple(days)
        self._days = {day: tuple(_split(names[number]) for names in named) for number, day in enumerate(WEEKDAYS)}

    def wanted(self, text: str, programme: Programme) -> str | None:
        """A period or a choice ("area.dalaberg") the text asks to see; None when it does not ask for activities."""
        said = _split(text)
        if not _any_in(self._asks, said):
            return None
        period = next((name for name, times in self._times.items() if _any_in(times, said)), None)
        period = period or next((day for day, names in self._days.items() if _any_form_in(names, said)), None)
        area = _choice(said, "area", programme.areas)
        if period is None or area is not None:
            return area
        audience = _choice(said, "audience", programme.audiences)
        return audience or _choice(said, "subject", programme.subjects) or period

    def titled(self, text: str, programme: Programme) -> tuple[str, ...]:
        """The ids of the activities whose title stands in the text."""
        said = _split(text)
        return tuple(
            activity.id
            for activity in programme.shown.values()
            if any(_stands_in(_split(one.title), said) for one in activity.texts.values())
        )


def _by_first_word(lists: Iterable[Sequence[str]]) -> dict[str, list[tuple[str, ...]]]:
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for phrase in dict.fromkeys(_split(text) for texts in lists for text in texts):
        if phrase:
            phrases.setdefault(phrase[0], []).append(phrase)
    return phrases


@functools.lru_cache(maxsize=4096)
def _split(text: str) -> tuple[str, ...]:
    return tuple(folded_words(text))


def _any_in(phrases: Mapping[str, Sequence[tuple[str, ...]]], said: tuple[str, ...]) -> bool:
    return any(
        said[start : start + len(phrase)] == phrase
        for start, word in enumerate(said)
        for phrase in phrases.get(word, ())
    )


def _any_form_in(names: Iterable[tuple[str, ...]], said: tuple[str, ...]) -> bool:
    """Days are declined at their end: субота, у суботу."""
    stems = ((*name[:-1], name[-1][:-1] if len(name[-1]) > _LONG_ENOUGH else name[-1]) for name in names if name)
    return any(_stands_in(stem, said) for stem in stems)


def _stands_in(phrase: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Whether the words stand there one after the other, with or without endings."""
    length = len(phrase)
    return length > 0 and any(
        all(map(_is_form, phrase, said[start : start + length])) for start in range(len(said) - length + 1)
    )


def _is_form(word: str, said: str) -> bool:
    """Whether `said` is the word, or the word with an ending ("språkkaféet")."""
    if len(word) < _LONG_ENOUGH:
        return word == said
    return said.startswith(word) and len(said) <= len(word) + _ENDING


def _choice(said: tuple[str, ...], kind: str, names: Mapping[str, Mapping[str, str]]) -> str | None:
    for key, by_language in names.items():
        named = map(_split, by_language.values())
        if key not in _EVERYTHING and any(_stands_in(name, said) for name in named):
            return f"{kind}.{key}"
    return None
