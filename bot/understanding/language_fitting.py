"""What identification learns from text: for each script plain arrays, so that it can be kept between starts.

A language is told by the letter groups inside its words, by whole words only it is known to use, and by letters that
normalising turns into others (an Arabic keyboard has ي where a Persian one has ی; Amharic writes አ where Tigrinya
writes ኣ). Words and names are kept as hashes: they are looked up, never shown.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.understanding.keeping import Arrays
from bot.understanding.model import Example, LanguageProfile
from bot.understanding.normalising import fold, normalise, words

Keys = NDArray[np.uint64]

QUOTED_LANGUAGE = "sv"
LONGEST_NAME = 5
"""Words of a Swedish name that residents write as it is in any language ("Framtiden bor hos oss")."""
_IN_LATIN = "-Latn"
_FEWEST_LATIN_PHRASES = 30
_PHRASES_READ = 10_000
_SHARED_MASS = 1_000.0  # Letter groups of text that every language is taken to share with the others.
_LONGEST_GROUP = 4
_LONGEST_WORD = 30
_NAME_LANGUAGES = 3  # Swedish words in a row that stand so in the phrases of this many other languages are a name.
_SPELLING_FLOOR = 1e-4  # A letter that is rarer than this says no more than one that never occurs.
_MOST_OF_A_SPELLING = 3.0
_REFUSED_HANDICAP = 5.0
"""What a language we only know in order to refuse must do better than the languages we answer in."""
_SELDOM_HANDICAP = 2.5  # Of a language with phrases for the most asked topics only: fewer residents speak it.
_PHRASES_OF_EVERY_TOPIC = 1_000

_SCRIPT_RANGES = (
    ("Latn", 0x41, 0x24F),
    ("Cyrl", 0x400, 0x52F),
    ("Arab", 0x600, 0x77F),
    ("Thai", 0xE00, 0xE7F),
    ("Ethi", 0x1200, 0x139F),
    ("Latn", 0x1E00, 0x1EFF),
)


class _Phrase(NamedTuple):
    language: str
    text: str
    words: Sequence[str]


def fit_languages(
    profiles: Sequence[LanguageProfile], examples: Sequence[Example], names: frozenset[str]
) -> dict[str, NDArray[Any]]:
    """All that is learned, by name: "romanised" (which of `profiles` get a profile in Latin letters too), "quoted"
    (Swedish words), "names" (of several words), and what `_fit_script` gives, by "script-name"."""
    phrases = [_phrase(one.language, one.text) for one in examples]
    swedish = [one.words for one in phrases if one.language == QUOTED_LANGUAGE]
    quoted = Counter(chain.from_iterable(swedish))
    own_phrases = _own_phrases(phrases, {one.id: one.script for one in profiles}, names.union(quoted))
    romanised = [number for number, one in enumerate(profiles) if _has_latin_phrases(one, profiles, own_phrases)]
    arrays: dict[str, NDArray[Any]] = {
        "romanised": np.array(romanised, dtype=np.int64),
        "quoted": word_keys(quoted),
        "names": word_keys(_swedish_names(phrases, swedish, quoted)),
    }
    for script, members in by_script(profiles, romanised).items():
        for name, array in _fit_script(members, own_phrases, names, quoted).items():
            arrays[f"{script}-{name}"] = array
    return arrays


def by_script(profiles: Sequence[LanguageProfile], romanised: Iterable[int]) -> dict[str, list[LanguageProfile]]:
    """The profiles of each script in the order of the arrays' columns, with those of `romanised` in Latin too."""
    in_latin = (
        LanguageProfile(profiles[one].id + _IN_LATIN, "Latn", (), "", (), profiles[one].reply) for one in romanised
    )
    groups: dict[str, list[LanguageProfile]] = {}
    for profile in sorted((*profiles, *in_latin), key=lambda one: one.id):
        groups.setdefault(profile.script, []).append(profile)
    return groups


def is_whole(profiles: Sequence[LanguageProfile], arrays: Arrays) -> bool:
    """Whether these are arrays for these profiles, with nothing missing."""
    if not {"romanised", "quoted", "names"} <= arrays.keys():
        return False
    wanted = ("groups", "logs", "words", "owners", "letters", "spelling", "handicaps")
    scripts = by_script(profiles, [int(one) for one in arrays["romanised"] if 0 <= one < len(profiles)])
    return all(
        all(f"{script}-{name}" in arrays for name in wanted) and arrays[f"{script}-logs"].shape[1] == len(members)
        for script, members in scripts.items()
    )


def word_keys(found: Iterable[str]) -> Keys:
    """The sorted keys of these words."""
    return np.unique(np.fromiter(map(word_key, found), dtype=np.uint64))


