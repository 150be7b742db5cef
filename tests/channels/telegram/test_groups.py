"""Groups: the bot speaks when spoken to."""

from __future__ import annotations

import pytest

from tests.channels.telegram.conftest import FakeDialogue
from tests.standin.people import ATTACHMENTS, Person, make_group
from tests.standin.running import Running
from tests.standin.server import StandIn

NAME = "tillsammans_test_bot"


@pytest.fixture
def neighbour(standin: StandIn, bot: Running) -> Person:
    return Person(standin.world, 5, "fa", group=make_group(standin.world))


async def heard(person: Person, fake: FakeDialogue) -> list[str]:
    """What reached the dialogue."""
    await person.hears()
    return [message.text for message in fake.messages]


async def test_people_talking_with_each_other_are_left_alone(neighbour: Person, fake: FakeDialogue) -> None:
    await neighbour.say("is anybody home?")
    await neighbour.say("call @someone_else")
    await neighbour.send(ATTACHMENTS["photo"])
    assert await heard(neighbour, fake) == []


async def test_a_mention_is_a_question_and_the_answer_shows_which(neighbour: Person, fake: FakeDialogue) -> None:
    question = await neighbour.say(f"@{NAME.upper()} when is the library open?")
    assert await heard(neighbour, fake) == ["when is the library open?"]
    assert (await neighbour.last())["reply_to_message"]["message_id"] == question["message_id"]


async def test_a_reply_to_the_bot_is_a_question(neighbour: Person, fake: FakeDialogue, standin: StandIn) -> None:
    said = standin.world.post(neighbour.chat, {"text": "an answer"}, standin.world.me)
    await neighbour.say("and on Sundays?", reply_to_message=said)
    assert await heard(neighbour, fake) == ["and on Sundays?"]


async def test_a_reply_to_somebody_else_is_not(neighbour: Person, fake: FakeDialogue) -> None:
    other = await neighbour.say("hello")
    await neighbour.say("hello you", reply_to_message=other)
    assert await heard(neighbour, fake) == []


@pytest.mark.parametrize(
    ("text", "is_for_us"),
    [
        ("/help", True),
        (f"/help@{NAME}", True),
        (f"/unknown@{NAME}", True),
        ("/help@another_bot", False),
        ("/weather", False),
    ],
)
async def test_commands_are_answered_when_they_are_ours(
    neighbour: Person, fake: FakeDialogue, text: str, is_for_us: bool
) -> None:
    await neighbour.say(text)
    assert await heard(neighbour, fake) == ([text] if is_for_us else [])


async def test_hiding_an_answer_leaves_what_others_wrote(neighbour: Person, standin: StandIn) -> None:
    await neighbour.say(f"@{NAME} crisis")
    answer = await neighbour.last()
    await neighbour.tap("Hide this")
    await neighbour.hears()
    assert neighbour.chat.deleted == [answer["message_id"]]


async def test_a_group_that_becomes_a_supergroup_keeps_its_language(standin: StandIn, bot: Running) -> None:
    old, new = make_group(standin.world, -7), make_group(standin.world, -1007)
    neighbour = Person(standin.world, 5, group=old)
    await bot.subscribers.choose_language(-7, "so")
    old.moved_to = -1007
    await neighbour.send({"migrate_to_chat_id": -1007})
    await neighbour.hears()
    assert await bot.subscribers.language_of(new.id) == "so"


async def test_an_answer_follows_a_group_that_has_just_moved(standin: StandIn, bot: Running) -> None:
    old, new = make_group(standin.world, -7), make_group(standin.world, -1007)
    old.moved_to = -1007
    await Person(standin.world, 5, group=old).say("/help")
    await standin.world.all_confirmed()
    assert len(standin.world.of_bot(new.id)) == 1
