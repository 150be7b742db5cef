"""Which language a short message is written in, or an honest "can't tell".

The script decides first. Languages of one script then compete by letter groups inside words, function words and
letters no other language of the script uses; the language the resident chose gets a head start, and the best must
lead by a margin. Undecided is a good answer: the caller keeps the chosen language. Method and margins follow
the reference on localisation, section 4; a language with reply None takes part only so that it can be refused.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from bot.understanding.model import Example, LanguageProfile
from bot.understanding.normalising import LENGTH_LIMIT, fold, normalise, words

Scores = NDArray[np.float32]

CHOSEN_BONUS = 6.0
"""Head start of the chosen language, in log units."""
MARGIN = 3.0
"""Lead over the second, in log units, below which a message of several words is undecided."""
SHORT_MARGIN = 6.0
"""The same for one or two words, which are often names or quoted from a letter."""
_FUNCTION_WORD_BONUS = 3.0
_EXCLUSIVE_LETTER_BONUS = 4.0
_EXCLUSIVE_LETTERS_COUNTED = 2
_GROUP_WEIGHT = 0.45  # The letter groups of a word overlap, so each counts half.
_SHARED_MASS = 1_000.0  # Letter groups of text that every language is taken to share with the others.
_LINES_READ = 2_500
_LONGEST_GROUP = 4
_MOST_OF_A_WORD = 12.0
"""One word speaks for a language over the others by at most this, in log units: a long Swedish word in a sentence of
another language is one word of it."""
_REFUSED_HANDICAP = 5.0
"""What a language we only know in order to refuse must do better than the languages we answer in."""
_SELDOM_HANDICAP = 2.5  # Of a language with phrases for the most asked topics only: fewer residents speak it.
_PHRASES_OF_EVERY_TOPIC = 1_000
_LONGEST_WORD = 30
_WORDS_READ = 60
_FEWEST_LETTERS = 5
_QUOTED_LANGUAGE = "sv"
_IN_LATIN = "-Latn"
_FEWEST_LATIN_LINES = 30

_NOT_LANGUAGE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\S+\.(?:se|com|org|nu)\b|[/@#]\w+")
_SCRIPT_RANGES = (
    ("Latn", 0x41, 0x24F),
    ("Cyrl", 0x400, 0x52F),
    ("Arab", 0x600, 0x77F),
    ("Thai", 0xE00, 0xE7F),
    ("Ethi", 0x1200, 0x139F),
    ("Latn", 0x1E00, 0x1EFF),
)


@dataclass(frozen=True, slots=True)
class Identified:
    """`profile`: the language's profile id, None when undecided; `scores`: profile ids of the script, best first, in
    log units above the last; `probabilities`: the same as shares of 1; `scripts`: those the message is written in;
    `nearest`: the likeliest language to reply in, however unsure, when the script is not Latin."""

    profile: str | None
    reply: str | None
    scores: tuple[tuple[str, float], ...]
    probabilities: Mapping[str, float]
    scripts: frozenset[str]
    nearest: str | None = None


class Identifier:
    """Knows the languages of each script. Immutable after construction."""

    def __init__(
        self, profiles: Sequence[LanguageProfile], examples: Iterable[Example] = (), names: Iterable[str] = ()
    ) -> None:
        """`examples` train their own language further; `names` are words that tell nothing of the language."""
        small_words = {normalise(word) for profile in profiles for word in profile.function_words}
        self._names = frozenset(_names(names)) - small_words
        examples = tuple(examples)
        swedish = (one.text for one in examples if one.language == _QUOTED_LANGUAGE)
        quoted = Counter(word for line in swedish for word in words(normalise(line)))
        own_texts = _own_texts(examples, {one.id: one.script for one in profiles}, self._names.union(quoted))
        known = (*profiles, *_written_in_latin(profiles, own_texts))
        by_script: dict[str, list[LanguageProfile]] = {}
        for profile in sorted(known, key=lambda one: one.id):
            by_script.setdefault(profile.script, []).append(profile)
        self._scripts = {
            script: _ScriptModel(members, own_texts, self._names, quoted) for script, members in by_script.items()
        }
        self._replies = {profile.id: profile.reply for profile in known}

    def identify(self, text: str, chosen: str | None = None) -> Identified:
        """The language of a message; never raises. `chosen` is the language id the resident keeps to."""
        readable = _NOT_LANGUAGE.sub(" ", text[:LENGTH_LIMIT])
        message = words(normalise(readable))
        telling = self._telling(message)
        scripts = frozenset(filter(None, map(_majority_script, message)))
        model = self._scripts.get(message_script(telling) or "")
        if model is None:
            return Identified(None, None, (), {}, scripts)
        mine = [word for word in telling if _majority_script(word) == model.script]
        return self._decide(model, mine, _letters(readable), chosen, scripts)

    def telling_words(self, text: str) -> list[str]:
        """The level-1 words that tell of a language: no names, numbers, links or addresses."""
        return self._telling(words(normalise(_NOT_LANGUAGE.sub(" ", text[:LENGTH_LIMIT]))))

    def _telling(self, message: Sequence[str]) -> list[str]:
        telling = (word for word in message if word not in self._names and any(map(str.isalpha, word)))
        return list(islice(telling, _WORDS_READ))

    def may_be_written_in(self, profile: str, scripts: frozenset[str]) -> bool:
        """Whether these scripts have the profile's; one not known, and a message without letters, may be any."""
        own = next((script for script, model in self._scripts.items() if profile in model.ids), None)
        return own is None or not scripts or own in scripts

    def language_of(self, profile: str) -> str:
        """The language a profile writes: "ar" for "ar-Latn", itself for one we only refuse."""
        return self._replies.get(profile) or profile

    def _decide(
        self,
        model: _ScriptModel,
        telling: Sequence[str],
        letters: frozenset[str],
        chosen: str | None,
        scripts: frozenset[str],
    ) -> Identified:
        prior = model.handicaps + [CHOSEN_BONUS if one == chosen else 0.0 for one in model.ids]
        total = model.evidence(telling, letters) + prior
        order = np.argsort(-total, kind="stable")
        scores = tuple((model.ids[index], float(total[index] - total[order[-1]])) for index in order)
        shares = np.exp(total - total.max())
        shares /= shares.sum()
        probabilities = {one: float(share) for one, share in zip(model.ids, shares, strict=True)}
        best = model.ids[order[0]]
        own = model.without_quotes(telling, best)
        if len(own) < len(telling):
            total = model.evidence(own, frozenset()) + prior
        lead = float(total[order[0]] - np.delete(total, order[0]).max(initial=-math.inf))
        # One word is too little to leave the language somebody has chosen: it may be quoted from a letter.
        may_be_quoted = chosen not in (None, best) and len(own) == 1
        certain = (
            lead >= (MARGIN if len(own) > 2 else SHORT_MARGIN)
            and not may_be_quoted
            and (model.decides_alone or self._enough(model, own, best))
        )
        reply = self._replies[best] if certain else None
        replies = (self._replies[profile] for profile, _ in scores)
        nearest = next(filter(None, replies), None) if model.script != "Latn" else None
        return Identified(best if certain else None, reply, scores, probabilities, scripts, nearest)

    def _enough(self, model: _ScriptModel, telling: Sequence[str], best: str) -> bool:
        """A single word tells a language only when that language alone is known to use it."""
        if sum(map(len, telling)) >= _FEWEST_LETTERS and len(telling) > 1:
            return True
        return any(model.owners(word) == {best} for word in telling)


