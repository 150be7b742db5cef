"""The bot's own words in every language: gettext catalogues, and values set into them safely."""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from bot.languages.bidi import isolate
from bot.languages.table import Language, Languages


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "collect this, translate it later"
    """Mark a message for the catalogues without translating it."""
    return message


class CatalogueError(ValueError):
    """A catalogue cannot be used; the message names the file and the remedy."""


class Texts:
    """The bot's own words in one language."""

    def __init__(self, language: Language, translations: gettext.NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def __call__(self, message: str, /, **values: str | int) -> str:
        """Return `message` (English, as in the code) in this language with `{name}` values set in, isolated."""
        return self._fill(self._translations.gettext(message), values)

    def plural(self, one: str, many: str, n: int, /, **values: str | int) -> str:
        """Return the plural form for `n`, which is also the value of `{n}`."""
        return self._fill(self._translations.ngettext(one, many, n), {"n": n, **values})

    def _fill(self, text: str, values: Mapping[str, str | int]) -> str:
        if not values:
            return text
        direction = self.language.direction
        return text.format_map({key: isolate(str(value), direction, is_text=True) for key, value in values.items()})


class Words:
    """The bot's own words, one `Texts` per language, read once each from `locales/<id>/LC_MESSAGES/<domain>.po`."""

    def __init__(self, folder: Path, languages: Languages, domain: str = "resident") -> None:
        self._folder, self._languages, self._domain = folder, languages, domain
        self._texts: dict[str, Texts] = {}

    def of(self, language_id: str) -> Texts:
        """The words in `language_id`, walking its fallbacks to the first catalogue there is; English is in the code."""
        if language_id not in self._texts:
            self._texts[language_id] = self._load(self._languages[language_id])
        return self._texts[language_id]

    def _load(self, wanted: Language) -> Texts:
        for language in self._languages.chain(wanted.id):
            path = catalogue_path(self._folder, language.id, self._domain)
            if path.exists():
                return Texts(language, read_catalogue(path))
            if language.id == "en":
                break
        return Texts(self._languages["en"], gettext.NullTranslations())


def catalogue_path(folder: Path, language_id: str, domain: str) -> Path:
    """Where the catalogue of a language lies."""
    return folder / language_id / "LC_MESSAGES" / f"{domain}.po"


def read_catalogue(path: Path) -> gettext.GNUTranslations:
    """Read a .po file into translations; raises CatalogueError when it would silently lose the language.

    A fuzzy header makes the usual tools skip a whole catalogue with exit status 0 (measured), so it is refused here.
    """
    try:
        with path.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
    except (OSError, UnicodeDecodeError, PoFileError, ValueError) as error:
        raise CatalogueError(f"{path}: cannot be read: {error}") from error
    if catalog.fuzzy:
        raise CatalogueError(f"{path}:1: the header is marked fuzzy, which drops the whole language; remove '#, fuzzy'")
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
