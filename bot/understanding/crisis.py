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
from typing import Any, NamedTuple, TypedDict

from bot.understanding.crisis_matching import SHORTEST_RUN, PlacedPattern, Reading, first_match
from bot.understanding.crisis_patterns import (
    SHARED_READING,
    PatternError,
    WordForm,
    forget_read_patterns,
    parse_pattern,
)
from bot.understanding.crisis_words import WordIndex
from bot.understanding.normalising import LENGTH_LIMIT, normalise, words

DANGERS: tuple[str, ...] = ("life", "poison", "suicide", "child", "violence", "honour")
"""Kinds of danger, most acute first. `life`: fire, unconscious, bleeding, weapon, violence going on, about to die."""

_FEW_WORDS = 3  # Only so short a message is searched for words run together: "JAGVILLINTELEVA", "hjälp jagvilldö".
_LONGEST_RUN = 60  # Letters of one such word that are parted; the work grows with them.
_STRETCHED = re.compile(r"([^\W\d])\1\1", re.IGNORECASE)
# Scripts in which one language's own spelling rules are read beside those common to all.
_SECOND_READING = (
    (re.compile("[\u0400-\u04ff]"), "bs"),
    (re.compile("[\u0600-\u06ff]"), "fa"),
)

_Rank = tuple[int, int, int]


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


class _PlacedRule(NamedTuple):
    """A rule of one language with its patterns as word numbers; `danger` is its place in DANGERS."""

    topic: str
    language: str
    danger: int
    match: Sequence[PlacedPattern]
    unless: Sequence[PlacedPattern]


@dataclass(frozen=True, slots=True)
class _Trigger:
    """One `match` pattern of a rule; `order` is its place among all patterns."""

    rule: _PlacedRule
    wanted: PlacedPattern
    order: int


class PlainLane(TypedDict):
    """A compiled lane as plain data: the word forms by number, and the rules that name them."""

    forms: Sequence[Sequence[Any]]
    rules: Sequence[Sequence[Any]]


class CrisisLane:
    """The rules of all languages, compiled once; `find` changes nothing and may be called from several threads."""

    def __init__(self, rules: Mapping[str, Sequence[CrisisRule]]) -> None:
        """`rules` by language id. Raises CrisisRuleError at the first rule that cannot be used."""
        self._index = WordIndex()
        self._rules: list[_PlacedRule] = []
        self._by_word: dict[int, list[_Trigger]] = {}
        self._patterns = 0
        for language, language_rules in rules.items():
            for number, rule in enumerate(language_rules, start=1):
                self._enter(self._placed_rule(language, number, rule))
        forget_read_patterns()

    @classmethod
    def restored(cls, plain: PlainLane) -> CrisisLane:
        """The lane that `plain` was made from, in a third of the time that compiling its rules took."""
        lane = cls({})
        for form in plain["forms"]:
            lane._index.add(WordForm(*form))
        for topic, language, danger, match, unless in plain["rules"]:
            placed = [[PlacedPattern.restored(*row) for row in rows] for rows in (match, unless)]
            lane._enter(_PlacedRule(topic, language, danger, *placed))
        return lane

    def plain(self) -> PlainLane:
        """The compiled lane as lists, strings and numbers, for JSON; `restored` takes it back."""
        return {"forms": self._index.forms, "rules": self._rules}

    def find(self, text: str, languages: Sequence[str] = ()) -> CrisisHit | None:
        """The most acute danger the text tells of, or None; between equal dangers, that of the earlier of `languages`.

        Of a text longer than LENGTH_LIMIT characters, the first and the last LENGTH_LIMIT are read.
        """
        parts = [text] if len(text) <= LENGTH_LIMIT else [text[:LENGTH_LIMIT], text[-LENGTH_LIMIT:]]
        preference = {language: place for place, language in reversed(list(enumerate(languages)))}
        found = [self._best(reading, preference) for part in parts for reading in self._readings(part)]
        return min((ranked for ranked in found if ranked), key=lambda ranked: ranked[0], default=(None, None))[1]

    def _placed_rule(self, language: str, number: int, rule: CrisisRule) -> _PlacedRule:
        where = f"crisis rules of {language}, rule {number} ({rule.topic})"
        if rule.danger not in DANGERS:
            raise CrisisRuleError(f'{where}: danger "{rule.danger}" is not known; use one of {", ".join(DANGERS)}')
        if not rule.match:
            raise CrisisRuleError(f"{where}: match is empty; write at least one pattern, or remove the rule")
        unless = [self._placed(source, language, where) for source in rule.unless]
        match = [self._placed(source, language, where) for source in rule.match]
        return _PlacedRule(rule.topic, language, DANGERS.index(rule.danger), match, unless)

    def _enter(self, rule: _PlacedRule) -> None:
        self._rules.append(rule)
        for wanted in rule.match:
            trigger = _Trigger(rule, wanted, self._patterns)
            self._patterns += 1
            for word in wanted.anchor_words:
                self._by_word.setdefault(word, []).append(trigger)

    def _placed(self, source: str, language: str, where: str) -> PlacedPattern:
        try:
            return PlacedPattern.of(parse_pattern(source, language), self._index)
        except PatternError as problem:
            raise CrisisRuleError(f'{where}, pattern "{source}": {problem}') from None

    def _readings(self, text: str) -> Iterator[Reading]:
        """The message as written, by the rules of its script's languages, and with run-together words parted."""
        stretched = _STRETCHED.search(text) is not None
        first = normalise(text, SHARED_READING)
        spelled = words(first)
        yield Reading.of(spelled, self._index, stretched)
        for script, language in () if first.isascii() else _SECOND_READING:
            if script.search(first):
                other = normalise(text, language)
                if other != first:
                    yield Reading.of(words(other), self._index, stretched)
        if len(spelled) <= _FEW_WORDS:
            for word in spelled:
                parted = self._index.parted(word[:_LONGEST_RUN]) if len(word) >= SHORTEST_RUN else []
                if len(parted) > 1:
                    yield Reading.of(parted, self._index, stretched, parted=True)

    def _best(self, reading: Reading, preference: Mapping[str, int]) -> tuple[_Rank, CrisisHit] | None:
        last = len(preference)
        candidates = {
            trigger.order: trigger for word in reading.occurrences for trigger in self._by_word.get(word, ())
        }.values()
        ranked = [((one.rule.danger, preference.get(one.rule.language, last), one.order), one) for one in candidates]
        for rank, trigger in sorted(ranked, key=lambda pair: pair[0]):
            rule = trigger.rule
            span = first_match(trigger.wanted, rule.unless, reading)
            if span is not None:
                return rank, CrisisHit(rule.topic, rule.language, trigger.wanted.source, reading.words_of(span))
        return None
