"""Which language a short message is written in, or an honest "can't tell".

The script decides first. Languages of one script then compete by letter groups inside words, function words and
letters no other language of the script uses; the language the resident chose gets a head start, and the best must
lead by a margin. Undecided is a good answer: the caller keeps the chosen language. Method and margins follow
the reference on localisation, section 4; a language with reply None takes part only so that it can be refused.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from bot.understanding.features import found_in
from bot.understanding.keeping import Arrays, ArrayStore, kept
from bot.understanding.language_fitting import (
    LONGEST_NAME,
    QUOTED_LANGUAGE,
    by_script,
    fit_languages,
    group_keys,
    is_whole,
    majority_script,
    message_script,
    word_key,
    written_letters,
)
from bot.understanding.model import Example, LanguageProfile
from bot.understanding.normalising import LENGTH_LIMIT, normalise, words

Scores = NDArray[np.float32]

CHOSEN_BONUS = 6.0
"""Head start of the chosen language, in log units."""
MARGIN = 2.5
"""Lead over the second, in log units, below which a message of several words is undecided."""
SHORT_MARGIN = 6.0
"""The same for one or two words, which are often names or quoted from a letter."""
_FUNCTION_WORD_BONUS = 3.0
_EXCLUSIVE_LETTER_BONUS = 6.0
_EXCLUSIVE_LETTERS_COUNTED = 2
_GROUP_WEIGHT = 0.35  # The letter groups of a word overlap, so each counts a third.
_MOST_OF_A_WORD = 12.0
"""One word speaks for a language over the others by at most this, in log units: a long Swedish word in a sentence of
another language is one word of it."""
_WORDS_READ = 60
_FEWEST_LETTERS = 5

_NOT_LANGUAGE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\S+\.(?:se|com|org|nu)\b|[/@#]\w+")


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
        self,
        profiles: Sequence[LanguageProfile],
        examples: Iterable[Example] = (),
        names: Iterable[str] = (),
        store: ArrayStore | None = None,
    ) -> None:
        """`examples` train their own language further; `names` are words that tell nothing of the language.

        `store` keeps between starts what is learned from all this.
        """
        profiles = tuple(profiles)
        examples = sorted(examples, key=attrgetter("language", "text"))
        small_words = {normalise(word) for profile in profiles for word in profile.function_words}
        self._names = frozenset(_names(names)) - small_words
        arrays = kept(
            store,
            _fingerprint(profiles, examples, self._names) if store else "",
            lambda found: is_whole(profiles, found),
            lambda: fit_languages(profiles, examples, self._names),
        )
        self._swedish_names = frozenset(arrays["names"].tolist())
        scripts = by_script(profiles, map(int, arrays["romanised"]))
        quoted = frozenset(arrays["quoted"].tolist())
        self._scripts = {script: _ScriptModel(members, arrays, quoted) for script, members in scripts.items()}
        self._script_of = {one.id: script for script, members in scripts.items() for one in members}
        self._replies = {profile.id: profile.reply for members in scripts.values() for profile in members}

    def identify(self, text: str, chosen: str | None = None) -> Identified:
        """The language of a message; never raises. `chosen` is the language id the resident keeps to."""
        readable = _NOT_LANGUAGE.sub(" ", text[:LENGTH_LIMIT])
        message = words(normalise(readable))
        telling = self._telling(message)
        scripts = frozenset(filter(None, map(majority_script, message)))
        model = self._scripts.get(message_script(telling) or "")
        if model is None:
            return Identified(None, None, (), {}, scripts)
        mine = [word for word in telling if majority_script(word) == model.script]
        return self._decide(model, mine, frozenset(written_letters(readable)), chosen, scripts)

    def telling_words(self, text: str) -> list[str]:
        """The level-1 words that tell of a language: no names, numbers, links or addresses."""
        return self._telling(words(normalise(_NOT_LANGUAGE.sub(" ", text[:LENGTH_LIMIT]))))

    def _telling(self, message: Sequence[str]) -> list[str]:
        telling = (word for word in message if word not in self._names and any(map(str.isalpha, word)))
        read = list(islice(telling, _WORDS_READ))
        return list(self._without_swedish_names(read)) or read

    def _without_swedish_names(self, telling: Sequence[str]) -> Iterator[str]:
        """The words but for names of several words, which are Swedish in any language ("Barn i fokus")."""
        position = 0
        while position < len(telling):
            length = 1
            # The beginning of a name is a name, too: whatever holds the one holds the other.
            while length < LONGEST_NAME and self._is_name(telling[position : position + length + 1]):
                length += 1
            if length == 1:
                yield telling[position]
            position += length

    def _is_name(self, run: Sequence[str]) -> bool:
        return len(run) > 1 and word_key(" ".join(run)) in self._swedish_names

    def may_be_written_in(self, profile: str, scripts: frozenset[str]) -> bool:
        """Whether these scripts have the profile's; one not known, and a message without letters, may be any."""
        own = self._script_of.get(profile)
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
        # In double precision, so that the second likeliest language is told from others that are all but impossible.
        prior = model.handicaps.astype(np.float64)
        if chosen in model.ids:
            prior[model.ids.index(chosen)] += CHOSEN_BONUS
        total = model.evidence(telling, letters) + prior
        order = (-total).argsort(kind="stable").tolist()
        above_last = (total - total[order[-1]]).tolist()
        scores = tuple((model.ids[index], above_last[index]) for index in order)
        shares = np.exp(total - total[order[0]])
        probabilities = dict(zip(model.ids, (shares / shares.sum()).tolist(), strict=True))
        best = model.ids[order[0]]
        own = model.without_quotes(telling, best)
        if len(own) < len(telling):
            total = model.evidence(own, frozenset()) + prior
        lead = float(total[order[0]] - max((float(total[index]) for index in order[1:]), default=-math.inf))
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
    """Letter groups, function words and telling letters of the languages that share a script."""

    def __init__(self, profiles: Sequence[LanguageProfile], arrays: Arrays, quoted: frozenset[int]) -> None:
        """`quoted`: the keys of Swedish words; residents write them in any language, so one that another language is
        not known to use tells of Swedish only."""
        self.script = profiles[0].script
        self.ids = [profile.id for profile in profiles]
        self.decides_alone = len({profile.reply for profile in profiles}) == 1
        self._quoted = quoted
        self._function_words = [frozenset(normalise(one) for one in profile.function_words) for profile in profiles]
        self._exclusive = [frozenset(profile.exclusive_letters) for profile in profiles]
        self._exclusive_of_any = frozenset().union(*self._exclusive)
        self.handicaps, self._groups, self._logs, self._words, self._owners, letters, spelling = (
            arrays[f"{self.script}-{name}"]
            for name in ("handicaps", "groups", "logs", "words", "owners", "letters", "spelling")
        )
        self._spelling: dict[str, Scores] = {chr(one): row for one, row in zip(letters, spelling, strict=True)}
        self._spoken_for = lru_cache(maxsize=4_096)(self._word_evidence)
        self._is_quoted = lru_cache(maxsize=4_096)(self._is_swedish)

    def owners(self, word: str) -> set[str]:
        """The languages whose own text holds this word."""
        places, found = found_in(self._words, np.array([word_key(word)], dtype=np.uint64))
        bits = int(self._owners[places[0]]) if found[0] else 0
        return {name for bit, name in enumerate(self.ids) if bits >> bit & 1}

    def without_quotes(self, telling: Sequence[str], language: str) -> list[str]:
        """The words without the Swedish ones that `language` is not known to use: they are quoted in any language."""
        if language == QUOTED_LANGUAGE:
            return list(telling)
        return [word for word in telling if not self._is_quoted(word) or language in self.owners(word)]

    def _is_swedish(self, word: str) -> bool:
        return word_key(word) in self._quoted

    def evidence(self, telling: Sequence[str], letters: frozenset[str]) -> Scores:
        """Log units in favour of each language, in the order of `ids`. `letters`: as written, not normalised."""
        total = np.zeros(len(self.ids), dtype=np.float32)
        for word in telling:
            total += self._spoken_for(word)
        for letter in sorted(letters & self._spelling.keys()):
            total += self._spelling[letter]
        if letters & self._exclusive_of_any:
            total += [
                _EXCLUSIVE_LETTER_BONUS * min(_EXCLUSIVE_LETTERS_COUNTED, len(letters & exclusive))
                for exclusive in self._exclusive
            ]
        return total

    def _word_evidence(self, word: str) -> Scores:
        places, found = found_in(self._groups, group_keys(word))
        total: Scores = self._logs[places[found]].sum(axis=0) * np.float32(_GROUP_WEIGHT)
        total += [_FUNCTION_WORD_BONUS * (word in function_words) for function_words in self._function_words]
        capped: Scores = np.maximum(total - total.max(initial=0), np.float32(-_MOST_OF_A_WORD))
        return capped


def _fingerprint(profiles: Sequence[LanguageProfile], examples: Sequence[Example], names: Iterable[str]) -> str:
    """What all that is learned depends on, in 32 hex digits."""
    digest = hashlib.sha256(repr((profiles, sorted(names))).encode("utf-8", "surrogatepass"))
    for one in examples:
        digest.update(f"{one.language}\t{one.text}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def _names(names: Iterable[str]) -> Iterator[str]:
    """The words that are written with a capital: "Göteborgs stad, frågor" names only Göteborg."""
    for name in names:
        for word in name.split():
            if word[:1].isupper():
                yield from words(normalise(word))
