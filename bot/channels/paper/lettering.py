"""Text in the script of its language: the typeface, the width of a line, and letters that would be missing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from bot.languages.table import Language

_FOLDER = Path(__file__).parent / "typefaces"
_FAMILIES = {"Arab": "NotoSansArabic", "Ethi": "NotoSansEthiopic", "Thai": "NotoSansThai"}
# An isolated value, such as a telephone number in Arabic text, is never parted.
_WORDS = re.compile("[\u2066\u2068][^\u2069]*\u2069[^ ]*|[^ ]+")
# No letter; every typeface draws it as it draws what it does not have.
_NO_LETTER = "\uffff"


@lru_cache(maxsize=64)
def typeface(language: Language, size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The typeface of a language's script at a size in pixels."""
    name = f"{_FAMILIES.get(language.script, 'NotoSans')}-{'Bold' if bold else 'Regular'}.ttf"
    # Raqm joins Arabic letters and puts right-to-left text in order; without it both would be wrong.
    return ImageFont.truetype(_FOLDER / name, size, layout_engine=ImageFont.Layout.RAQM)


def lines(text: str, font: ImageFont.FreeTypeFont, width: int, direction: str) -> list[str]:
    """The text in lines no wider than `width` pixels; a word that is wider alone, as in Thai, is parted."""
    found: list[str] = []
    for word in _WORDS.findall(text):
        longer = f"{found[-1]} {word}" if found else word
        if found and font.getlength(longer, direction=direction) <= width:
            found[-1] = longer
            continue
        found += _pieces(word, font, width, direction)
    return found


def _pieces(word: str, font: ImageFont.FreeTypeFont, width: int, direction: str) -> list[str]:
    pieces = [""]
    for character in word:
        is_mark = unicodedata.category(character).startswith("M")
        if not is_mark and pieces[-1] and font.getlength(pieces[-1] + character, direction=direction) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def missing_letters(text: str, font: ImageFont.FreeTypeFont) -> set[str]:
    """The characters that the typeface would draw as a box."""
    box = bytes(font.getmask(_NO_LETTER))
    # What only joins, parts or directs letters has no ink of its own.
    letters = {character for character in text if not character.isspace() and unicodedata.category(character) != "Cf"}
    return {character for character in letters if bytes(font.getmask(character)) == box}
