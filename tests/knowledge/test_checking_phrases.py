from __future__ import annotations

import pytest

from bot.languages.table import Languages
from tests.small_content import SmallContent

PHRASES = "housing-queue: [kolejka po mieszkanie, szukam mieszkania]\nemergency-112: [pali się]\n"


def test_a_language_with_phrases_and_no_answers_is_understood_and_answered_in_the_nearest(
    small_content: SmallContent, languages: Languages
) -> None:
    small_content.save("pl/ask.yaml", PHRASES)
    brain = small_content.load(languages).brain
    assert brain is not None
    understood = brain.understanding.understand("szukam mieszkania", "pl")
    assert understood.topics == ("housing-queue",)
    assert brain.card("housing-queue", "pl").language.id == "en"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("housing-queue: [pali się]\nemergency-112: [Pali  się]\n", 2, "'Pali  się' also asks for 'housing-queue'"),
        ("housing-queue: [dom, dom]\n", 1, "'dom' stands twice under 'housing-queue'"),
        ("housing-queu: [dom]\n", 1, "there is no topic 'housing-queu'"),
        ("housing-queue: [dom]\nemergency-112: ['!!!']\n", 2, "has no letter or figure"),
        ("housing-queue: dom\n", 1, "has the wrong form"),
    ],
)
def test_what_is_wrong_with_phrases_is_told_in_its_line(
    small_content: SmallContent, languages: Languages, text: str, line: int, what: str
) -> None:
    small_content.save("pl/ask.yaml", text)
    errors = [one for one in small_content.load(languages).problems.errors if one.path == "knowledge/pl/ask.yaml"]
    assert [(one.line, what in one.render()) for one in errors] == [(line, True)]
