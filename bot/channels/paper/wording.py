"""What stands on a poster: the question in the resident's language and in Swedish, and where the code leads."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.brain import Brain
from bot.conversation.composing import SWITCHBOARD
from bot.knowledge.fingerprints import TranslationState
from bot.languages.table import SOURCE, Language
from bot.languages.words import N_

SCAN = N_("Scan the code with your phone's camera to read the answer.")
PERSON = N_("To speak with a person, call Uddevalla kommun (the municipality): {number}. Say what it is about.")
UNREAD = N_("Translated by a machine. No person has checked the translation yet.")
_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text and the language it is in, which decides its letters and its direction."""

    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class Poster:
    """The texts of a poster, each first in the resident's language, and the `link` its code holds."""

    titles: tuple[Wording, ...]
    scan: tuple[Wording, ...]
    person: tuple[Wording, ...]
    labels: tuple[Wording, ...]
    link: str


def word_poster(brain: Brain, label: str, language_id: str, link: str) -> Poster:
    """The poster of a topic or part in a language or, where it is not written yet, in its nearest fallback.

    Raises KeyError when there is no such topic.
    """
    cards = [brain.card(label, language_id)]
    if cards[0].language.spoken != SOURCE:
        cards.append(brain.card(label, SOURCE))
    words = [brain.words.of(card.language.id) for card in cards]
    number = brain.content.facts[SWITCHBOARD].value.replace(" ", _NO_BREAK)
    is_unread = cards[0].language.id != SOURCE and cards[0].state is not TranslationState.REVIEWED
    return Poster(
        titles=tuple(Wording(card.title, card.language) for card in cards),
        scan=tuple(Wording(own(SCAN), own.language) for own in words),
        person=tuple(Wording(own(PERSON, number=number), own.language) for own in words),
        labels=(Wording(words[0](UNREAD), words[0].language),) if is_unread else (),
        link=link,
    )
