"""The letter decoder: a Swedish word out of a letter, explained in the resident's language."""

from __future__ import annotations

from datetime import date

import pytest

from bot.conversation.dialogue import Dialogue
from bot.conversation.replies import Kind, Message, Reply
from bot.languages.table import Languages
from tests.small_content import SmallContent

GLOSSARY = """\
delgivning:
  sender: En domstol
  means: Ett sätt att visa att du har fått brevet.
  do: Skriv under och skicka tillbaka.
  topics: [housing-queue]
"""
ENGLISH = (
    "delgivning:\n  sender: A court\n  means: A way to show that you got the letter.\n  do: Sign it and send it back.\n"
)


@pytest.fixture
def dialogue(small_content: SmallContent, languages: Languages) -> Dialogue:
    small_content.save("glossary/sv.yaml", GLOSSARY)
    small_content.save("glossary/en.yaml", ENGLISH)
    loaded = small_content.load(languages)
    brain = loaded.brain
    assert brain is not None, [problem.render() for problem in loaded.problems.errors]
    return Dialogue(lambda: brain, lambda: date(2026, 11, 21))


def say(dialogue: Dialogue, text: str, chosen: str) -> Reply:
    return dialogue.reply(Message(text=text, chosen=chosen))


@pytest.mark.parametrize("text", ["delgivning", "Delgivningen", "delgivnig", "beslutsdelgivning"])
def test_a_single_word_is_explained_with_topics_to_read_on(dialogue: Dialogue, text: str) -> None:
    reply = say(dialogue, text, "en")
    assert reply.kind is Kind.ANSWER
    assert "A way to show that you got the letter." in reply.text
    assert "A court" in reply.text
    assert reply.topics == ("housing-queue",)
    assert reply.buttons[0][0].action.about == "housing-queue"


def test_a_language_without_the_explanation_gets_the_fallback_and_is_told(
    dialogue: Dialogue, languages: Languages
) -> None:
    reply = say(dialogue, "delgivning", "uk")
    assert "A way to show that you got the letter." in reply.text
    assert languages["uk"].name in reply.text


def test_a_longer_question_nobody_can_answer_still_gets_the_word_explained(dialogue: Dialogue) -> None:
    reply = say(dialogue, "zxqv qqwx wwzz a delgivning vvxx", "en")
    assert reply.kind is not Kind.ANSWER
    assert "A way to show that you got the letter." in reply.text


def test_a_wrong_entry_is_told_with_its_place(small_content: SmallContent, languages: Languages) -> None:
    small_content.save(
        "glossary/sv.yaml", GLOSSARY.replace("[housing-queue]", "[housing-cue]").replace("brevet.", "brevet 14 dagar.")
    )
    small_content.save("glossary/en.yaml", ENGLISH.replace("delgivning", "delgifning"))
    told = [problem.render() for problem in small_content.load(languages).problems.errors]
    assert any("glossary/sv.yaml:5" in line and "did you mean 'housing-queue'?" in line for line in told)
    assert any("glossary/sv.yaml:3" in line and "the figure 14" in line for line in told)
    assert any("glossary/en.yaml:1" in line and "did you mean 'delgivning'?" in line for line in told)
