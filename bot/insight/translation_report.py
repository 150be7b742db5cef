"""How faithful the translations are in form: placeholders, length, script, agreed terms, and the language they show."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from bot.conversation.brain import Brain
from bot.knowledge.content import Topic
from bot.knowledge.documents import read_document
from bot.knowledge.problems import Problems
from bot.knowledge.rendering import PLACEHOLDER
from bot.languages.table import SOURCE, Language

OUTLIER_SHORT, OUTLIER_LONG = 0.5, 1.8
"""A translation shorter or longer than this, in letters per letter of Swedish and beside its language's median."""
IDENTIFIED_FROM_WORDS = 3
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPT_NAMES = {"Latn": "LATIN", "Arab": "ARABIC", "Cyrl": "CYRILLIC", "Ethi": "ETHIOPIC", "Thai": "THAI"}
_STEM_ENDING = 3  # Letters of a term that its inflected forms may change.
_SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class TranslationReport:
    """The figures of one language; shares are between 0 and 1.

    `outliers` are (topic, length by that of the Swedish text); `foreign` (topic, word) in a script that is not the
    language's and that no Swedish text has. `terms` is the share of agreed terms used where the
    Swedish text has them, None without a list; `identified` the share of phrases of three words or more whose language
    is found, and `misread` of those taken for another.
    """

    language: Language
    topics: int
    placeholders: float
    length: float
    outliers: tuple[tuple[str, float], ...]
    own_script: float
    foreign: tuple[tuple[str, str], ...]
    terms: float | None
    phrases: int
    identified: float
    misread: float


def has_translations(brain: Brain, language: Language) -> bool:
    """Whether there are texts in this language that were made from Swedish ones."""
    return language.id != SOURCE and any(language.id in topic.texts for topic in brain.content.topics.values())


def read_terms(folder: Path) -> dict[str, dict[str, str]]:
    """The lists of agreed terms in `knowledge/glossary/terms/`; what cannot be read is left out."""
    documents = {path.stem: read_document(path, path.name, Problems()) for path in sorted(folder.glob("*.yaml"))}
    return {language: document.data for language, document in documents.items() if document is not None}


def translation_report(brain: Brain, language: Language, terms: Mapping[str, Mapping[str, str]]) -> TranslationReport:
    """The figures of a language that `has_translations`; `terms` by language: Swedish term -> the agreed word."""
    topics = [topic for topic in brain.content.topics.values() if language.id in topic.texts]
    answers = {topic.id: topic.texts[language.id].answer for topic in topics}
    swedish = {topic.id: topic.source.answer for topic in topics}
    ratios = {topic: _length(text) / max(1, _length(swedish[topic])) for topic, text in answers.items()}
    usual = statistics.median(ratios.values())
    kept = [set(PLACEHOLDER.findall(text)) >= set(PLACEHOLDER.findall(swedish[key])) for key, text in answers.items()]
    letters = [_is_of(letter, language.script) for text in answers.values() for letter in _letters(text)]
    phrases = [phrase for topic in topics for phrase in topic.texts[language.id].ask]
    long_phrases = [phrase for phrase in phrases if len(phrase.split()) >= IDENTIFIED_FROM_WORDS]
    found = [brain.understanding.identify(phrase) for phrase in long_phrases]
    own = language.spoken
    return TranslationReport(
        language=language,
        topics=len(topics),
        placeholders=statistics.fmean(kept),
        length=usual,
        outliers=tuple(
            (key, ratio) for key, ratio in ratios.items() if not OUTLIER_SHORT < ratio / usual < OUTLIER_LONG
        ),
        own_script=statistics.fmean(letters) if letters else 0.0,
        foreign=tuple(_foreign(brain, language, topics)),
        terms=_terms_used(terms[language.id], answers, swedish) if language.id in terms else None,
        phrases=len(long_phrases),
        identified=statistics.fmean(one == own for one in found) if found else 0.0,
        misread=statistics.fmean(one not in (own, None) for one in found) if found else 0.0,
    )


def _plain(text: str) -> str:
    return PLACEHOLDER.sub(" ", text)


def _letters(text: str) -> Iterable[str]:
    return filter(str.isalpha, _plain(text))


def _length(text: str) -> int:
    return len(_plain(text))


def _is_of(letter: str, script: str) -> bool:
    return unicodedata.name(letter, "").startswith(_SCRIPT_NAMES[script])


def _foreign(brain: Brain, language: Language, topics: Iterable[Topic]) -> Iterator[tuple[str, str]]:
    """Words in another script than the language's that no Swedish text has in any form."""
    if language.script == "Latn":
        return
    swedish = _swedish_words(brain)
    for topic in topics:
        for word in _WORD.findall(_plain(topic.texts[language.id].answer)):
            if not any(_is_of(letter, language.script) for letter in word) and f" {_stem(word)}" not in swedish:
                yield topic.id, word


def _swedish_words(brain: Brain) -> str:
    """Everything Swedish that a translation may name, each word after a space."""
    texts = [topic.source for topic in brain.content.topics.values()]
    names = [fact.name or "" for fact in brain.content.facts.values()]
    said = [" ".join([text.title, text.answer, *text.ask]) for text in texts]
    return " ".join(["", *_WORD.findall(" ".join([*said, *names]))]).casefold()


def _terms_used(terms: Mapping[str, str], answers: Mapping[str, str], swedish: Mapping[str, str]) -> float:
    """Of the places where a Swedish text has a term, the share whose translation has the agreed word or the Swedish."""
    used = []
    for term, word in terms.items():
        stems = [_stem(one) for one in (word.split("(")[0], term)]
        for key, text in answers.items():
            if _stem(term) in swedish[key].casefold():
                used.append(any(all(part in text.casefold() for part in stem.split()) for stem in stems))
    return statistics.fmean(used) if used else 1.0


def _stem(term: str) -> str:
    """What inflected forms of a term share: each word without its last letters."""
    words = term.casefold().split()
    return " ".join(word[: max(_SHORTEST_STEM, len(word) - _STEM_ENDING)] for word in words)


def translation_table(reports: Iterable[TranslationReport]) -> Table:
    """The figures as a table."""
    table = Table(
        "language", "topics", "placeholders kept", "length to Swedish", "outliers", "own script", "foreign words",
        "agreed terms", "phrases of 3+ words", "language found", "language wrong",
    )  # fmt: skip
    for row in reports:
        table.add_row(
            row.language.id,
            str(row.topics),
            f"{row.placeholders:.0%}",
            f"{row.length:.2f}",
            ", ".join(f"{topic} {ratio:.1f}" for topic, ratio in row.outliers) or "0",
            f"{row.own_script:.0%}",
            ", ".join(dict.fromkeys(word for _, word in row.foreign)) or "0",
            "" if row.terms is None else f"{row.terms:.0%}",
            str(row.phrases),
            f"{row.identified:.1%}",
            f"{row.misread:.1%}",
        )
    return table
