"""The pattern language of the crisis rules, for staff and translators, and its reading.

A pattern says which words, in which order, tell of danger. Write the words as people type them; capitals, accents
left out, apostrophes and punctuation take care of themselves.

* `vill dö`: these words in this order, with up to two other words between ("jag vill bara dö").
* `slår/slog/slagit mig`: a slash parts words that may stand in the same place.
* `gun/kitchen_knife`: an underscore (or a hyphen) keeps words together where only one word could stand.
* `misshandl*`: any ending. `*olycka`: any beginning ("bilolycka"). `*mord*`: both.
* `granne ... barn`: up to six other words between, instead of two.
* `stryper + mig`: nothing between.
* `barn*, märken/sår, rygg*`: commas mean any order, all within nine words.
* `= självmord`: the whole message is only this.

Words of six letters or more are also found with one letter wrong, missing, extra or swapped; where little else confirms
the word (alone, or one of two between commas) it takes eight. Shorter words are not, because one letter turns them into
other words, and one of two words between commas keeps its accents if it has two or three letters. Words written without
spaces ("jagvilldö") are found too; Arabic words also with "and", "the", "in" and the like before them; Thai, which has
no spaces, anywhere in the text (but not after `=`).

What a pattern must not mean goes into `unless`, in the same language: `dö av skratt` cancels a match it overlaps, and a
plain word there ("prison") is never taken for a misspelling of another ("poison"). In YAML, a pattern that begins with
`*` stands in quotation marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.understanding.normalising import fold, normalise, words

NEAR_GAP = 2
"""Other words that may stand between two words of a pattern."""
FAR_GAP = 6
"""Other words that `...` allows."""
ANY_ORDER_SPAN = 9
"""Words, first and last included, within which the words of a pattern with commas stand."""
_GAPS = {"+": 0, "...": FAR_GAP}
_TYPO_LENGTH = 6  # Shorter words are one letter from other words ("slår", "står").
_LOOSE_TYPO_LENGTH = 8  # Without words beside it that confirm it, more is needed ("incest" and "invest").
_LOOSE_ACCENT_LENGTH = 4  # In any order, "dö" may not be read into every English "do".
_SHORTEST_LONE_WORD = 3  # One word of two letters is in every other sentence of some language.
SHARED_READING = "am"
"""The language by whose rules every pattern and message is read: beside what all share, it only makes Ethiopic letters
that sound alike one letter, which Tigrinya needs as much."""
_OWN_READING = frozenset({"fa", "prs"})  # Normalised by rules of their own; the text is read by them too.


class PatternError(ValueError):
    """A pattern that cannot be used; the message says why and what to write instead."""


class WordForm(NamedTuple):
    """One word of a pattern: its level-1 and level-2 spelling, and what a message's word may differ by.

    `open_start`, `open_end`: any beginning or ending; `typos`: one letter; `accents`: they may be left out;
    `proclitics`: Arabic "and", "the", "in", "will" and the like, written together with the word.
    """

    spelled: str
    folded: str
    open_start: bool
    open_end: bool
    typos: bool
    accents: bool
    proclitics: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """Places to be filled; `gaps[i]` other words at most between place i and i + 1.

    A place is filled by one of its alternatives, each of them one word or several in a row.
    """

    source: str
    places: tuple[tuple[tuple[WordForm, ...], ...], ...]
    gaps: tuple[int, ...]
    whole_message: bool
    any_order: bool


def parse_pattern(source: str, language: str) -> Pattern:
    """Read one pattern of `language`; raises PatternError."""
    parts = source.split()
    commas = source.replace("،", ",")
    whole_message, any_order = parts[:1] == ["="], "," in commas
    if any_order:
        parts = [part.strip() for part in commas.split(",")]
        if any(len(part.split()) != 1 or part in _GAPS for part in parts):
            raise PatternError('between two commas stands one word (or "a/b"), without "+", "..." and "="')
    groups, gaps = _groups_and_gaps(parts[whole_message:])
    if not groups:
        raise PatternError("it holds no word; write at least one")
    if len(groups) == 1 and not whole_message:
        _refuse_short_words(groups[0])
    loose = len(groups) <= (2 if any_order else 1) and not whole_message
    places = tuple(_choices(group, language, loose, whole_message) for group in groups)
    return Pattern(source, places, tuple(0 for _ in gaps) if whole_message else tuple(gaps), whole_message, any_order)


# Patterns name the same people and body parts over and over: a group is worked out, and kept in memory, once.
@lru_cache(maxsize=20_000)
def _choices(group: str, language: str, loose: bool, whole: bool) -> tuple[tuple[WordForm, ...], ...]:
    # A hyphen keeps words together as "_" does: "T-sprit" reaches us as two words.
    return tuple(
        tuple(_word_form(word, language, loose, whole) for word in choice.replace("-", "_").split("_"))
        for choice in group.split("/")
    )


def forget_read_patterns() -> None:
    """Let go of what was kept while many patterns were read."""
    _choices.cache_clear()
    _word_form.cache_clear()


def _groups_and_gaps(parts: list[str]) -> tuple[list[str], list[int]]:
    groups: list[str] = []
    gaps: list[int] = []
    gap: int | None = None
    for part in parts:
        if part in _GAPS:
            if gap is not None or not groups:
                raise PatternError(f'"{part}" must stand between two words')
            gap = _GAPS[part]
            continue
        if groups:
            gaps.append(NEAR_GAP if gap is None else gap)
        gap = None
        groups.append(part)
    if gap is not None:
        raise PatternError("a word is missing at the end")
    return groups, gaps


@lru_cache(maxsize=100_000)
def _word_form(written: str, language: str, loose: bool, whole: bool) -> WordForm:
    bare = written.strip("*")
    spelled = normalise(bare, language if language in _OWN_READING else SHARED_READING)
    if not spelled:
        raise PatternError(f'"{written}" holds no letter; remove it, or the "/" beside it')
    if "*" in bare:
        raise PatternError(f'"{written}" has a "*" inside the word; it may stand only first or last')
    if len(words(spelled)) > 1:
        raise PatternError(f'"{written}" is more than one word; part the words with spaces, or with "_"')
    anywhere = "\u0e00" <= max(spelled) <= "\u0e7f" and not whole
    open_start, open_end = anywhere or written.startswith("*"), anywhere or written.endswith("*")
    folded = fold(spelled)
    if len(folded) < open_start + open_end + (open_start or open_end):
        raise PatternError(f'"{written}" is too short for "*"; write at least two letters, three between two "*"')
    typo_length = _LOOSE_TYPO_LENGTH if loose else _TYPO_LENGTH
    typos = len(folded) >= typo_length and folded.isalpha() and not open_start
    accents = not loose or len(folded) >= _LOOSE_ACCENT_LENGTH
    return WordForm(spelled, folded, open_start, open_end, typos, accents, language == "ar")


def _refuse_short_words(group: str) -> None:
    for written in group.replace("_", "").split("/"):
        bare = fold(normalise(written.strip("*")))
        if len(bare) < _SHORTEST_LONE_WORD + (bare.isascii() and "*" in written):
            raise PatternError(
                f'"{written}" alone is too short to be sure; add a word beside it, '
                'or begin with "= " so that it must be the whole message'
            )
