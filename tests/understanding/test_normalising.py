"""One spelling for what people type in many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.normalising import LENGTH_LIMIT, fold, normalise, words

LANGUAGES = [None, "sv", "en", "ar", "fi", "so", "uk", "fa", "prs", "ti", "ckb", "kmr", "bs", "tr", "am", "fr", "th"]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        (None, "Hej,  DÄR!", "hej där"),
        (None, "０５２２ ٦٩ ۶۰", "0522 69 60"),
        ("uk", "сім'я", "сім’я"),
        ("uk", "ґанок", "ганок"),
        ("ru", "ещё", "еще"),
        ("ar", "مُسَاعَدَة", "مساعده"),
        ("ar", "أريد إلى آخر", "اريد الى اخر"),
        ("ar", "مـــدرسة", "مدرسه"),
        ("fa", "كتابخانه", "کتابخانه"),
        ("fa", "می‌خواهم", "میخواهم"),
        ("fa", "می خواهم", "می‌خواهم"),
        ("fa", "کتاب ها", "کتاب‌ها"),
        ("ckb", "له‌م", "لەم"),
        ("tr", "IĞDIR İstanbul", "ığdır istanbul"),
        ("am", "ሠላም ዓለም", "ሰላም አለም"),
        ("ti", "ፀሓይ", "ጸሓይ"),
        ("bs", "Љубав и џеп", "ljubav i džep"),
        ("fr", "l'école", "l école"),
        ("en", "heeeelp", "heelp"),
        ("en", "don\u2019t", "dont"),
        ("so", "su'aal", "suaal"),
        (None, "a\u202eb\u2066c\u200b", "abc"),
        (None, "👍🏽 ok ❤️", "ok"),
    ],
)
def test_spellings_that_mean_the_same_become_one(language: str | None, one: str, other: str) -> None:
    assert normalise(one, language) == normalise(other, language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("sv", "får", "far"), ("ti", "ዓይኒ", "ኣይኒ"), ("tr", "sınır", "sinir"), ("uk", "й", "и"), ("sv", "kö", "ko")],
)
def test_spellings_that_mean_something_else_stay_apart(language: str, one: str, other: str) -> None:
    assert normalise(one, language) != normalise(other, language)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("förskolekö", "forskoleko"),
        ("foerskola", "förskola"),
        ("gaar", "går"),
        ("łódź", "lodz"),
        ("đak", "dak"),
        ("çocuğun", "cocugun"),
        ("êvar", "evar"),
        ("ڕۆژ", "روژ"),
    ],
)
def test_folding_forgives_a_foreign_keyboard(one: str, other: str) -> None:
    assert fold(normalise(one)) == fold(normalise(other))


def test_folding_leaves_other_scripts_whole() -> None:
    assert fold("йод") == "йод"
    assert fold("ትምህርቲ") == "ትምህርቲ"


def test_arabic_script_has_one_spelling_whatever_the_language() -> None:
    for text in ("كيف يمكنني", "چگونه می‌توانم", "چۆن دەتوانم"):
        assert set(normalise(text)) <= set(normalise(text, "ar")) | set(normalise(text, "ckb"))
    assert normalise("خبرني") == normalise("خبرني", "ar") == normalise("خبرني", "fa")


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_any_text_gives_words_parted_by_single_spaces(text: str, language: str | None) -> None:
    normal = normalise(text, language)
    assert normal == " ".join(words(normal))
    assert len(normal) <= LENGTH_LIMIT
    assert all(character == " " or not character.isspace() for character in normal)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_case_and_surrounding_punctuation_change_nothing(text: str) -> None:
    assert normalise(f" ¿ {text} !? ") == normalise(text)


def test_a_hostile_paste_costs_bounded_time() -> None:
    assert len(normalise("\ufdfa" * 100_000)) <= LENGTH_LIMIT
    assert len(normalise("a b" * 100_000)) <= LENGTH_LIMIT
    assert normalise("\ud800 lone") == "lone"
