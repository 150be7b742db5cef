"""`make words`: collect what the bot says from the code into templates, and carry it into every catalogue."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from bot.languages.table import Language, Languages
from bot.languages.words import catalogue_path
from bot.settings import ROOT

# Function names whose first argument (or the ones named) is a sentence to translate.
KEYWORDS: dict[str, dict[str, tuple[int, ...] | None]] = {
    "resident": {"say": None, "button": None, "texts": None, "N_": None, "plural": (1, 2)},
    "staff": {"say": None, "N_": None, "staff": None, "_staff": None, "tell": (3,), "mention": (3,), "plural": (1, 2)},
}


def extract(domain: str, root: Path = ROOT) -> Catalog:
    """Everything the code says to residents or staff, as a template."""
    with (root / "locales" / f"{domain}.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalog = Catalog(project="Tillsammans", charset="utf-8", fuzzy=False)
    for _, _, message, comments, context in extract_from_dir(root, methods, options, KEYWORDS[domain]):
        catalog.add(message, auto_comments=comments, context=context)
    return catalog


def write(catalog: Catalog, path: Path, language: Language | None = None) -> None:
    """Write a template, or the catalogue of a language; the file changes only when a sentence does."""
    body = io.BytesIO()
    write_po(body, catalog, width=110, no_location=True, sort_output=True, omit_header=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((_header(language) if language else "").encode() + body.getvalue())


def update(path: Path, template: Catalog) -> Catalog:
    """The catalogue at `path` with the sentences of `template`: none guessed, none lost that is still in the code."""
    catalog = Catalog()
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def _header(language: Language) -> str:
    headers = (
        ("Project-Id-Version", "Tillsammans"),
        ("Language", language.tag),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", language.plural),
    )
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in headers)
    return f'# The bot\'s own words in {language.swedish_name}.\nmsgid ""\nmsgstr ""\n{lines}\n'


def main(root: Path = ROOT) -> int:
    """Write the templates and update every catalogue there is, and those of the launch languages that are missing."""
    languages = Languages.load(root / "locales" / "languages.yaml")
    for domain, wanted in (("resident", languages.launch), ("staff", (languages.source,))):
        template = extract(domain, root)
        write(template, root / "locales" / f"{domain}.pot")
        for language in languages.values():
            path = catalogue_path(root / "locales", language.id, domain)
            if path.exists() or (language in wanted and language.id != "en"):
                write(update(path, template), path, language)
    return 0


if __name__ == "__main__":
    sys.exit(main())
