"""Whether the words of a crisis pattern stand in a message, in the order and nearness the pattern asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.understanding.crisis_patterns import ANY_ORDER_SPAN, Pattern
from bot.understanding.crisis_words import WordIndex

SHORTEST_RUN = 7
"""Letters that words run together must have to be looked into; shorter ones turn up in ordinary long words."""
_MOST_OCCURRENCES = 64  # Of one word in one message; only a hostile text holds more in 2,000 characters.

Span = tuple[int, int]
"""The first and the last word of a match, counted from 0."""


class Place(NamedTuple):
    """The alternatives for one place of a pattern, as word numbers: single words, and several in a row."""

    singles: Sequence[int]
    runs: Sequence[Sequence[int]]

    def fillings(self, reading: Reading) -> Iterator[Span]:
        """Where in the message the place is filled."""
        for number in self.singles:
            yield from ((start, start) for start in reading.occurrences.get(number, ()))
        for first, *others in self.runs:
            for start in reading.occurrences.get(first, ()):
                places = enumerate(others, start=1)
                if all(start + step in reading.occurrences.get(number, ()) for step, number in places):
                    yield start, start + len(others)


class PlacedPattern(NamedTuple):
    """A pattern as word numbers.

    `gaps`, `whole_message` and `any_order` are the pattern's; `within_run` tells, per place, whether its words
    are found anywhere in a run of letters. `anchor` is the place that fewest messages fill.
    """

    source: str
    places: Sequence[Place]
    gaps: Sequence[int]
    whole_message: bool
    any_order: bool
    within_run: Sequence[bool]
    anchor: int

    @classmethod
    def of(cls, pattern: Pattern, index: WordIndex) -> PlacedPattern:
        """Number the pattern's words in the index."""
        numbered = [[[index.add(form) for form in choice] for choice in place] for place in pattern.places]
        places = tuple(
            Place([run[0] for run in place if len(run) == 1], [run for run in place if len(run) > 1])
            for place in numbered
        )
        within_run = tuple(place[0][0].open_start and place[0][0].open_end for place in pattern.places)
        # The place whose shortest word is longest: long words are rare, so few messages look at the pattern closely.
        shortest = [min(len(choice[0].folded) for choice in place) for place in pattern.places]
        anchor = shortest.index(max(shortest))
        return cls(pattern.source, places, pattern.gaps, pattern.whole_message, pattern.any_order, within_run, anchor)

    @classmethod
    def restored(cls, source: str, places: Iterable[Sequence[Any]], *others: Any) -> PlacedPattern:
        """The pattern whose fields these were, after a journey through JSON."""
        return cls(source, [Place(*place) for place in places], *others)

    @property
    def anchor_words(self) -> set[int]:
        """The numbers of which a message must have one before it is worth a closer look."""
        place = self.places[self.anchor]
        return {*place.singles, *(run[0] for run in place.runs)}


@dataclass(frozen=True, slots=True)
class Reading:
    """A message under one spelling: its words, and where each word number occurs.

    `parted`: the words are pieces of one word of the message; one piece alone is then no match.
    """

    spelled: tuple[str, ...]
    occurrences: dict[int, set[int]]
    parted: bool

    @classmethod
    def of(cls, spelled: list[str], index: WordIndex, stretched: bool, parted: bool = False) -> Reading:
        """Look up every word; `stretched` as in WordIndex.find."""
        occurrences: dict[int, set[int]] = {}
        for place, word in enumerate(spelled):
            for number in index.find(word, stretched):
                places = occurrences.setdefault(number, set())
                if len(places) < _MOST_OCCURRENCES:
                    places.add(place)
        return cls(tuple(spelled), occurrences, parted)

    def words_of(self, span: Span) -> str:
        """The words of a match as the message spells them."""
        return " ".join(self.spelled[span[0] : span[1] + 1])


def first_match(wanted: PlacedPattern, unless: Sequence[PlacedPattern], reading: Reading) -> Span | None:
    """The first place where `wanted` stands and none of `unless` overlaps it."""
    spans = _spans(wanted, reading)
    if not spans:
        return None
    cancelled = {place for idiom in unless for start, end in _spans(idiom, reading) for place in range(start, end + 1)}
    for start, end in spans:
        if reading.parted and (start == end or len("".join(reading.spelled[start : end + 1])) < SHORTEST_RUN):
            continue
        if cancelled.isdisjoint(range(start, end + 1)):
            return start, end
    return None


def _spans(wanted: PlacedPattern, reading: Reading) -> list[Span]:
    """Every stretch in which the pattern stands; the work is linear in the words of the message."""
    found = reading.occurrences.keys()
    for place in wanted.places:
        if found.isdisjoint(place.singles) and not any(run[0] in found for run in place.runs):
            return []
    filled = [sorted(place.fillings(reading)) for place in wanted.places]
    if wanted.any_order:
        return _in_any_order(filled)
    spans = _in_order(wanted, filled)
    if wanted.whole_message:
        return [span for span in spans if span == (0, len(reading.spelled) - 1)]
    return spans


def _in_order(wanted: PlacedPattern, filled: list[list[Span]]) -> list[Span]:
    chains = {end: start for start, end in filled[0]}
    for here, gap, within_run in zip(filled[1:], wanted.gaps, wanted.within_run[1:], strict=True):
        nearest = 0 if within_run else 1  # Thai: several words of the pattern in one run of letters
        reached: dict[int, int] = {}
        for start, end in here:
            for back in range(nearest, gap + 2):
                if start - back in chains:
                    reached[end] = chains[start - back]
                    break
        chains = reached
    return [(start, end) for end, start in sorted(chains.items())]


def _in_any_order(filled: list[list[Span]]) -> list[Span]:
    """For each word that completes the set, the shortest stretch up to it that holds all of them."""
    latest: dict[int, int] = {}
    spans = []
    for end, start, group in sorted((end, start, group) for group, here in enumerate(filled) for start, end in here):
        latest[group] = start
        first = min(latest.values())
        if len(latest) == len(filled) and end - first < ANY_ORDER_SPAN:
            spans.append((first, end))
    return spans
