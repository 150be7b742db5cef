"""One spelling for what people type in many: the form in which phrases and questions are compared.

Level 1 (`normalise`) removes only differences that never carry meaning: Unicode forms, digits, case, apostrophes,
invisible controls, and the letters a keyboard or a habit swaps (Arabic and Persian yeh, Ethiopic doublets).
Level 2 (`fold`) also drops Latin diacritics and the like, so it can make two words one (Swedish "får" and "far");
compare at level 1 first. The original text is for display and logs; neither level is ever shown to anyone.

The Arabic script has one canonical form whatever the language (Persian yeh and kaf), so a text normalised without
knowing its language still meets a phrase normalised with it. Only Turkish, Persian, Sorani, Amharic, French and
Bosnian have rules of their own on top.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

LENGTH_LIMIT = 2_000
"""Characters of a message that are read; a whole letter fits, a hostile paste costs bounded time."""

_TABLE_LIMIT = 20_000  # Characters remembered per table: more than all our scripts, less than all of Unicode.

_LONGEST_KEPT_WORD = 24  # The words of one message are folded many times over.
_KEPT_TEXTS = 64  # Danger, language, small talk and topic all read the message that is being answered.

_APOSTROPHES = "'’‘‛ʼʻʾʿˈ`´′＇ꞌ"
_ZERO_WIDTH_NON_JOINER = "\u200c"

_ARABIC_LETTERS = str.maketrans("أإآٱىيئؤةۀۂۃكھہ", "ااااییی" + "وههههکهه")
_ETHIOPIC_SHARED = {0x1220 + row: 0x1230 + row for row in range(8)} | {0x1340 + row: 0x1338 + row for row in range(7)}
_ETHIOPIC_SHARED[ord("ኣ")] = ord("አ")
_AMHARIC_ONLY = (
    {0x1210 + row: 0x1200 + row for row in range(7)}
    | {0x1280 + row: 0x1200 + row for row in range(7)}
    | {0x12D0 + row: 0x12A0 + row for row in range(7)}
    | {ord("ሃ"): ord("ሀ"), ord("ሓ"): ord("ሀ"), ord("ኃ"): ord("ሀ"), ord("ዓ"): ord("አ")}
    # Tigrinya, read so for danger, writes a ቀ or ከ that is said softly either way: ይወቕዓኒ, ይወቅዓኒ.
    | {soft + row: soft - 0x10 + row for soft in (0x1250, 0x1258, 0x12B8, 0x12C0) for row in range(7)}
)
_CYRILLIC_LETTERS = str.maketrans("ґё", "ге")
_SERBIAN_TO_LATIN = str.maketrans(
    {
        **dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True)),
        "љ": "lj",
        "њ": "nj",
        "џ": "dž",
    }
)
_SORANI_LETTERS = re.compile("[ێۆڕڵە]")
_PERSIAN_PREFIX = re.compile(r"(?<!\S)(ن?می) (?=\S\S)")
_PERSIAN_SUFFIX = re.compile(r"(?<=\S) (ها(?:ی(?:ی|م|ت|ش|مان|تان|شان)?)?|تر(?:ین)?)(?!\S)")
_STRETCHED = re.compile(r"([^\W\d])\1{2,}")
_WHITESPACE_RUN = re.compile(r" {2,}")

_OWN_RULES_FROM = {"am": "\u1200", "bs": "\u0400", "fr": "'", "tr": "I"}
"""The first character that a language's own rules change, U+0600 where none stands here: a text without any such is
read alike in all languages."""

_LATIN_SPECIAL = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "ð": "d", "þ": "th"}
)
_OTHER_SOFT = str.maketrans("ێېۍۆڕړڵەګډټڼіїє", "ی" + "یی" + "وررلهگدتنиие")
_SWEDISH_DIGRAPHS = re.compile(r"aa|ae|oe")


class _CharacterTable(dict[int, int | str | None]):
    """A `str.translate` table that works out each character's replacement when it is first met."""

    def __init__(self, rule: Callable[[str], int | str | None]) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, codepoint: int) -> int | str | None:
        replacement = self._rule(chr(codepoint))
        if len(self) < _TABLE_LIMIT:
            self[codepoint] = replacement
        return replacement


def _before_composition(character: str) -> str | None:
    """Drop what NFKC would turn into something visible, and what is invisible; one form of apostrophe."""
    if character in _APOSTROPHES:
        return "'"
    if character == "İ":
        return "i"  # casefold would make two characters of it
    if character == _ZERO_WIDTH_NON_JOINER:
        return character
    if character in "ـ\u0640" or unicodedata.category(character) == "Cf":
        return None
    return character


