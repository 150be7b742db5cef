"""Greetings, thanks and "are you a person?": courtesies that are no question about society.

Small talk is recognised when it is the whole message; a courtesy in front of or after a question is set aside so
that the question is what counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.understanding.normalising import fold, normalise, words

Phrase = tuple[str, ...]

COURTESIES = frozenset({"greeting", "thanks", "bye"})
"""Kinds set aside when they stand round a question; any other kind counts only when it is all that is said."""


class SmallTalk:
    """Knows the courtesies of every language. Immutable after construction."""

    def __init__(self, phrases: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """`phrases`: kind of small talk -> language -> how it is said."""
        self._kinds: dict[Phrase, str] = {}
        for kind, languages in phrases.items():
            for language, texts in languages.items():
                for text in texts:
                    for form in {normalise(text), normalise(text, language)}:
                        self._kinds.setdefault(_spelled(words(form)), kind)
        self._kinds.pop((), None)
        self._longest = max(map(len, self._kinds), default=0)

    def find(self, message: Sequence[str]) -> tuple[str | None, list[str]]:
        """The kind of courtesy the level-1 words amount to, and the words left when courtesies round them go.

        The kind is None when a question is left. Of several ("hi, who are you?") the one that is no mere courtesy
        counts, then the first that is no greeting.
        """
        left = list(message)
        kind: str | None = None
        while left:
            start, end, found = self._at_an_edge(left)
            if found is None:
                return None, left
            kind = found if kind is None or found not in COURTESIES or kind == "greeting" else kind
            left = left[end:] if start == 0 else left[:start]
        return kind, left

    def _at_an_edge(self, message: Sequence[str]) -> tuple[int, int, str | None]:
        whole = self._kinds.get(_spelled(message))
        if whole is not None:
            return 0, len(message), whole
        for length in range(min(self._longest, len(message) - 1), 0, -1):
            for start, end in ((0, length), (len(message) - length, len(message))):
                kind = self._kinds.get(_spelled(message[start:end]))
                if kind in COURTESIES:
                    return start, end, kind
        return 0, 0, None


def _spelled(phrase: Sequence[str]) -> Phrase:
    """The words whatever their diacritics; in one of two letters they are half of it: "ök" (a name) is no "ok"."""
    return tuple(phrase) if len(phrase) == 1 and len(phrase[0]) <= 2 else tuple(map(fold, phrase))