def word_key(word: str) -> int:
    """The key under which a word, or several parted by spaces, is known."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def group_keys(word: str) -> Keys:
    """The keys of the letter groups of a word with its borders: up to four letters, 16 bits each."""
    return _letter_groups([word])[0]


def _letter_groups(found: Iterable[str]) -> tuple[Keys, NDArray[np.intp]]:
    """The keys of the letter groups of these words, and for each the number of its word."""
    bordered = "".join(f"<{word[:_LONGEST_WORD]}>" for word in found)
    letters = np.frombuffer(bordered.encode("utf-16-le", "surrogatepass"), dtype="<u2").astype(np.uint64)
    owners = np.cumsum(letters == ord("<")) - 1
    key, inside = letters, np.ones(len(letters), dtype=np.bool_)
    keys, of_words = [letters], [owners]
    for length in range(1, _LONGEST_GROUP):
        inside = inside[:-1] & (owners[length:] == owners[:-length])
        key = key[:-1] | letters[length:] << np.uint64(16 * length)
        keys.append(key[inside])
        of_words.append(owners[:-length][inside])
    return np.concatenate(keys), np.concatenate(of_words)


def written_letters(text: str) -> Iterator[str]:
    """The characters, as written, of the words that hold a letter: the 3 of "3andi" tells, that of "3 kronor" not."""
    return chain.from_iterable(word for word in text.casefold().split() if any(map(str.isalpha, word)))


def message_script(telling: Sequence[str]) -> str | None:
    """The script of a message: any other than Latin wins, for people quote Swedish words in every language."""
    counts = Counter(filter(None, map(majority_script, telling)))
    other = {script: times for script, times in counts.items() if script != "Latn"}
    ranked = sorted((other or counts).items(), key=lambda one: (-one[1], one[0]))
    return ranked[0][0] if ranked else None


@lru_cache(maxsize=4_096)
def majority_script(text: str) -> str | None:
    """The script most letters of a word belong to; None when we know none of them."""
    counts: Counter[str] = Counter()
    for character in text:
        codepoint = ord(character)
        for script, first, last in _SCRIPT_RANGES:
            if first <= codepoint <= last:
                counts[script] += 1
                break
    return counts.most_common(1)[0][0] if counts else None


def _phrase(language: str, text: str) -> _Phrase:
    return _Phrase(language, text, words(normalise(text)))


def _fit_script(
    profiles: Sequence[LanguageProfile],
    own_phrases: Mapping[str, Sequence[_Phrase]],
    names: frozenset[str],
    quoted: Counter[str],
) -> dict[str, NDArray[Any]]:
    """Of the languages of one script (columns, but for `owners`, where they are bits): "groups" and "logs", how much
    each letter group speaks for each; "words" and "owners", which of them use a word; "letters" and "spelling", how
    much a letter as written speaks for each; "handicaps". No script has more than 64 languages here."""
    texts = [
        [*(_phrase(one.id, text) for text in (*one.function_words, *one.samples)), *own_phrases.get(one.id, ())]
        for one in profiles
    ]
    vocabularies = [_vocabulary(phrases, names) for phrases in texts]
    for profile, vocabulary in zip(profiles, vocabularies, strict=True):
        if profile.id != QUOTED_LANGUAGE:
            _leave_out_quoted(vocabulary, quoted)
    groups, logs = _train(vocabularies)
    owners: dict[int, int] = {}
    for bit, vocabulary in enumerate(vocabularies):
        for word in vocabulary:
            key = word_key(word)
            owners[key] = owners.get(key, 0) | 1 << bit
    known = np.array(sorted(owners), dtype=np.uint64)
    letters, spelling = _spelling(
        [Counter(written_letters(" ".join(one.text for one in phrases))) for phrases in texts]
    )
    return {
        "groups": groups,
        "logs": logs,
        "words": known,
        "owners": np.array([owners[int(key)] for key in known], dtype=np.uint64),
        "letters": letters,
        "spelling": spelling,
        "handicaps": np.array([-_handicap(one, own_phrases) for one in profiles], dtype=np.float32),
    }


def _handicap(profile: LanguageProfile, own_phrases: Mapping[str, Sequence[_Phrase]]) -> float:
    if profile.reply is None:
        return _REFUSED_HANDICAP
    is_seldom = len(own_phrases.get(profile.reply, ())) < _PHRASES_OF_EVERY_TOPIC
    # Hardly anybody writes such a language in letters that are not its own, too.
    return _SELDOM_HANDICAP * (
        is_seldom + (profile.id != profile.reply and (is_seldom or profile.id not in own_phrases))
    )


def _swedish_names(phrases: Iterable[_Phrase], swedish: Iterable[Sequence[str]], quoted: Container[str]) -> set[str]:
    """Runs of Swedish words that several other languages write just so: names of activities and organisations."""
    written = {run for phrase in swedish for run in _runs(phrase)}
    languages: dict[str, set[str]] = {}
    for one in phrases:
        if one.language != QUOTED_LANGUAGE:
            for run in _runs([word if word in quoted else "" for word in one.words]):
                if run in written:
                    languages.setdefault(run, set()).add(one.language)
    return {run for run, found in languages.items() if len(found) >= _NAME_LANGUAGES}


def _runs(phrase: Sequence[str]) -> Iterator[str]:
    for start in range(len(phrase)):
        for end in range(start + 1, min(start + LONGEST_NAME, len(phrase)) + 1):
            if not phrase[end - 1]:
                break
            if end > start + 1:
                yield " ".join(phrase[start:end])


def _own_phrases(
    phrases: Iterable[_Phrase], scripts: Mapping[str, str], quoted: Container[str]
) -> dict[str, list[_Phrase]]:
    """The phrases of each profile: those of a language typed in Latin letters, but for what it quotes, tell of
    "uk-Latn", not of "uk"."""
    found: dict[str, list[_Phrase]] = {}
    for one in phrases:
        if scripts.get(one.language) != "Latn":
            own = [word for word in one.words if word not in quoted]
            if message_script(own) == "Latn":
                found.setdefault(one.language + _IN_LATIN, []).append(_Phrase(one.language, " ".join(own), own))
                continue
        found.setdefault(one.language, []).append(one)
    return found


def _has_latin_phrases(
    profile: LanguageProfile, profiles: Iterable[LanguageProfile], own_phrases: Mapping[str, Sequence[_Phrase]]
) -> bool:
    """Whether our phrases often have a language in Latin letters that has no profile in them yet."""
    romanised = profile.id + _IN_LATIN
    is_new = all(one.id != romanised for one in profiles)
    return is_new and len(own_phrases.get(romanised, ())) >= _FEWEST_LATIN_PHRASES


def _vocabulary(phrases: Sequence[_Phrase], names: frozenset[str]) -> Counter[str]:
    """How often each word stands in the phrases, also as typed without diacritics; of many an even sample."""
    step = max(1, len(phrases) // _PHRASES_READ)
    written = Counter(chain.from_iterable(one.words for one in phrases[::step]))
    for word in [one for one in written if one in names or not (one.isalpha() or not one.isascii())]:
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


def _train(vocabularies: Sequence[Counter[str]]) -> tuple[Keys, NDArray[np.float32]]:
    """The letter groups, sorted, and how much each (rows) speaks for each language (columns), in log units.

    Smoothed towards what all languages of the script share: a group that a language with little text lacks says
    nothing, the same in a language with much text speaks against it. A common word counts by its logarithm.
    """
    found = [_group_sums(vocabulary) for vocabulary in vocabularies]
    groups = np.unique(np.concatenate([keys for keys, _ in found]))
    table = np.zeros((len(groups), len(found)))
    for column, (keys, sums) in enumerate(found):
        table[np.searchsorted(groups, keys), column] = sums
    totals = np.maximum(table.sum(axis=0), 1)
    shared = (table / totals).mean(axis=1, keepdims=True)
    smoothed = (table + _SHARED_MASS * shared) / (totals + _SHARED_MASS)
    return groups, np.log(smoothed / shared).astype(np.float32)


def _group_sums(vocabulary: Counter[str]) -> tuple[Keys, NDArray[np.float64]]:
    """The letter groups of the words, sorted, and how often each stands in them."""
    groups, owners = _letter_groups(vocabulary)
    weights = 1 + np.log(np.array([*vocabulary.values()], dtype=np.float64))
    keys, places = np.unique(groups, return_inverse=True)
    return keys, np.bincount(places, weights=weights[owners], minlength=len(keys)).astype(np.float64)


def _spelling(counts: Sequence[Counter[str]]) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """The letters (sorted) that normalising turns into others, and those others, of which some language writes only
    the one; and how much each speaks for each language."""
    changed = {one for one in frozenset(chain.from_iterable(counts)) if one.isalpha() and normalise(one) != one}
    letters = sorted(changed.union(*map(normalise, changed)))
    shares = np.array([[count[one] / max(1, count.total()) for count in counts] for one in letters])
    logs = np.log(shares.reshape(len(letters), len(counts)) + _SPELLING_FLOOR)
    spelling = np.maximum(logs - logs.max(axis=1, keepdims=True, initial=-math.inf), -_MOST_OF_A_SPELLING)
    telling = (spelling == -_MOST_OF_A_SPELLING).any(axis=1)
    return np.array([ord(one) for one in letters], dtype=np.uint32)[telling], spelling[telling].astype(np.float32)
