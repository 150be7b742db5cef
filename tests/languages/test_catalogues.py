from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.knowledge.problems import Problems
from bot.languages.bidi import CONTROLS
from bot.languages.catalogue_check import check_catalogues, fields, same_plurals
from bot.languages.extracting import extract, main
from bot.languages.table import Languages
from bot.languages.words import CatalogueError, Words, catalogue_path, read_catalogue
from bot.settings import ROOT

LOCALES = ROOT / "locales"
SWAPPED_ARABIC = (
    "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5;"
)


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LOCALES, tmp_path / "locales"))


def told(folder: Path, languages: Languages) -> list[str]:
    problems = Problems()
    check_catalogues(folder, languages, problems.tell, problems.mention)
    return [problem.render() for problem in problems]


def test_the_catalogues_in_the_repository_are_whole(languages: Languages) -> None:
    assert told(LOCALES, languages) == []


@pytest.mark.parametrize("domain", ["resident", "staff"])
def test_the_template_holds_what_the_code_says(domain: str) -> None:
    with (LOCALES / f"{domain}.pot").open("rb") as file:
        written = {message.id for message in read_po(file) if message.id}
    assert written == {message.id for message in extract(domain) if message.id}, "run: make words"


def test_a_catalogue_of_a_language_to_come_is_brought_up_to_date(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("*.pyc"))
    locales = Path(shutil.copytree(LOCALES, tmp_path / "locales", ignore=shutil.ignore_patterns("pl", "th")))
    path = catalogue_path(locales, "pl", "resident")
    path.parent.mkdir(parents=True)
    path.write_text('msgid "No longer said"\nmsgstr "Nie"\n\nmsgid "Today"\nmsgstr "Dzisiaj"\n', encoding="utf-8")
    main(tmp_path)
    with path.open("rb") as file:
        texts = {message.id: message.string for message in read_po(file) if message.id}
    assert texts["Today"] == "Dzisiaj"
    assert texts["Tomorrow"] == ""
    assert "No longer said" not in texts
    assert not catalogue_path(locales, "th", "resident").exists()
    assert not catalogue_path(locales, "en", "resident").exists()


def test_a_fuzzy_header_is_told_of_and_refused(locales: Path, languages: Languages) -> None:
    path = catalogue_path(locales, "uk", "resident")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('msgid ""\nmsgstr ""\n"Project', '#, fuzzy\nmsgid ""\nmsgstr ""\n"Project', 1), encoding="utf-8"
    )
    assert any("uk/LC_MESSAGES" in line and "fuzzy" in line for line in told(locales, languages))
    with pytest.raises(CatalogueError, match="fuzzy"):
        read_catalogue(path)


def test_swapped_arabic_plurals_are_told_of(locales: Path, languages: Languages) -> None:
    path = catalogue_path(locales, "ar", "resident")
    text = path.read_text(encoding="utf-8").replace(languages["ar"].plural, SWAPPED_ARABIC)
    path.write_text(text, encoding="utf-8")
    assert any("ar/LC_MESSAGES" in line and "plural rule" in line for line in told(locales, languages))


def test_plural_rules_are_compared_by_what_they_choose() -> None:
    assert same_plurals("nplurals=2; plural=(n != 1);", "nplurals=2; plural=n == 1 ? 0 : 1;")
    assert not same_plurals("nplurals=2; plural=n > 1;", "nplurals=2; plural=n != 1;")
    assert not same_plurals("nplurals=2; plural=import os;", "nplurals=2; plural=n != 1;")


def test_a_lost_value_and_a_missing_sentence_are_told_of(locales: Path, languages: Languages) -> None:
    path = catalogue_path(locales, "so", "resident")
    with path.open("rb") as file:
        texts = {message.id: message.string for message in read_po(file)}
    lost = str(texts["Facts checked: {date}"])
    text = path.read_text(encoding="utf-8").replace(lost, lost.replace("{date}", "{datum}"))
    path.write_text(text.replace(f'msgstr "{texts["Forget me"]}"', 'msgstr ""'), encoding="utf-8")
    found = told(locales, languages)
    assert any("Facts checked" in line and "datum" in line for line in found)
    assert any("'Forget me' is not translated" in line for line in found)


def test_a_missing_catalogue_is_told_of(locales: Path, languages: Languages) -> None:
    catalogue_path(locales, "fi", "resident").unlink()
    assert any("finska" in line for line in told(locales, languages))


def test_fields_of_a_broken_text_match_nothing() -> None:
    assert fields("{n} of {all}") == {"n", "all"}
    assert fields("{n of") == {"{"}


def test_values_are_isolated_in_right_to_left_words(languages: Languages) -> None:
    words = Words(LOCALES, languages)
    arabic = words.of("ar")("You have chosen {language}.", language="Svenska")
    assert "\u2068Svenska\u2069" in arabic
    assert not CONTROLS.search(words.of("sv")("You have chosen {language}.", language="Svenska"))


def test_a_language_without_words_of_its_own_falls_back_and_says_so(locales: Path, languages: Languages) -> None:
    catalogue_path(locales, "th", "resident").unlink(missing_ok=True)
    texts = Words(locales, languages).of("th")
    assert texts.language.id == "en"
    assert texts("Forget me") == "Forget me"


def test_without_words_of_its_own_dari_uses_the_persian_ones(locales: Path, languages: Languages) -> None:
    catalogue_path(locales, "prs", "resident").unlink()
    assert Words(locales, languages).of("prs").language.id == "fa"
