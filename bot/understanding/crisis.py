"""The crisis lane: finds danger in a message before anything else looks at it, by written rules alone.

Deterministic and explainable: no score, no model, the same text gives the same answer. The rules of every language
are tried on every message, because people in fear mix languages; the languages thought likely only break ties. Of
several dangers the most acute is answered; of two rules of one language and danger, the one that stands first.
How patterns are written stands in `bot.understanding.crisis_patterns`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.understanding.crisis_patterns import ANY_ORDER_SPAN, Pattern, PatternError, parse_pattern
from bot.understanding.crisis_words import WordIndex
from bot.understanding.normalising import LENGTH_LIMIT, fold, normalise, words

DANGERS: tuple[str, ...] = ("life", "poison", "suicide", "child", "violence", "honour")
"""Kinds of danger, most acute first. `life`: fire, unconscious, bleeding, weapon, violence going on, about to die."""

_Rank = tuple[int, int, int]
_Place = tuple[tuple[int, ...], ...]  # alternatives, each the numbers of one word or of several in a row
_Span = tuple[int, int]  # first and last word, counted from 0

_FEW_WORDS = 3  # Only so short a message is searched for words run together: "JAGVILLINTELEVA", "hjälp jagvilldö".
_SHORTEST_RUN = 7  # Letters a match inside run-together words needs; shorter ones turn up in ordinary long words.
_LONGEST_RUN = 60  # Letters of one such word that are parted; the work grows with them.
_STRETCHED = re.compile(r"([^\W\d])\1\1", re.IGNORECASE)
# Scripts in which one language's own spelling rules are read beside those common to all.
_SECOND_READING = (
    (re.compile("[\u0400-\u04ff]"), "bs"),
    (re.compile("[\u0600-\u06ff]"), "fa"),
    (re.compile("[\u1200-\u137f]"), "am"),
)


@dataclass(frozen=True, slots=True)
class CrisisRule:
    """What tells of one danger in one language, and the safety topic that answers it.

    `danger` is one of DANGERS; `unless` holds patterns (idioms) that cancel a match they overlap.
    """

    topic: str
    danger: str
    match: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CrisisHit:
    """What was found, with the pattern and the words (level-1 spelling) that triggered it."""

    topic: str
    language: str
    pattern: str
    matched: str


class CrisisRuleError(ValueError):
    """A rule that cannot be used; the message names the language, the rule and the remedy."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A pattern as word numbers; `rank` orders matches: danger, then the order of the rules and of their patterns."""

    language: str
    topic: str
    pattern: Pattern
    places: tuple[_Place, ...]
    unless: tuple[_Compiled, ...]
    rank: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A message under one spelling: its words, where each word number occurs, and letters a match must have."""

    spelled: list[str]
    positions: dict[int, set[int]]
    least_letters: int


class CrisisLane:
    """The rules of all languages, compiled once; `find` changes nothing and may be called from several threads."""

    def __init__(self, rules: Mapping[str, Sequence[CrisisRule]]) -> None:
        """`rules` by language id. Raises CrisisRuleError at the first rule that cannot be used."""
        self._index = WordIndex()
        self._compiled: list[_Compiled] = []
        self._anchored: dict[int, list[int]] = {}
        for language, language_rules in rules.items():
            for number, rule in enumerate(language_rules, start=1):
                self._add_rule(language, number, rule)

    def find(self, text: str, languages: Sequence[str] = ()) -> CrisisHit | None:
        """The most acute danger the text tells of, or None; between equal dangers, that of the earlier of `languages`.

        Of a text longer than LENGTH_LIMIT characters, the first and the last LENGTH_LIMIT are read.
        """
        parts = [text] if len(text) <= LENGTH_LIMIT else [text[:LENGTH_LIMIT], text[-LENGTH_LIMIT:]]
        preference = {language: place for place, language in reversed(list(enumerate(languages)))}
        found = [self._best(reading, preference) for part in parts for reading in self._readings(part)]
        return min((ranked for ranked in found if ranked), key=lambda ranked: ranked[0], default=(None, None))[1]

    def _add_rule(self, language: str, number: int, rule: CrisisRule) -> None:
        where = f"crisis rules of {language}, rule {number} ({rule.topic})"
        if rule.danger not in DANGERS:
            raise CrisisRuleError(f'{where}: danger "{rule.danger}" is not known; use one of {", ".join(DANGERS)}')
        if not rule.match:
            raise CrisisRuleError(f"{where}: match is empty; write at least one pattern, or remove the rule")
        unless = tuple(self._compile(language, rule, source, where, ()) for source in rule.unless)
        for source in rule.match:
            compiled = self._compile(language, rule, source, where, unless)
            place = len(self._compiled)
            self._compiled.append(compiled)
            for word in _rarest(compiled):
                self._anchored.setdefault(word, []).append(place)

    def _compile(
        self, language: str, rule: CrisisRule, source: str, where: str, unless: tuple[_Compiled, ...]
    ) -> _Compiled:
        try:
            pattern = parse_pattern(source, language)
        except PatternError as problem:
            raise CrisisRuleError(f'{where}, pattern "{source}": {problem}') from None
        places = tuple(
            tuple(tuple(self._index.add(form) for form in choice) for choice in place) for place in pattern.places
        )
        rank = (DANGERS.index(rule.danger), len(self._compiled))
        return _Compiled(language, rule.topic, pattern, places, unless, rank)

    def _readings(self, text: str) -> Iterator[_Reading]:
        """The message as written, by the spelling rules of its script's languages, and with run-together words parted."""
        stretched = _STRETCHED.search(text) is not None
        first = normalise(text)
        yield self._read(words(first), stretched)
        for script, language in _SECOND_READING:
            if script.search(first):
                other = normalise(text, language)
                if other != first:
                    yield self._read(words(other), stretched)
        spelled = words(first)
        if len(spelled) <= _FEW_WORDS and max(map(len, spelled), default=0) >= _SHORTEST_RUN:
            parted = [piece for word in spelled for piece in self._index.parted(word[:_LONGEST_RUN])]
            if parted != spelled:
                yield self._read(parted, stretched, least_letters=_SHORTEST_RUN)

    def _read(self, spelled: list[str], stretched: bool, least_letters: int = 0) -> _Reading:
        positions: dict[int, set[int]] = {}
        known: dict[str, set[int]] = {}
        for place, word in enumerate(spelled):
            numbers = known.get(word)
            if numbers is None:
                numbers = known[word] = self._index.find(word, fold(word), stretched)
            for number in numbers:
                positions.setdefault(number, set()).add(place)
        return _Reading(spelled, positions, least_letters)

    def _best(self, reading: _Reading, preference: Mapping[str, int]) -> tuple[_Rank, CrisisHit] | None:
        candidates = {place for word in reading.positions for place in self._anchored.get(word, ())}
        last = len(preference)
        ranked = []
        for place in candidates:
            compiled = self._compiled[place]
            danger, order = compiled.rank
            ranked.append(((danger, preference.get(compiled.language, last), order), compiled))
        for rank, compiled in sorted(ranked, key=lambda pair: pair[0]):
            span = _first_match(compiled, reading)
            if span is not None:
                matched = " ".join(reading.spelled[span[0] : span[1] + 1])
                return rank, CrisisHit(compiled.topic, compiled.language, compiled.pattern.source, matched)
        return None


