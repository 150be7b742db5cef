"""What stands in the files reaches the understanding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.languages.table import Languages
from tests.small_content import SmallContent


def test_words_that_only_the_answer_holds_lead_to_its_topic(
    small_content: SmallContent, languages: Languages, today: Callable[[], date]
) -> None:
    brain = small_content.loader(languages).load(today()).brain
    assert brain is not None
    found = brain.understanding.understand("kan man registrera sig gratis", "sv")
    assert found.candidates[0].topic == "housing-queue"
