"""What may not stand in a text residents read: figures without a fact, markup, invisible letters, mixed scripts."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.knowledge.problems import Message, did_you_mean, say
from bot.knowledge.rendering import PLACEHOLDER
from bot.knowledge.schema import FactEntry
from bot.languages.words import N_

_HTML = re.compile(r"</?[A-Za-z][^<>]*>|&(?:[a-z]+|#\d+);")
_MARKDOWN = re.compile(r"\*\*|__|`|\]\(|^#{1,6} ", re.MULTILINE)
_BARE_LINK = re.compile(r"https?://\S*|\bwww\.\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_CONFUSABLE = {"LATIN", "CYRILLIC", "GREEK"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a text: the row it stands in (from 0), what, and the remedy."""

    row: int
    what: Message
    remedy: Message | None = None


_MARKUP = (
    (_HTML, N_("HTML ({found}) is shown as it stands"), N_("write plain text; a list line begins with '- '")),
    (_MARKDOWN, N_("Markdown ({found}) is shown as it stands"), N_("write plain text; a list line begins with '- '")),
    (
        _BARE_LINK,
        N_("the link {found} is typed in the text"),
        N_("put it in knowledge/facts/ and write {{fact.id}} here"),
    ),
)


def text_faults(text: str) -> Iterator[Fault]:
    """Everything in an answer that may not stand there, whatever the topic."""
    yield from free_text_faults(text)
    yield from _figures(text)


def free_text_faults(text: str) -> Iterator[Fault]:
    """As for answers, but figures may stand in it: the text of an activity, which has no facts to take them from."""
    for pattern, what, remedy in _MARKUP:
        for match in pattern.finditer(text):
            yield Fault(_row(text, match.start()), say(what, found=match.group()), say(remedy))
    yield from _controls(text)
    yield from _mixed_scripts(text, _all_scripts)


def title_faults(title: str, figures: frozenset[str] | None) -> Iterator[Fault]:
    """As for answers, but `figures` that are the value of a fact may stand in a title ("1177"); None: all may."""
    if match := _HTML.search(title) or _BARE_LINK.search(title):
        yield Fault(0, say("'{found}' may not stand in a title", found=match.group()), say("write plain text"))
    if "{" in title or "}" in title:
        yield Fault(0, say("facts cannot be filled into a title"), say("write the title without {{...}}"))
    yield from _controls(title)
    yield from _mixed_scripts(title, _all_scripts)
    for match in re.finditer(r"\d[\d ]*\d|\d", title):
        if figures is not None and match.group().replace(" ", "") not in figures:
            yield Fault(
                0,
                say("the figure {found} stands in the title but in no fact", found=match.group()),
                say("leave it out, or add it to knowledge/facts/"),
            )


def phrase_faults(phrase: str) -> Iterator[Fault]:
    """What may not stand in a phrase of `ask`: residents type anything, but not letters that only look alike."""
    yield from _controls(phrase)
    yield from _mixed_scripts(phrase, _confusable_scripts)
    if not any(character.isalnum() for character in phrase):
        yield Fault(
            0, say("'{found}' has no letter or figure in it", found=phrase), say("write how a resident would ask")
        )


def placeholder_faults(text: str, facts: Mapping[str, FactEntry], broken: set[str]) -> Iterator[Fault]:
    """References to facts that do not exist, may not be shown, or are not closed."""
    for match in PLACEHOLDER.finditer(text):
        key = match.group(1)
        row = _row(text, match.start())
        if key not in facts:
            if key not in broken:
                yield Fault(row, say("there is no fact '{id}' in knowledge/facts/", id=key), did_you_mean(key, facts))
        elif facts[key].status in ("secondary", "unverified"):
            yield Fault(
                row,
                say("the fact '{id}' is {status}, so it may not be shown", id=key, status=facts[key].status),
                say("confirm it at the source and set status: verified, or refer to the web address instead"),
            )
    rest = PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        yield Fault(
            _row(text, min(i for i in (text.find("{"), text.find("}")) if i >= 0)),
            say("a curly bracket has no partner, or there is a space inside"),
            say("write {{fact.id}}"),
        )


def _row(text: str, position: int) -> int:
    return text.count("\n", 0, position)


def _controls(text: str) -> Iterator[Fault]:
    if text.replace("\n", "").isprintable():
        return
    for position, character in enumerate(text):
        category = unicodedata.category(character)
        if category in ("Cc", "Cf", "Co", "Cs") and character not in "\n\u200c\u200d\u00ad":
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            yield Fault(
                _row(text, position),
                say("an invisible character ({name}) stands in the text", name=name),
                say("delete it; the program keeps numbers the right way round by itself"),
            )
            return


def _figures(text: str) -> Iterator[Fault]:
    bare = PLACEHOLDER.sub(lambda match: " " * len(match.group()), text)
    for match in re.finditer(r"\d[\d\s.,:–-]*\d|\d", bare):
        yield Fault(
            _row(text, match.start()),
            say("the figure {found} is typed in the text", found=match.group()),
            say("put it in knowledge/facts/ with its source and write {{fact.id}} here"),
        )


def _mixed_scripts(text: str, scripts_of: Callable[[str], set[str]]) -> Iterator[Fault]:
    if text.isascii():
        return
    for match in _WORD.finditer(PLACEHOLDER.sub(lambda found: " " * len(found.group()), text)):
        scripts = scripts_of(match.group())
        if len(scripts) > 1:
            yield Fault(
                _row(text, match.start()),
                say(
                    "'{word}' mixes the scripts {scripts}",
                    word=match.group(),
                    scripts=", ".join(sorted(scripts)).title(),
                ),
                say("type the word again with one keyboard; part words of two scripts with a space or hyphen"),
            )


@functools.cache
def _script(letter: str) -> str | None:
    """The script of a letter by its Unicode name ("LATIN", "CYRILLIC"), None for marks and the like."""
    return unicodedata.name(letter, "?").split()[0] if unicodedata.category(letter) in ("Lu", "Ll", "Lo") else None


def _all_scripts(word: str) -> set[str]:
    return {script for script in map(_script, word) if script}


def _confusable_scripts(word: str) -> set[str]:
    return _all_scripts(word) & _CONFUSABLE
