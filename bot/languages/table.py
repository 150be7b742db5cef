"""The table of languages served, read from `locales/languages.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Direction = Literal["ltr", "rtl"]


class LanguageTableError(ValueError):
    """`languages.yaml` cannot be used; the message says what, where and how to mend it."""


class DatePatterns(BaseModel):
    """CLDR date patterns: weekday with day and month, full date, day of the year, month of a year."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    weekday: str
    date: str
    day: str
    month: str


class Language(BaseModel):
    """One language; the fields are explained at the top of `locales/languages.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    tag: str
    babel: str
    name: str
    swedish_name: str
    direction: Direction
    script: Literal["Latn", "Arab", "Cyrl", "Ethi", "Thai"]
    fallback: tuple[str, ...]
    tier: Literal["launch", "next"]
    telegram: str | None
    aliases: tuple[str, ...]
    patterns: DatePatterns
    plural: str
    months: str | None = None
    months_after_day: tuple[str, ...] | None = Field(default=None, min_length=12, max_length=12)
    numeric_date: bool = False

    @property
    def spoken(self) -> str:
        """What is spoken, whatever the variety: "sv" of easy Swedish, "fa" of Dari, which short texts do not tell."""
        return self.tag.split("-")[0]


SOURCE = "sv"


class Languages(Mapping[str, Language]):
    """The languages by id, in the order of the menu."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        self._languages = dict(languages)
        self._known = {language.id.lower(): language.id for language in languages.values()}
        for language in languages.values():
            for alias in (language.tag, *language.aliases):
                self._known.setdefault(alias.lower(), language.id)

    @classmethod
    def load(cls, path: Path) -> Languages:
        """Read the table at `path`; raises LanguageTableError when it is missing or wrong."""
        try:
            rows = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
            languages = {key: Language(id=key, **row) for key, row in rows.items()}
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise LanguageTableError(f"{path}: cannot be read: {error}") from error
        except (ValidationError, AttributeError, TypeError) as error:
            raise LanguageTableError(
                f"{path}: a language is not described as the top of the file says: {error}"
            ) from error
        for language in languages.values():
            _check_fallback(path, language, languages)
        return cls(languages)

    def __getitem__(self, key: str) -> Language:
        return self._languages[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._languages)

    def __len__(self) -> int:
        return len(self._languages)

    @property
    def launch(self) -> tuple[Language, ...]:
        """The languages whose own words are complete."""
        return tuple(language for language in self.values() if language.tier == "launch")

    @property
    def source(self) -> Language:
        """Swedish, the language the answers are written in first."""
        return self[SOURCE]

    def chain(self, language_id: str) -> tuple[Language, ...]:
        """The language itself and then its fallbacks, each once, ending in Swedish."""
        ids = dict.fromkeys([language_id, *self[language_id].fallback, SOURCE])
        return tuple(self[key] for key in ids)

    def negotiate(self, tag: str | None) -> str | None:
        """Return our id for a client's language `tag` ("pt-BR", "fa-AF", "ku"), or None when we do not serve it."""
        parts = (tag or "").strip().replace("_", "-").lower().split("-")
        for length in range(len(parts), 0, -1):
            if found := self._known.get("-".join(parts[:length])):
                return found
        return None


def _check_fallback(path: Path, language: Language, languages: Mapping[str, Language]) -> None:
    for key in language.fallback:
        if key not in languages:
            raise LanguageTableError(f"{path}: {language.id}: fallback '{key}' is not a language of this table")
    if SOURCE not in languages:
        raise LanguageTableError(f"{path}: '{SOURCE}' is missing; it is the language every text starts from")
