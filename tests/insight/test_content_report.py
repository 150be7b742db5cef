from __future__ import annotations

import pytest

from bot.conversation.brain import Brain
from bot.insight.content_report import lix, report


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0.0),
        ("Katten sover.", 2.0),
        ("Jag bor här. Du bor där.", 3.0),
        ("Folkbokföringen ändras.", 2 + 100 * 1 / 2),
    ],
)
def test_lix_follows_bjornsson(text: str, expected: float) -> None:
    assert lix(text) == pytest.approx(expected)


def test_every_answer_has_source_and_date_and_fits_a_message(brain: Brain) -> None:
    for row in report(brain):
        assert row.sourced == 1.0, row.language.id
        assert row.longest_units < 4096


def test_swedish_is_plain_and_easy_swedish_easier(brain: Brain) -> None:
    rows = {row.language.id: row for row in report(brain)}
    assert rows["sv"].lix <= 40
    assert rows["sv-simple"].lix <= 28
    assert rows["sv-simple"].words < rows["sv"].words


@pytest.mark.parametrize("language_id", ["sv", "sv-simple", "en"])
def test_every_topic_stands_with_twenty_phrases(brain: Brain, language_id: str) -> None:
    row = next(row for row in report(brain) if row.language.id == language_id)
    assert row.topics == len(brain.content.topics) == 118
    assert row.fewest_phrases >= 20
