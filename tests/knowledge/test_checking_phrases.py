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


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("ask: [recept på gröt, 'Recept på  gröt']\n", 1, "stands twice under 'out-of-scope'"),
        (
            "ask:\n  - recept på gröt\n  - Söka lägenhet\n",
            3,
            "'Söka lägenhet' is out of scope, but 'housing-queue' answers it (knowledge/sv/housing.yaml:12)",
        ),
        ("ask: []\n", 1, "'ask' is empty"),
        ("ask:\n  - recept på gröt\n  -\n", 3, "is empty"),
        ("ask: recept på gröt\n", 1, "'ask' has the wrong form"),
        ("ask:\n  - recept\n  - {recept: gröt}\n", 3, "has the wrong form"),
        ("ask:\n  - recept\n  - '???'\n", 3, "has no letter or figure"),
        (f"ask: [{'gröt ' * 25}]\n", 1, "at most 120 characters"),
        ("asks: [recept]\n", 1, "'ask' is missing"),
        ("ask: [recept]\nweather: [regn]\n", 2, "'weather' is not a field here"),
        ("- recept\n", 1, "must begin with 'name: value' lines"),
        ("", 1, "the file is empty"),
    ],
)
def test_what_is_wrong_with_questions_out_of_scope_is_told_in_its_line(
    small_content: SmallContent, languages: Languages, text: str, line: int, what: str
) -> None:
    small_content.save("sv/out-of-scope.yaml", text)
    errors = [
        one for one in small_content.load(languages).problems.errors if one.path == "knowledge/sv/out-of-scope.yaml"
    ]
    assert (line, True) in [(one.line, what in one.render()) for one in errors]


def test_easy_swedish_shares_the_questions_out_of_scope_of_swedish(
    small_content: SmallContent, languages: Languages
) -> None:
    small_content.save("sv/out-of-scope.yaml", "ask: [recept på gröt]\n")
    small_content.save("sv-simple/out-of-scope.yaml", "ask: [hur blir vädret]\n")
    brain = small_content.load(languages).brain
    assert brain is not None
    for text in ("recept på gröt", "hur blir vädret"):
        assert brain.understanding.understand(text, "sv").candidates == ()