def _rarest(compiled: _Compiled) -> frozenset[int]:
    """Words of the place whose shortest word is longest: what few messages hold, so few patterns are looked at closely."""
    lengths = [min(len(choice[0].folded) for choice in place) for place in compiled.pattern.places]
    return frozenset(choice[0] for choice in compiled.places[lengths.index(max(lengths))])


def _first_match(compiled: _Compiled, reading: _Reading) -> _Span | None:
    spans = _spans(compiled, reading)
    if not spans:
        return None
    cancelled: set[int] = set()
    for idiom in compiled.unless:
        for start, end in _spans(idiom, reading):
            cancelled.update(range(start, end + 1))
    for start, end in spans:
        if cancelled.isdisjoint(range(start, end + 1)):
            letters = sum(map(len, reading.spelled[start : end + 1]))
            if letters >= reading.least_letters:
                return start, end
    return None


def _spans(compiled: _Compiled, reading: _Reading) -> list[_Span]:
    """Where the pattern's words stand; linear in the words of the message."""
    occurrences = [_occurrences(place, reading) for place in compiled.places]
    if not all(occurrences):
        return []
    if compiled.pattern.any_order:
        return _spans_in_any_order(occurrences)
    spans = _spans_in_order(compiled.pattern, occurrences)
    if compiled.pattern.whole_message:
        return [span for span in spans if span == (0, len(reading.spelled) - 1)]
    return spans


def _spans_in_order(pattern: Pattern, occurrences: list[list[_Span]]) -> list[_Span]:
    chains = {end: start for start, end in occurrences[0]}
    for here, gap, choices in zip(occurrences[1:], pattern.gaps, pattern.places[1:], strict=True):
        anywhere = choices[0][0].open_start and choices[0][0].open_end
        nearest = 0 if anywhere else 1  # Thai: several words of the pattern in one run
        reached: dict[int, int] = {}
        for start, end in here:
            for back in range(nearest, gap + 2):
                if start - back in chains:
                    reached[end] = chains[start - back]
                    break
        chains = reached
    return [(start, end) for end, start in sorted(chains.items())]


def _spans_in_any_order(occurrences: list[list[_Span]]) -> list[_Span]:
    """For each word that completes the set, the shortest stretch up to it that holds all of them."""
    latest: dict[int, int] = {}
    spans = []
    for end, start, group in sorted((end, start, group) for group, here in enumerate(occurrences) for start, end in here):
        latest[group] = start
        first = min(latest.values())
        if len(latest) == len(occurrences) and end - first < ANY_ORDER_SPAN:
            spans.append((first, end))
    return spans


def _occurrences(place: _Place, reading: _Reading) -> list[_Span]:
    found = set()
    for first, *others in place:
        for start in reading.positions.get(first, ()):
            if all(start + step in reading.positions.get(number, ()) for step, number in enumerate(others, start=1)):
                found.add((start, start + len(others)))
    return sorted(found)
