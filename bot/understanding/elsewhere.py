"""Places the answers are not about: a question that names one is not answered at once with what holds in Uddevalla.

"Preschool queue in Malmö" is nearly word for word a question we answer, and our answer would be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.understanding.normalising import fold, normalise

# Beginnings of names, so that "Malmön", "Стокгольмі" and "Tukholmassa" are found. Towns next to Uddevalla are left
# out, for its hospital, buses and offices are there.
_NAMES = """
stockholm tukholm стокгольм ستوکهولم ستوكهولم استکهلم ستۆکهۆڵم ስቶክሆልም ስቶክሆልም stokholm sztokholm estocolmo
göteborg gothenburg goteburg geteborg гетеборг гетебург غوتنبرغ جوتنبرج گوتنبرگ یوتوبوری یۆتۆبۆری ጎተቦርግ ዮተቦርግ
malmö malmo мальме مالمو مالمۆ ማልሞ
uppsala уппсал упсал اوپسالا اوبسالا linköping лінчепінг norrköping örebro västerås helsingborg jönköping umeå
gävle borås luleå karlstad halmstad växjö sundsvall östersund kalmar kristianstad skellefteå eskilstuna södertälje
london لندن лондон oslo осло köpenhamn copenhagen kööpenhamin helsinki helsingfors гельсінк berlin берлін برلین
paris париж باریس kyiv київ києв києв kiev moskva moscow москв damaskus damascus دمشق bagdad baghdad بغداد mogadish
muqdisho xamar مقدیشو تهران teheran tehran کابل kabul asmara ኣስመራ sarajev addis malaga nairobi hargeysa
"""
_LONGEST_ENDING = 5


class Elsewhere:
    """Finds such places in a message. Immutable."""

    def __init__(self, names: str = _NAMES) -> None:
        """`names`: beginnings of names, parted by white space."""
        normal = {normalise(one) for one in names.split()}
        self._beginnings = tuple(sorted(normal | {fold(one) for one in normal}))

    def find(self, words: Iterable[str]) -> list[str]:
        """The level-1 words that name a place elsewhere, with its dots or without."""
        # Only the names are folded: Somali "maalmood" (days) is not Malmö with an ending.
        return [word for word in words if word.startswith(self._beginnings) and self._names(word)]

    def _names(self, word: str) -> bool:
        return any(word.startswith(one) and len(word) - len(one) <= _LONGEST_ENDING for one in self._beginnings)
