from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation.brain import Brain
from bot.insight.translation_report import TranslationReport, has_translations, read_terms, translation_report
from bot.languages.table import Languages
from tests.small_content import SmallContent

TERMS = {"en": {"bostadskö": "housing queue", "registrera": "register"}}


def english(content: SmallContent, languages: Languages) -> TranslationReport:
    brain = content.load(languages).brain
    assert brain is not None
    return translation_report(brain, brain.languages["en"], TERMS)


def test_placeholders_that_are_left_out_are_counted(small_content: SmallContent, languages: Languages) -> None:
    assert english(small_content, languages).placeholders == 1.0
    small_content.change("en/housing.yaml", "You must be {queue.age}.", "You must be old enough.")
    assert english(small_content, languages).placeholders == 0.0


def test_agreed_terms_are_looked_for_where_the_swedish_text_has_them(
    small_content: SmallContent, languages: Languages
) -> None:
    assert english(small_content, languages).terms == 1.0
    small_content.change("en/housing.yaml", "Register at", "Sign up at")
    assert english(small_content, languages).terms == 0.0


def test_a_list_of_terms_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "fi.yaml").write_text("hyra: vuokra\n", encoding="utf-8")
    (tmp_path / "so.yaml").write_text(": : :", encoding="utf-8")
    assert read_terms(tmp_path) == {"fi": {"hyra": "vuokra"}}


@pytest.mark.parametrize("language_id", ["ar", "fi", "so", "uk", "fa", "bs"])
def test_translations_keep_every_fact_and_their_own_script(brain: Brain, language_id: str) -> None:
    row = translation_report(brain, brain.languages[language_id], {})
    assert row.topics == 118
    assert row.placeholders == 1.0
    assert row.own_script > 0.8
    assert not row.outliers


def test_swedish_is_no_translation(brain: Brain, languages: Languages) -> None:
    assert not has_translations(brain, languages["sv"])
    assert has_translations(brain, languages["en"])
