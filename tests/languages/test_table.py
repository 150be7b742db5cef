from __future__ import annotations

from pathlib import Path

import pytest
from babel import Locale

from bot.languages.table import Languages, LanguageTableError

LAUNCH = ("sv", "sv-simple", "en", "ar", "fi", "so", "uk", "fa", "ti", "ckb", "kmr", "bs")
NEXT = ("prs", "pl", "ru", "es", "tr", "fr", "ps", "th", "am")


def test_twelve_languages_are_launched_and_nine_are_next(languages: Languages) -> None:
    assert tuple(language.id for language in languages.launch) == LAUNCH
    assert tuple(languages) == LAUNCH + NEXT


@pytest.mark.parametrize("language_id", LAUNCH + NEXT)
def test_every_fallback_ends_in_swedish_and_repeats_nothing(languages: Languages, language_id: str) -> None:
    chain = [language.id for language in languages.chain(language_id)]
    assert chain[0] == language_id
    assert chain[-1] == "sv"
    assert len(chain) == len(set(chain))


def test_dari_falls_back_to_persian_before_english(languages: Languages) -> None:
    assert [language.id for language in languages.chain("prs")][:3] == ["prs", "fa", "en"]


@pytest.mark.parametrize("language_id", LAUNCH + NEXT)
def test_every_language_has_cldr_names(languages: Languages, language_id: str) -> None:
    locale = Locale.parse(languages[language_id].babel)
    assert len(set(locale.months["format"]["wide"].values())) == 12


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("sv-SE", "sv"),
        ("en-US", "en"),
        ("nb", "sv"),
        ("ku", "kmr"),
        ("hr", "bs"),
        ("sr-Latn-RS", "bs"),
        ("fa-AF", "prs"),
        ("fa", "fa"),
        ("prs", "prs"),
        ("AR_eg", "ar"),
        ("pt-br", None),
        ("zh-hans", None),
        ("", None),
        (None, None),
        ("'; drop table", None),
    ],
)
def test_a_clients_language_tag_is_matched_to_ours(languages: Languages, tag: str | None, expected: str | None) -> None:
    assert languages.negotiate(tag) == expected


def test_easy_swedish_is_spoken_as_swedish_and_dari_as_persian(languages: Languages) -> None:
    assert (languages["sv-simple"].spoken, languages["prs"].spoken, languages["ckb"].spoken) == ("sv", "fa", "ckb")


def test_names_in_the_menu_are_own_names_without_flags(languages: Languages) -> None:
    names = [language.name for language in languages.values()]
    assert len(set(names)) == len(names)
    assert not any(0x1F1E6 <= ord(character) <= 0x1F1FF for name in names for character in name)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sv: [", "cannot be read"),
        ("sv: {tag: sv}", "is not described"),
        ("- sv", "is not described"),
    ],
)
def test_a_broken_table_says_which_file(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "languages.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LanguageTableError, match=told) as caught:
        Languages.load(path)
    assert "languages.yaml" in str(caught.value)


def test_a_missing_table_says_which_file(tmp_path: Path) -> None:
    with pytest.raises(LanguageTableError, match=r"nowhere\.yaml"):
        Languages.load(tmp_path / "nowhere.yaml")
