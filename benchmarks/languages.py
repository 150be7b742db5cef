"""How well the language of short messages is told: every phrase of the content, and the questions written for tests.

The phrases are asked of an identifier that has never read their topic (a quarter of the topics is left out in turn),
the questions of one that knows all phrases. Three kinds are counted apart:

  quoted   half or more of the words stand in our Swedish phrases ("bostadskö i Uddevalla"); Swedish is right too
  Latin    of the others, those of a language of another script that are typed in Latin letters
  own      all others

`python -m benchmarks.languages` reads the development part of the questions, `--test` the test part.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zlib import crc32

from rich.console import Console
from rich.table import Table

from benchmarks.material import Material, own_material, questions_of
from bot.understanding import Example, normalise, words
from bot.understanding.identification import Identifier
from bot.understanding.language_fitting import message_script

FOLDS = 4
SWEDISH = "sv"


@dataclass(frozen=True, slots=True)
class Told:
    """A phrase and what its language was taken for: right, undecided or wrong."""

    source: str
    kind: str
    language: str
    is_long: bool
    outcome: str


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.languages", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--test", action="store_true", help="the test part of the questions, not the development part")
    split = "test" if parser.parse_args().test else "dev"
    table = Table("from", "kind", "language", "words", "phrases", "right %", "undecided %", "wrong %")
    groups: dict[tuple[str, ...], Counter[str]] = {}
    for one in measure(own_material(), split):
        length = "3+" if one.is_long else "1-2"
        for language in (one.language, "all"):
            groups.setdefault((one.source, one.kind, language, length), Counter())[one.outcome] += 1
    for key, counts in sorted(groups.items()):
        shares = (f"{100 * counts[name] / counts.total():.1f}" for name in ("right", "undecided", "wrong"))
        table.add_row(*key, str(counts.total()), *shares)
    Console().print(table)


def measure(material: Material, split: str) -> Iterator[Told]:
    """Every phrase and every question with a known language."""
    swedish = {word for one in material.examples if one.language == SWEDISH for word in words(normalise(one.text))}
    scripts = {profile.id: profile.script for profile in material.profiles}
    for fold in range(FOLDS):
        left_out = {one.topic for one in material.examples if crc32(one.topic.encode()) % FOLDS == fold}
        known = [one for one in (*material.examples, *material.background) if one.topic not in left_out]
        identifier = Identifier(material.profiles, known, material.names)
        asked = [one for one in material.examples if one.topic in left_out]
        yield from tell(identifier, "phrases", asked, swedish, scripts)
    identifier = Identifier(material.profiles, [*material.examples, *material.background], material.names)
    questions = [Example(one.text, "", one.language) for one in questions_of(split)]
    yield from tell(identifier, f"questions ({split})", questions, swedish, scripts)


def tell(
    identifier: Identifier, source: str, asked: Iterable[Example], swedish: set[str], scripts: dict[str, str]
) -> Iterator[Told]:
    """What each is taken for; those that hold no word but names and numbers are left out."""
    for one in asked:
        telling = identifier.telling_words(one.text)
        if not telling:
            continue
        kind = "own"
        if one.language != SWEDISH and 2 * sum(word in swedish for word in telling) >= len(telling):
            kind = "quoted"
        elif message_script(telling) != scripts[one.language]:
            kind = "Latin"
        reply = identifier.identify(one.text).reply
        is_right = reply == one.language or (kind == "quoted" and reply == SWEDISH)
        outcome = "right" if is_right else "undecided" if reply is None else "wrong"
        yield Told(source, kind, one.language, len(telling) > 2, outcome)


if __name__ == "__main__":
    main()
