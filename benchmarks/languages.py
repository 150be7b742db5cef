"""How well the language of short messages is told: every phrase of the content, and the questions written for tests.

The phrases are asked of an identifier that has never read their topic (a quarter of the topics is left out in turn),
and so are the questions that no topic answers; the questions for tests and messages about everyday things, of one that
knows all phrases. Three kinds are counted apart:

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

from benchmarks.material import ROOT, Material, own_material, questions_of
from bot.understanding import Example, normalise, words
from bot.understanding.identification import Identifier
from bot.understanding.language_fitting import message_script

FOLDS = 4
EVERYDAY = ROOT / "tests" / "understanding" / "messages.tsv"
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
    """Every phrase, every question that no topic answers, every question and everyday message of `split`."""
    swedish = {word for one in material.examples if one.language == SWEDISH for word in words(normalise(one.text))}
    scripts = {profile.id: profile.script for profile in material.profiles}
    outside = [Example(text, text, language) for language, texts in material.out_of_scope.items() for text in texts]
    everything = (*material.examples, *material.background, *outside)
    for fold in range(FOLDS):
        left_out = {one.topic for one in everything if crc32(one.topic.encode()) % FOLDS == fold}
        known = [one for one in everything if one.topic not in left_out]
        identifier = Identifier(material.profiles, known, material.names)
        for source, asked in (("phrases", material.examples), ("out of scope", outside)):
            yield from tell(identifier, source, (one for one in asked if one.topic in left_out), swedish, scripts)
    identifier = Identifier(material.profiles, everything, material.names)
    questions = [Example(one.text, "", one.language) for one in questions_of(split)]
    yield from tell(identifier, f"questions ({split})", questions, swedish, scripts)
    yield from tell(identifier, f"everyday ({split})", everyday_messages(split), swedish, scripts)


def everyday_messages(split: str) -> Iterator[Example]:
    """Messages about other things than our content, the "dev" or "test" part."""
    lines = EVERYDAY.read_text(encoding="utf-8").splitlines()[1:]
    for part, profile, text in (line.split("\t") for line in lines):
        if part == split:
            yield Example(text, "", profile.removesuffix("-Latn"))


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
