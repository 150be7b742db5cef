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
                        phrase = words(form)
                        self._kinds.setdefault(_spelled(phrase, tuple(map(fold, phrase)), 0, len(phrase)), kind)
        self._kinds.pop((), None)
        self._measure()

    @classmethod
    def restored(cls, plain: Mapping[str, Sequence[str]]) -> SmallTalk:
        """The small talk that `plain` was made from, in a tenth of the time that spelling its phrases took."""
        known = cls({})
        known._kinds = {tuple(words(phrase)): kind for kind, phrases in plain.items() for phrase in phrases}
        known._measure()
        return known

    def plain(self) -> dict[str, list[str]]:
        """The phrases of each kind as they are compared, for JSON; `restored` takes them back."""
        kinds: dict[str, list[str]] = {}
        for phrase, kind in self._kinds.items():
            kinds.setdefault(kind, []).append(" ".join(phrase))
        return kinds

    def _measure(self) -> None:
        self._longest = max(map(len, self._kinds), default=0)
        self._edges = frozenset(word for phrase in self._kinds for word in (phrase[0], phrase[-1]))

    def find(self, message: Sequence[str]) -> tuple[str | None, list[str]]:
        """The kind of courtesy the level-1 words amount to, and the words left when courtesies round them go.

        The kind is None when a question is left. Of several ("hi, who are you?") the one that is no mere courtesy
        counts, then the first that is no greeting.
        """
        folded = tuple(map(fold, message))
        first, last = 0, len(message)
        kind: str | None = None
        while first < last:
            start, end, found = self._at_an_edge(message, folded, first, last)
            if found is None:
                return None, list(message[first:last])
            kind = found if kind is None or found not in COURTESIES or kind == "greeting" else kind
            first, last = (end, last) if start == first else (first, start)
        return kind, []

    def _at_an_edge(self, message: Sequence[str], folded: Phrase, first: int, last: int) -> tuple[int, int, str | None]:
        """Where in the words from `first` to `last` a courtesy stands first or last, and its kind."""
        if self._edges.isdisjoint((message[first], folded[first], message[last - 1], folded[last - 1])):
            return 0, 0, None
        whole = self._kinds.get(_spelled(message, folded, first, last))
        if whole is not None:
            return first, last, whole
        for length in range(min(self._longest, last - first - 1), 0, -1):
            for start, end in ((first, first + length), (last - length, last)):
                kind = self._kinds.get(_spelled(message, folded, start, end))
                if kind in COURTESIES:
                    return start, end, kind
        return 0, 0, None


def _spelled(message: Sequence[str], folded: Phrase, start: int, end: int) -> Phrase:
    """The words whatever their diacritics; in one of two letters they are half of it: "ök" (a name) is no "ok"."""
    return (message[start],) if end - start == 1 and len(message[start]) <= 2 else folded[start:end]