class _ScriptModel:
    """Letter groups, function words and exclusive letters of the languages that share a script."""

    def __init__(
        self,
        profiles: Sequence[LanguageProfile],
        own_texts: Mapping[str, Sequence[str]],
        names: frozenset[str],
        quoted: Counter[str],
    ) -> None:
        """`quoted`: how often Swedish words stand in Swedish phrases; residents write them in any language, so where
        another language has a word more seldom, it tells of Swedish only."""
        self.script = profiles[0].script
        self._quoted = quoted
        self.ids = [profile.id for profile in profiles]
        self.handicaps = np.array([-_handicap(one, own_texts) for one in profiles], dtype=np.float32)
        self.decides_alone = len({profile.reply for profile in profiles}) == 1
        self._function_words = [frozenset(normalise(one) for one in profile.function_words) for profile in profiles]
        self._exclusive = [frozenset(profile.exclusive_letters) for profile in profiles]
        self._exclusive_of_any = frozenset().union(*self._exclusive)
        texts = [[*one.function_words, *one.samples, *own_texts.get(one.id, ())] for one in profiles]
        vocabularies = [_vocabulary(lines, names) for lines in texts]
        for name, vocabulary in zip(self.ids, vocabularies, strict=True):
            if name != _QUOTED_LANGUAGE:
                _leave_out_quoted(vocabulary, quoted)
        self._groups, self._logs = _train(vocabularies)
        self._spoken_for = lru_cache(maxsize=4_096)(self._word_evidence)
        self._known_words: dict[str, set[str]] = {}
        for name, vocabulary in zip(self.ids, vocabularies, strict=True):
            for word in vocabulary:
                self._known_words.setdefault(word, set()).add(name)

    def owners(self, word: str) -> set[str]:
        """The languages whose own text holds this word."""
        return self._known_words.get(word, set())

    def without_quotes(self, telling: Sequence[str], language: str) -> list[str]:
        """The words without the Swedish ones that `language` is not known to use: they are quoted in any language."""
        if language == _QUOTED_LANGUAGE:
            return list(telling)
        return [word for word in telling if word not in self._quoted or language in self.owners(word)]

    def evidence(self, telling: Sequence[str], letters: frozenset[str]) -> Scores:
        """Log units in favour of each language, in the order of `ids`. `letters`: as written, not normalised."""
        total = np.zeros(len(self.ids), dtype=np.float32)
        for word in telling:
            total += self._spoken_for(word)
        if letters & self._exclusive_of_any:
            total += [
                _EXCLUSIVE_LETTER_BONUS * min(_EXCLUSIVE_LETTERS_COUNTED, len(letters & exclusive))
                for exclusive in self._exclusive
            ]
        return total

    def _word_evidence(self, word: str) -> Scores:
        rows = [self._groups[one] for one in _letter_groups(word) if one in self._groups]
        total: Scores = self._logs[rows].sum(axis=0) * np.float32(_GROUP_WEIGHT)
        total += [_FUNCTION_WORD_BONUS * (word in function_words) for function_words in self._function_words]
        capped: Scores = np.maximum(total - total.max(initial=0), np.float32(-_MOST_OF_A_WORD))
        return capped


