"""Questions about activities put as nobody foresaw, and questions that only look like them."""

from __future__ import annotations

import pytest

from bot.conversation.actions import Verb
from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.conversation.replies import Kind, Message

ASKED = {
    "vad händer på dalaberg i veckan": "area.dalaberg",
    "finns det något att göra för barn i helgen": "audience.children",
    "what's on in Dalaberg?": "area.dalaberg",
    "anything on tomorrow in uddevalla": "tomorrow",
    "what is on next week": "coming",
    "mitä tapahtuu uddevallassa tällä viikolla": "week",
    "ماذا يوجد في البلد غدا": "tomorrow",
    "що буде в місті на вихідних": "weekend",
    "vad händer på lördag": "saturday",
    "what's on this Friday?": "friday",
    "що буде в суботу": "saturday",
    "mitä tapahtuu lauantaina": "saturday",
    "ماذا يوجد يوم السبت": "saturday",
}
NOT_ASKED = (
    "vad händer med mina barn",
    "what is happening to my children",
    "what can I do today",
    "dalaberg",
    "i morgon",
    "när är nästa möte med socialtjänsten",
    "",
)


@pytest.mark.parametrize("text", ASKED)
def test_a_way_of_asking_with_a_time_or_an_area_asks_for_activities(brain: Brain, text: str) -> None:
    assert brain.activity_questions.wanted(text, brain.programme) == ASKED[text]


@pytest.mark.parametrize("text", NOT_ASKED)
def test_what_only_looks_like_it_does_not(brain: Brain, text: str) -> None:
    assert brain.activity_questions.wanted(text, brain.programme) is None


def test_an_unsure_question_about_activities_shows_them(dialogue: Dialogue) -> None:
    reply = dialogue.reply(Message(text="vad händer på dalaberg i veckan", chosen="sv"))
    assert reply.kind is Kind.MENU
    assert "Språkkafé" in reply.text


def test_a_title_offers_the_activity_beside_the_topics(dialogue: Dialogue, brain: Brain) -> None:
    assert brain.activity_questions.titled("när är språkkaféet?", brain.programme) == ("sample-language-cafe",)
    reply = dialogue.reply(Message(text="när är språkkaféet?", chosen="sv"))
    first = reply.buttons[0][0]
    assert (first.action.verb, first.action.about) == (Verb.ACTIVITY, "sample-language-cafe")


def test_a_sure_answer_stays_an_answer(dialogue: Dialogue) -> None:
    assert dialogue.reply(Message(text="activities for kids this weekend", chosen="en")).kind is Kind.ANSWER
