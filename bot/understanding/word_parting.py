"""Words of a script that is written without spaces, as Thai is: the fewest words of a dictionary that make up a run.

What no dictionary word covers stays together as a word of its own, so a name or a new word is compared as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.understanding.normalising import normalise

# A Thai vowel or tone mark belongs to its consonant, whichever side it is written on; nothing is cut between them.
_CLUSTER = re.compile(
    "[\u0e40-\u0e44]*[^\u0e30-\u0e3a\u0e40-\u0e44\u0e47-\u0e4e]?[\u0e30-\u0e3a\u0e47-\u0e4e]*", re.DOTALL
)


class WordParter:
    """Knows the words of one language. Immutable after construction."""

    def __init__(self, dictionary: Iterable[str]) -> None:
        """`dictionary`: words as they are written."""
        self._words = frozenset(map(normalise, dictionary)) - {""}
        self._longest = max((len(_clusters(word)) for word in self._words), default=1)

    def part(self, message: Sequence[str]) -> list[str]:
        """The level-1 words of a message, with the Thai runs among them parted."""
        return [part for word in message for part in (self._parts(word) if _is_thai(word) else [word])]

    def _parts(self, run: str) -> list[str]:
        clusters = _clusters(run)
        # For each place between clusters: letters in no word and words so far, and where the last of these begins.
        best: list[tuple[int, int, int]] = [(0, 0, 0)]
        for end in range(1, len(clusters) + 1):
            unknown, count, _ = best[end - 1]
            choices = [(unknown + len(clusters[end - 1]), count + 1, end - 1)]
            choices += [
                (best[start][0], best[start][1] + 1, start)
                for start in range(max(0, end - self._longest), end)
                if "".join(clusters[start:end]) in self._words
            ]
            best.append(min(choices))
        return list(self._joined(clusters, best))

    def _joined(self, clusters: Sequence[str], best: Sequence[tuple[int, int, int]]) -> Iterator[str]:
        starts = []
        end = len(clusters)
        while end:
            end = best[end][2]
            starts.append(end)
        rest = ""
        for start, end in zip(reversed(starts), [*reversed(starts[:-1]), len(clusters)], strict=True):
            piece = "".join(clusters[start:end])
            if piece not in self._words:
                rest += piece
                continue
            if rest:
                yield rest
            rest = ""
            yield piece
        if rest:
            yield rest


def _is_thai(word: str) -> bool:
    return any("\u0e00" <= letter <= "\u0e7f" for letter in word)


def _clusters(run: str) -> list[str]:
    return [cluster for cluster in _CLUSTER.findall(run) if cluster]