def _handicap(profile: LanguageProfile, own_texts: Mapping[str, Sequence[str]]) -> float:
    if profile.reply is None:
        return _REFUSED_HANDICAP
    is_seldom = len(own_texts.get(profile.reply, ())) < _PHRASES_OF_EVERY_TOPIC
    # Hardly anybody writes such a language in letters that are not its own, too.
    return _SELDOM_HANDICAP * (1 + (profile.id != profile.reply)) if is_seldom else 0.0


def _letters(text: str) -> frozenset[str]:
    """The characters, as written, of the words that hold a letter: the 3 of "3andi" tells, that of "3 kronor" not."""
    return frozenset("".join(word for word in text.casefold().split() if any(map(str.isalpha, word))))


def _names(names: Iterable[str]) -> Iterator[str]:
    """The words that are written with a capital: "Göteborgs stad, frågor" names only Göteborg."""
    for name in names:
        for word in name.split():
            if word[:1].isupper():
                yield from words(normalise(word))


def _own_texts(examples: Iterable[Example], scripts: Mapping[str, str], quoted: Container[str]) -> dict[str, list[str]]:
    """The phrases of each profile: those of a language typed in Latin letters, but for what it quotes, tell of
    "uk-Latn", not of "uk"."""
    texts: dict[str, list[str]] = {}
    for one in examples:
        own = [word for word in words(normalise(one.text)) if word not in quoted]
        is_latin = scripts.get(one.language) != "Latn" and message_script(own) == "Latn"
        texts.setdefault(one.language + _IN_LATIN if is_latin else one.language, []).append(
            " ".join(own) if is_latin else one.text
        )
    return texts


