"""Groups: the bot speaks when spoken to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.languages.bidi import strip_controls
from tests.channels.telegram.conftest import FakeDialogue
from tests.standin.people import ATTACHMENTS, Person, buttons, make_group
from tests.standin.running import Running, running_bot
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


async def test_administrators_who_write_in_the_name_of_the_group_are_people(
    neighbour: Person, fake: FakeDialogue
) -> None:
    neighbour.user |= {"is_bot": True, "username": "GroupAnonymousBot"}
    await neighbour.say(f"@{NAME} sfi", sender_chat=neighbour.chat.data)
    assert await heard(neighbour, fake) == ["sfi"]


async def test_an_edited_question_changes_its_line(neighbour: Person) -> None:
    question = await neighbour.say(f"@{NAME} sfi")
    (first,) = await neighbour.hears()
    await neighbour.edit(question, f"@{NAME} bug")
    await neighbour.edit(question, f"@{NAME} answer")
    assert (await neighbour.hears())[0]["message_id"] == first["message_id"]


async def test_the_language_is_that_of_whoever_asks(neighbour: Person, fake: FakeDialogue, bot: Running) -> None:
    await bot.subscribers.choose_language(5, "so")
    await neighbour.say(f"@{NAME} sfi")
    await neighbour.hears()
    assert fake.messages[0].chosen == "so"


async def test_the_bot_greets_a_group_it_is_added_to_in_one_line(neighbour: Person) -> None:
    await neighbour.add_bot()
    (greeting,) = await neighbour.hears()
    assert strip_controls(greeting["text"]) == (
        f"Hello! I answer questions about life in Uddevalla. Write @{NAME} and your question."
    )
    assert [button["url"] for button in buttons(greeting)] == [f"https://t.me/{NAME}"]


async def test_a_bot_that_is_removed_or_made_administrator_says_nothing(neighbour: Person) -> None:
    await neighbour.change_membership("member", "kicked")
    assert await neighbour.hears() == []


# One line ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def real(standin: StandIn, dialogue: Dialogue, tmp_path: Path) -> AsyncIterator[Person]:
    """A neighbour in a group, whose phone is set to English, and the bot with the content of the repository."""
    async with running_bot(standin.url, dialogue, tmp_path / "real.db"):
        yield Person(standin.world, 5, "en", group=make_group(standin.world))


async def test_an_answer_is_one_line_and_a_way_to_the_rest(real: Person, brain: Brain) -> None:
    await real.say(f"@{NAME} how to apply for sfi")
    answer = await real.last()
    assert answer["text"].startswith(brain.title("sfi", "en"))
    assert "\n" not in answer["text"]
    assert [button["url"] for button in buttons(answer)] == [f"https://t.me/{NAME}?start=sfi__en"]


async def test_in_danger_a_group_sees_the_number_and_nothing_else(real: Person, brain: Brain) -> None:
    await real.say(f"@{NAME} my husband beats me")
    answer = await real.last()
    assert answer["text"] == "In danger now? Call 112. I answer in private, so that only you see it."
    assert [button["url"] for button in buttons(answer)] == [f"https://t.me/{NAME}"]


async def test_what_is_no_answer_is_left_for_the_private_chat(real: Person) -> None:
    for text in ("/help", f"@{NAME}", f"@{NAME} rent", f"/start@{NAME}"):
        await real.say(text)
        assert (await real.last())["text"] == "I answer in private, so that only you see it."


async def test_that_there_is_no_answer_is_said_in_one_line(real: Person) -> None:
    await real.say(f"@{NAME} how do I breed unicorns")
    assert (await real.last())["text"] == "I do not have an answer to that."


async def test_an_old_button_in_a_group_gives_one_line_too(real: Person, standin: StandIn) -> None:
    old = standin.world.post(real.chat, {"text": "an answer of an earlier version"}, standin.world.me)
    await real.tap_code(old, "+topic:violence-women-helpline:en")
    assert (await real.last())["text"] == "I answer in private, so that only you see it."


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
