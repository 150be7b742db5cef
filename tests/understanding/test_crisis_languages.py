"""The crisis rules of every language against its own sentences, and all of them together against everyone's."""

from __future__ import annotations

import random
import string
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.understanding.crisis import DANGERS, CrisisLane, CrisisRule

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
DOCUMENTS: dict[str, dict[str, Any]] = {
    path.stem: yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for path in sorted((KNOWLEDGE / "crisis").glob("*.yaml"))
}
# A file still being written holds no rules yet.
LANGUAGES = [language for language, document in DOCUMENTS.items() if document["rules"]]
LANE = CrisisLane(
    {
        language: [
            CrisisRule(rule["topic"], rule["danger"], tuple(rule["match"]), tuple(rule.get("unless", ())))
            for rule in DOCUMENTS[language]["rules"]
        ]
        for language in LANGUAGES
    }
)
# The answer to a more acute danger is never wrong where both are told of; whether a child writes of itself or an
# adult of it, and who strikes, often stands between the lines.
ALSO_RIGHT = {
    "child-helpline-bris": {"report-concern-child"},
    "report-concern-child": {"child-helpline-bris"},
    "stop-using-violence": {"violence-women-helpline", "report-concern-child"},
    "honour-violence": {"child-helpline-bris", "violence-women-helpline"},
    "emergency-112": set[str](),
}
LEAST_MUST_MATCH = {"sv": 40, "en": 40}
LEAST_MUST_NOT_MATCH = {"sv": 40, "en": 40}
LATIN = [
    language for language in ("sv", "en", "fi", "so", "kmr", "bs", "pl", "es", "tr", "fr") if language in LANGUAGES
]
TYPO_LENGTH = 6
LEAST_FOUND_WITH_A_TYPO = {"sv": 0.9, "en": 0.9}  # elsewhere 0.75: shorter words, fewer patterns


def must_match(language: str) -> list[tuple[str, str]]:
    return [(topic, text) for topic, texts in DOCUMENTS[language]["must_match"].items() for text in texts]


def safety_topics() -> set[str]:
    topics = yaml.safe_load((KNOWLEDGE / "sv" / "emergency-and-safety.yaml").read_text(encoding="utf-8"))
    return set(topics)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_danger_has_a_rule_and_every_rule_a_safety_topic(language: str) -> None:
    rules = DOCUMENTS[language]["rules"]
    assert {rule["danger"] for rule in rules} == set(DANGERS)
    assert {rule["topic"] for rule in rules} <= safety_topics()


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_sentences_to_judge_by(language: str) -> None:
    document = DOCUMENTS[language]
    assert len(must_match(language)) >= LEAST_MUST_MATCH.get(language, 25)
    assert len(document["must_not_match"]) >= LEAST_MUST_NOT_MATCH.get(language, 15)
    assert all(isinstance(text, str) for _, text in must_match(language))
    assert all(isinstance(text, str) for text in document["must_not_match"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_found_and_answered_by_its_topic(language: str) -> None:
    wrong = []
    for topic, text in must_match(language):
        hit = LANE.find(text, (language,))
        if hit is None or hit.topic not in {topic, "emergency-112"} | ALSO_RIGHT.get(topic, set()):
            wrong.append((topic, text, hit))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_found_whatever_language_is_expected(language: str) -> None:
    assert [text for _, text in must_match(language) if LANE.find(text) is None] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_ordinary_sentences_trigger_no_language_s_rules(language: str) -> None:
    hits = {text: LANE.find(text) for text in DOCUMENTS[language]["must_not_match"]}
    assert {text: hit for text, hit in hits.items() if hit} == {}


def mistyped(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    letter = chance.choice(string.ascii_lowercase)
    return chance.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        ]
    )


@pytest.mark.parametrize("language", LATIN)
def test_danger_is_found_in_spite_of_a_typo_in_a_long_word(language: str) -> None:
    chance = random.Random(f"typos of {language}")
    tried, found = 0, 0
    for _, text in must_match(language):
        spelled = text.split()
        for place, word in enumerate(spelled):
            if len(word) < TYPO_LENGTH or not word.isalpha():
                continue
            typed = [*spelled[:place], mistyped(word, chance), *spelled[place + 1 :]]
            tried += 1
            found += LANE.find(" ".join(typed)) is not None
    assert found >= LEAST_FOUND_WITH_A_TYPO.get(language, 0.75) * tried