def _written_in_latin(
    profiles: Sequence[LanguageProfile], own_texts: Mapping[str, Sequence[str]]
) -> Iterator[LanguageProfile]:
    """Profiles of languages that our phrases often have in Latin letters, for those that have none yet."""
    ids = {one.id for one in profiles}
    for one in profiles:
        romanised = one.id + _IN_LATIN
        if romanised not in ids and len(own_texts.get(romanised, ())) >= _FEWEST_LATIN_LINES:
            yield LanguageProfile(romanised, "Latn", (), "", (), one.reply)


def _vocabulary(lines: Sequence[str], names: frozenset[str]) -> Counter[str]:
    """How often each word stands in the lines, also as typed without diacritics; of many lines an even sample."""
    step = max(1, len(lines) // _LINES_READ)
    written = Counter(
        word for line in lines[::step] for word in words(normalise(line)) if word.isalpha() or not word.isascii()
    )
    for word in [one for one in written if one in names]:
        del written[word]
    counts = Counter(written)
    for word, times in written.items():
        if (plain := fold(word)) != word:
            counts[plain] += times
    return counts


def _leave_out_quoted(vocabulary: Counter[str], quoted: Counter[str]) -> None:
    """Leave out the words that make up a larger share of Swedish phrases than of this language's own."""
    share = vocabulary.total() / max(1, quoted.total())
    for word in [word for word, times in vocabulary.items() if quoted[word] * share > times]:
        del vocabulary[word]


def _train(vocabularies: Sequence[Counter[str]]) -> tuple[dict[str, int], Scores]:
    """For each letter group (rows), how much it speaks for each language (columns), in log units.

    Smoothed towards what all languages of the script share: a group that a language with little text lacks says
    nothing, the same in a language with much text speaks against it.
    """
    sums = [_group_sums(vocabulary) for vocabulary in vocabularies]
    groups = {group: number for number, group in enumerate(dict.fromkeys(chain.from_iterable(sums)))}
    table = np.zeros((len(groups), len(sums)))
    for column, summed in enumerate(sums):
        rows = np.fromiter((groups[group] for group in summed), dtype=np.intp, count=len(summed))
        table[rows, column] = np.fromiter(summed.values(), dtype=np.float64, count=len(summed))
    totals = np.maximum(table.sum(axis=0), 1)
    shared = (table / totals).mean(axis=1, keepdims=True)
    smoothed = (table + _SHARED_MASS * shared) / (totals + _SHARED_MASS)
    return groups, np.log(smoothed / shared).astype(np.float32)


def _group_sums(vocabulary: Counter[str]) -> dict[str, float]:
    """How often each letter group stands in the words; a word that is common counts by its logarithm."""
    sums: dict[str, float] = {}
    for word, times in vocabulary.items():
        weight = 1 + math.log(times)
        for group in _letter_groups(word):
            sums[group] = sums.get(group, 0.0) + weight
    return sums


def _letter_groups(word: str) -> list[str]:
    bordered = f"<{word[:_LONGEST_WORD]}>"
    return [
        bordered[start : start + length]
        for length in range(1, _LONGEST_GROUP + 1)
        for start in range(len(bordered) - length + 1)
    ]


def message_script(telling: Sequence[str]) -> str | None:
    """The script of a message: any other than Latin wins, for people quote Swedish words in every language."""
    counts = Counter(filter(None, map(_majority_script, telling)))
    other = {script: times for script, times in counts.items() if script != "Latn"}
    ranked = sorted((other or counts).items(), key=lambda one: (-one[1], one[0]))
    return ranked[0][0] if ranked else None


@lru_cache(maxsize=4_096)
def _majority_script(text: str) -> str | None:
    counts: Counter[str] = Counter()
    for character in text:
        codepoint = ord(character)
        for script, first, last in _SCRIPT_RANGES:
            if first <= codepoint <= last:
                counts[script] += 1
                break
    return counts.most_common(1)[0][0] if counts else None
