"""Words of Thai runs, on a dictionary of a few words and on that of the bot."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.material import development_questions
from bot.conversation.brain import Brain
from bot.conversation.loading import examples_of, read_profiles
from bot.insight.evaluation import outcome
from bot.knowledge.problems import Problems
from bot.settings import ROOT
from bot.understanding.normalising import LENGTH_LIMIT, normalise, words
from bot.understanding.word_parting import WordParter

# Cat, to sleep, on, sofa, water, to drink water, milk.
PARTER = WordParter(["แมว", "นอน", "บน", "โซฟา", "น้ำ", "ดื่มน้ำ", "นม"])


def part(text: str) -> list[str]:
    return PARTER.part(words(normalise(text)))


def test_a_run_is_parted_into_the_fewest_words() -> None:
    assert part("แมวนอนบนโซฟา") == ["แมว", "นอน", "บน", "โซฟา"]
    assert part("แมวดื่มน้ำ") == [normalise(word) for word in ("แมว", "ดื่มน้ำ")]


def test_what_no_word_covers_stays_together() -> None:
    assert part("แมวชื่ออุดเดนอน") == ["แมว", "ชื่ออุดเด", "นอน"]
    assert part("แมวbankidนอน") == ["แมว", "bankid", "นอน"]


def test_nothing_is_cut_between_a_letter_and_its_vowel() -> None:
    assert part("นมี") == ["นมี"]


@pytest.mark.parametrize("text", ["", "cat on the sofa", "قطة", "แมว 112 นอน"])
def test_what_is_parted_already_stays_as_it_is(text: str) -> None:
    assert part(text) == words(normalise(text))


def test_a_run_of_any_length_and_make_ends() -> None:
    assert "".join(part("แมว" * LENGTH_LIMIT)) == normalise("แมว" * LENGTH_LIMIT)
    assert part("\u0e31\u0e31") == ["\u0e31\u0e31"]
    assert WordParter([]).part(["แมวนอน"]) == ["แมวนอน"]


def test_the_dictionary_knows_the_words_of_our_thai_phrases(brain: Brain) -> None:
    """Cut the words of new phrases and add them to `dictionary` in locales/identification.yaml when this fails."""
    profiles = read_profiles(Path(ROOT / "locales" / "identification.yaml"), Problems())
    dictionary = next(one.dictionary for one in profiles if one.id == "th")
    parter, known = WordParter(dictionary), {normalise(word) for word in dictionary}
    phrases = [one.text for one in examples_of(brain.content, brain.languages) if one.language == "th"]
    found = [
        word for text in phrases for word in parter.part(words(normalise(text))) if "\u0e00" <= word[0] <= "\u0e7f"
    ]
    assert sum(len(word) for word in found if word in known) / sum(map(len, found)) >= 0.9


def test_thai_questions_are_found_by_their_words(brain: Brain) -> None:
    asked = [one for one in development_questions() if one.language == "th" and one.topics]
    outcomes = [outcome(one, brain.understanding.understand(one.text)) for one in asked]
    assert outcomes.count("right") / len(asked) >= 0.5
    assert outcomes.count("wrong") / len(asked) <= 0.1
