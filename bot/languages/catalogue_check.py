"""Whether every catalogue of the bot's own words is whole: the traps that make a language silently disappear."""

from __future__ import annotations

import gettext
import string
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from bot.languages.table import Language, Languages
from bot.languages.words import catalogue_path

DOMAIN = "resident"
# The bot's own words stand in English in the code, so English needs no catalogue.
IN_THE_CODE = "en"
PLURAL_RANGE = 201


class Report(Protocol):
    """Where what is wrong is told: path, line, sentence."""

    def __call__(self, path: str, line: int, template: str, /, **values: object) -> None:
        """Take one problem."""


def check_catalogues(folder: Path, languages: Languages, tell: Report, mention: Report) -> None:
    """Check the catalogue of every launch language, and of every other language that has one.

    `tell` takes what is wrong, `mention` sentences that are not translated yet and are therefore said in English.
    """
    template = _read(folder / f"{DOMAIN}.pot", f"locales/{DOMAIN}.pot", tell)
    for language in languages.values():
        path = catalogue_path(folder, language.id, DOMAIN)
        shown = f"locales/{path.relative_to(folder).as_posix()}"
        if not path.exists():
            if language.tier == "launch" and language.id != IN_THE_CODE:
                tell(shown, 1, "the bot's own words in {language} are missing", language=language.swedish_name)
            continue
        catalog = _read(path, shown, tell)
        if catalog is not None:
            _check_catalogue(catalog, language, shown, tell)
            for message in missing_messages(catalog, template) if language.tier == "launch" else ():
                mention(shown, 1, "'{message}' is not translated", message=message)


def _read(path: Path, shown: str, tell: Report) -> Catalog | None:
    try:
        with path.open("rb") as file:
            return read_po(file, abort_invalid=True)
    except (OSError, UnicodeDecodeError, PoFileError, ValueError) as error:
        tell(shown, 1, "the catalogue cannot be read: {reason}", reason=error)
        return None


def _check_catalogue(catalog: Catalog, language: Language, shown: str, tell: Report) -> None:
    if catalog.fuzzy:
        tell(shown, 1, "the header is marked fuzzy, which makes the whole language disappear; remove '#, fuzzy'")
    if not same_plurals(catalog.plural_forms, language.plural):
        tell(
            shown,
            1,
            "the plural rule '{found}' differs from locales/languages.yaml, which says '{wanted}'",
            found=catalog.plural_forms,
            wanted=language.plural,
        )
    for message in catalog:
        if message.id:
            _check_message(message, language, shown, tell)


def _check_message(message: object, language: Language, shown: str, tell: Report) -> None:
    ids = _strings(getattr(message, "id", ()))
    texts = _strings(getattr(message, "string", ()))
    line = int(getattr(message, "lineno", None) or 1)
    if getattr(message, "fuzzy", False):
        tell(
            shown,
            line,
            "'{message}' is marked fuzzy, so it is not used; check it and remove '#, fuzzy'",
            message=ids[0],
        )
    allowed = frozenset().union(*map(fields, ids))
    for text in filter(None, texts):
        wrong = fields(text) ^ allowed if len(ids) == 1 else fields(text) - allowed
        if wrong:
            tell(
                shown,
                line,
                "'{message}' has other values in curly brackets than the original: {wrong}",
                message=ids[0],
                wrong=", ".join(sorted(wrong)),
            )


def missing_messages(catalog: Catalog, template: Catalog | None) -> Iterator[str]:
    """The messages of the template that the catalogue does not translate in every plural form."""
    for wanted in template or ():
        if wanted.id:
            found = catalog.get(_strings(wanted.id)[0], wanted.context)
            if found is None or not all(_strings(found.string)):
                yield _strings(wanted.id)[0]


def fields(text: str) -> frozenset[str]:
    """The names in curly brackets; a text with a bracket too few has the impossible name "{"."""
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    except ValueError:
        return frozenset("{")


def same_plurals(found: str, wanted: str) -> bool:
    """Whether two plural headers choose the same form for every number from 0 to 200.

    Compared by evaluation, because tools write the same rule differently and swap forms in the same wording.
    """
    try:
        return all(one == other for one, other in zip(_forms(found), _forms(wanted), strict=True))
    except ValueError:
        return False


def _forms(header: str) -> Iterable[int]:
    count, _, rule = header.partition(";")
    expression = rule.split("plural=", 1)[-1].strip().rstrip(";")
    choose = gettext.c2py(expression)
    yield int(count.split("=")[-1])
    yield from (choose(n) for n in range(PLURAL_RANGE))


def _strings(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, (tuple, list)) else ()