def _after_composition(character: str) -> str | None:
    """Keep letters, digits (as 0-9) and the marks that spell words; everything else parts words."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category[0] in "LN" or character in "'" + _ZERO_WIDTH_NON_JOINER:
        return character
    if category[0] == "M":
        belongs_to_word = category != "Me" and not "\ufe00" <= character <= "\ufe0f"
        return character if belongs_to_word and not _is_arabic_mark(character) else None
    return " "


def _is_arabic_mark(character: str) -> bool:
    return "\u0610" <= character <= "\u061a" or "\u064b" <= character <= "\u065f" or "\u0670" <= character <= "\u06ed"


def _without_latin_mark(character: str) -> str:
    """Strip the accents of a Latin letter; letters of other scripts (й, ኤ) are left as they are."""
    if character < "\u00c0":
        return character
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() else character


_INVISIBLE = _CharacterTable(_before_composition)
_WORD_CHARACTERS = _CharacterTable(_after_composition)
_LATIN_BASE = _CharacterTable(_without_latin_mark)


def normalise(text: str, language: str | None = None) -> str:
    """Level 1: the text in one spelling, words parted by single spaces. Never raises; reads `LENGTH_LIMIT` characters.

    `language` is one of our language ids and adds that language's own rules; None applies those safe for all.
    """
    text = text[:LENGTH_LIMIT]
    has_own = language is not None and max(text, default="") >= _OWN_RULES_FROM.get(language, "\u0600")
    return _normalised(text, language if has_own else None)


@lru_cache(maxsize=_KEPT_TEXTS)
def _normalised(text: str, language: str | None) -> str:
    if text.isascii() and text.islower() and text.isalpha():
        return _STRETCHED.sub(r"\1\1", text)
    composed = unicodedata.normalize("NFKC", text.translate(_INVISIBLE))[:LENGTH_LIMIT]
    if language == "tr":
        composed = composed.replace("I", "ı")
    spelled = unicodedata.normalize("NFKC", composed.casefold()).translate(_WORD_CHARACTERS)
    if not spelled.isascii():
        spelled = _script_rules(spelled, language)
    spelled = spelled.replace("'", " " if language == "fr" else "")
    return _STRETCHED.sub(r"\1\1", _WHITESPACE_RUN.sub(" ", spelled)).strip()[:LENGTH_LIMIT].rstrip()


def _script_rules(text: str, language: str | None) -> str:
    highest = max(text)
    if highest >= "\u0600":
        text = _arabic_rules(text, language)
    if highest >= "\u1200":
        text = text.translate(_ETHIOPIC_SHARED)
        if language == "am":
            text = text.translate(_AMHARIC_ONLY)
    if highest >= "\u0400":
        text = text.translate(_CYRILLIC_LETTERS)
    return text.translate(_SERBIAN_TO_LATIN) if language == "bs" else text


def _arabic_rules(text: str, language: str | None) -> str:
    if _ZERO_WIDTH_NON_JOINER in text:
        if language == "ckb" or (language is None and _SORANI_LETTERS.search(text)):
            text = text.replace("ه" + _ZERO_WIDTH_NON_JOINER, "ە")
        text = text.replace(_ZERO_WIDTH_NON_JOINER, "")
    text = text.translate(_ARABIC_LETTERS)
    if language in {"fa", "prs"}:
        text = _PERSIAN_PREFIX.sub(r"\1", _WHITESPACE_RUN.sub(" ", text))
        text = _PERSIAN_SUFFIX.sub(r"\1", text)
    return text


def fold(normalised: str) -> str:
    """Level 2 of a level-1 text: Latin without diacritics, Swedish aa/ae/oe as a/a/o, Sorani, Pashto and Ukrainian
    letters as their nearest neighbour on a foreign keyboard."""
    if not normalised.isascii():
        normalised = _soft_word(normalised) if len(normalised) <= _LONGEST_KEPT_WORD else _soft(normalised)
    if "aa" in normalised or "ae" in normalised or "oe" in normalised:
        return _SWEDISH_DIGRAPHS.sub(lambda pair: pair.group()[0], normalised)
    return normalised


def _soft(text: str) -> str:
    return text.translate(_LATIN_SPECIAL).translate(_LATIN_BASE).translate(_OTHER_SOFT)


_soft_word = lru_cache(maxsize=8_192)(_soft)


def folded_words(text: str, language: str | None = None) -> list[str]:
    """The level-2 words of a text as typed, in order; `language` as in `normalise`."""
    return words(fold(normalise(text, language)))


def words(normalised: str) -> list[str]:
    """The words of a level-1 or level-2 text, in order. A Thai run without spaces is one word."""
    return normalised.split()
