"""Conversations over real HTTP, with a dialogue that repeats what was said."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from bot.conversation.actions import Action, Verb
from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.conversation.replies import Message, Reply
from tests.channels.telegram.conftest import FakeDialogue
from tests.standin import faults
from tests.standin.faults import FloodLimit
from tests.standin.people import ATTACHMENTS, Person, buttons
from tests.standin.running import Running, eventually, running_bot
from tests.standin.server import StandIn

CHAT = 5


@pytest.fixture
def kim(standin: StandIn, bot: Running) -> Person:
    """Somebody whose phone is set to Somali."""
    return Person(standin.world, CHAT, "so")


def codes(message: dict[str, object]) -> list[str]:
    return [button["callback_data"] for button in buttons(message)]


async def test_what_is_written_reaches_the_dialogue_and_its_reply_the_chat(kim: Person, fake: FakeDialogue) -> None:
    await kim.say("<b>hej</b> & hallå")
    message = await kim.last()
    assert message["text"] == "you said <b>hej</b> & hallå"
    assert message["link_preview_options"] == {"is_disabled": True}
    assert (fake.messages[0].chosen, fake.messages[0].client_language) == (None, "so")


async def test_a_choice_is_stored_and_used_from_then_on(kim: Person, fake: FakeDialogue, bot: Running) -> None:
    await kim.say("menu")
    await kim.hears()
    assert await bot.subscribers.language_of(CHAT) is None
    await kim.tap("Uk")
    await kim.hears()
    assert await bot.subscribers.language_of(CHAT) == "uk"
    await kim.say("hej")
    await kim.hears()
    assert fake.messages[-1].chosen == "uk"


async def test_the_menu_of_commands_follows_the_choice_and_goes_with_it(
    kim: Person, standin: StandIn, bot: Running
) -> None:
    await kim.say("menu")
    await kim.hears()
    await kim.tap("Uk")
    await kim.hears()
    own = ('{"chat_id": 5, "type": "chat"}', "")
    assert [command["command"] for command in standin.world.commands[own]][:2] == ["topics", "activities"]
    message = await kim.last()
    await kim.tap_code(message, Action(Verb.FORGET_CONFIRMED).encode())
    await kim.hears()
    assert own not in standin.world.commands
    assert await bot.subscribers.language_of(CHAT) is None


async def test_choosing_the_same_language_again_writes_no_menu(kim: Person, standin: StandIn) -> None:
    await kim.say("menu")
    message = await kim.last()
    for _ in range(2):
        await kim.tap_code(message, "choose:uk")
        await kim.hears()
    assert sum("scope" in call for call in standin.world.calls_of("setMyCommands")) == 1


# Taps --------------------------------------------------------------------------------------------------------------


async def test_menus_change_in_place_and_every_tap_is_acknowledged(kim: Person, standin: StandIn) -> None:
    await kim.say("menu")
    await kim.hears()
    query = await kim.tap("Areas")
    (message,) = await kim.hears()
    assert message["text"] == "you said areas"
    assert standin.world.answered_queries == [query]


async def test_an_answer_stays_unless_the_button_shows_it_otherwise(kim: Person) -> None:
    await kim.say("answer")
    message = await kim.last()
    await kim.tap("Areas")
    first, second = await kim.hears()
    assert (first["text"], second["text"]) == ("you said answer", "you said areas")
    await kim.tap_code(message, "swedish:sfi:uk")
    first, _ = await kim.hears()
    assert first["text"] == "you said swedish:sfi:uk"


async def test_tapping_twice_is_no_error(kim: Person, standin: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    await kim.say("menu")
    message = await kim.last()
    for _ in range(2):
        await kim.tap_code(message, "areas")
        await kim.hears()
    assert len(await kim.hears()) == 1
    assert "not answered" not in caplog.text


async def test_a_tap_too_old_to_be_acknowledged_is_answered(kim: Person, standin: StandIn) -> None:
    await kim.say("menu")
    message = await kim.last()
    standin.fail("answerCallbackQuery", faults.Fault(400, "Bad Request: query is too old"))
    await kim.tap_code(message, "areas")
    assert (await kim.last())["text"] == "you said areas"


async def test_under_a_message_too_old_to_be_changed_the_answer_is_a_new_message(kim: Person) -> None:
    await kim.say("menu")
    message = await kim.last()
    await kim.tap_code(message, "areas", is_old=True)
    first, second = await kim.hears()
    assert (first["text"], second["text"]) == ("you said menu", "you said areas")


async def test_a_message_that_is_gone_is_answered_with_a_new_one(kim: Person, standin: StandIn) -> None:
    await kim.say("menu")
    message = await kim.last()
    del standin.world.chats[CHAT].messages[message["message_id"]]
    await kim.tap_code(message, "areas")
    assert (await kim.last())["text"] == "you said areas"


@pytest.mark.parametrize(
    "code", ["", "old-button", "topic:a:b:c:d", "+", "hide:x,-5,99999", "choose:klingon", "😀" * 16]
)
async def test_old_and_forged_buttons_do_no_harm(
    kim: Person, standin: StandIn, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    await kim.say("menu")
    message = await kim.last()
    query = await kim.tap_code(message, code)
    await kim.hears()
    assert query in standin.world.answered_queries
    await kim.say("still there?")
    assert (await kim.last())["text"] == "you said still there?"


# Edited questions --------------------------------------------------------------------------------------------------


async def test_an_edited_question_changes_its_answer(kim: Person) -> None:
    question = await kim.say("sif")
    await kim.hears()
    await kim.edit(question, "sfi")
    (message,) = await kim.hears()
    assert message["text"] == "you said sfi"


async def test_an_edit_of_a_question_long_ago_is_answered_anew(kim: Person, standin: StandIn) -> None:
    question = standin.world.post(standin.world.chats[CHAT], {"text": "sif"}, kim.user)
    await kim.edit(question, "sfi")
    assert (await kim.last())["text"] == "you said sfi"


async def test_live_locations_that_move_are_not_answered_again(kim: Person, standin: StandIn) -> None:
    message = await kim.send(ATTACHMENTS["location"])
    assert len(await kim.hears()) == 1
    await standin.world.tell("edited_message", message | {"edit_date": 1})
    assert len(await kim.hears()) == 1


# Sensitive answers -------------------------------------------------------------------------------------------------


async def test_a_crisis_answer_makes_no_sound_and_can_be_hidden_with_its_question(
    kim: Person, standin: StandIn
) -> None:
    question = await kim.say("crisis")
    answer = await kim.last()
    assert next(standin.world.calls_of("sendMessage"))["disable_notification"] is True
    await kim.tap("Hide this")
    await kim.hears()
    assert set(standin.world.chats[CHAT].deleted) == {question["message_id"], answer["message_id"]}


async def test_shown_in_swedish_it_can_be_hidden_with_its_question_all_the_same(kim: Person, standin: StandIn) -> None:
    await kim.say("crisis")
    await kim.hears()
    await kim.tap("Svenska")
    assert (await kim.last())["text"] == "you said swedish:crisis"
    await kim.tap("Hide this")
    await kim.hears()
    assert not standin.world.chats[CHAT].messages


async def test_an_ordinary_answer_makes_a_sound_and_has_nothing_to_hide(kim: Person, standin: StandIn) -> None:
    await kim.say("menu")
    assert "Hide this" not in [button["text"] for button in buttons(await kim.last())]
    assert "disable_notification" not in next(standin.world.calls_of("sendMessage"))


async def test_what_is_too_old_to_be_deleted_is_emptied(kim: Person, standin: StandIn) -> None:
    await kim.say("crisis")
    answer = await kim.last()
    for message in standin.world.chats[CHAT].messages.values():
        message["date"] -= 50 * 3600
    await kim.tap("Hide this")
    (message,) = await kim.hears()
    assert message["message_id"] == answer["message_id"]
    assert message["text"] == "…"
    assert not buttons(message)


async def test_what_others_may_see_of_a_crisis_answer_is_numbers_only(
    standin: StandIn, dialogue: Dialogue, brain: Brain, tmp_path: Path
) -> None:
    async with running_bot(standin.url, dialogue, tmp_path / "real.db"):
        kim = Person(standin.world, 5, "en")
        await kim.say("my husband beats me")
        message = dict(await kim.last())
        await kim.tap_code(message, "swedish:violence-women-helpline:en")
        beside = await kim.last()
    assert sum(entity["type"] == "spoiler" for entity in beside["entities"]) == 2
    assert beside["text"].split("\n")[0] == message["text"].split("\n")[0]
    first, title = message["text"].split("\n\n")[:2]
    numbers = {fact.value for fact in brain.content.facts.values() if fact.kind == "phone"}
    assert set(first.split(" · ")) <= numbers
    assert title == brain.title("violence-women-helpline", "en")
    covered = [entity for entity in message["entities"] if entity["type"] == "spoiler"]
    assert [message["text"][one["offset"] :][: one["length"]] for one in covered] == [title]


# Everything that is no text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ATTACHMENTS)
async def test_what_is_no_text_gets_help(kim: Person, kind: str) -> None:
    await kim.send(ATTACHMENTS[kind])
    assert (await kim.last())["text"] == "you said nothing"


async def test_what_is_no_text_is_told_apart_from_what_is(kim: Person, fake: FakeDialogue) -> None:
    await kim.send(ATTACHMENTS["voice"])
    await kim.say("hej")
    await kim.hears()
    assert [message.is_unreadable for message in fake.messages] == [True, False]


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "\x00", "😀" * 300, "x" * 4000, "<b>" * 500, "&lt;", "/", "/ /", "\n", "@", "👍🏽"],
)
async def test_any_text_is_answered(kim: Person, text: str, caplog: pytest.LogCaptureFixture) -> None:
    await kim.say(text)
    assert len(await kim.hears()) == 1
    assert "not answered" not in caplog.text


@pytest.mark.parametrize("kind", ["channel_post", "edited_channel_post"])
async def test_channels_get_silence(kim: Person, standin: StandIn, kind: str) -> None:
    channel = {"id": -1009, "type": "channel", "title": "Nyheter"}
    await standin.world.tell(kind, {"message_id": 1, "date": 0, "chat": channel, "text": "hej"})
    assert await kim.hears() == []


async def test_a_forwarded_message_is_a_question(kim: Person) -> None:
    origin = {"type": "hidden_user", "date": 0, "sender_user_name": "Kim"}
    await kim.say("bostadsbidrag", forward_origin=origin)
    assert (await kim.last())["text"] == "you said bostadsbidrag"


async def test_the_words_under_a_picture_are_a_question(kim: Person) -> None:
    await kim.send(ATTACHMENTS["photo"] | {"caption": "what is this letter?"})
    assert (await kim.last())["text"] == "you said what is this letter?"


async def test_an_album_gets_one_answer(kim: Person) -> None:
    for _ in range(4):
        await kim.send(ATTACHMENTS["photo"] | {"media_group_id": "7"})
    assert len(await kim.hears()) == 1


async def test_service_messages_get_silence(kim: Person, standin: StandIn) -> None:
    await kim.send({"pinned_message": {"message_id": 1, "date": 0, "chat": kim.chat.data}})
    await kim.send({"new_chat_title": "Kim"})
    assert await kim.hears() == []


async def test_other_bots_get_silence(kim: Person) -> None:
    kim.user["is_bot"] = True
    await kim.say("hej")
    assert await kim.hears() == []


async def test_a_file_follows_the_answer(kim: Person, standin: StandIn) -> None:
    await kim.say("file")
    text, file = await kim.hears()
    assert text["text"] == "you said file"
    assert standin.world.files[file["document"]["file_id"]] == b"BEGIN:VCALENDAR"
    assert file["document"]["file_name"].endswith(".ics")


# Places and time ---------------------------------------------------------------------------------------------------


async def test_a_place_with_a_point_is_shown_on_the_map(kim: Person) -> None:
    await kim.say("places")
    text, venue = await kim.hears()
    assert text["text"] == "you said places"
    assert venue["venue"]["title"] == "Biblioteket"
    assert venue["venue"]["address"] == "Kungsgatan 1"
    assert venue["location"] == {"latitude": 58.35, "longitude": 11.93}


async def test_typing_is_shown_when_an_answer_takes_time_and_only_then(
    kim: Person, standin: StandIn, fake: FakeDialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kim.say("hej")
    await kim.hears()
    assert not list(standin.world.calls_of("sendChatAction"))
    monkeypatch.setattr("bot.channels.telegram.answering.TYPING_AFTER", 0.01)
    await kim.say("slow")
    await eventually(lambda: bool(list(standin.world.calls_of("sendChatAction"))))
    fake.may_answer.set()
    assert (await kim.last())["text"] == "you said slow"
    assert [call["action"] for call in standin.world.calls_of("sendChatAction")] == ["typing"]


async def test_only_what_may_take_long_is_answered_in_a_thread(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path
) -> None:
    kim, threads = Person(standin.world, CHAT), []

    class Watched:
        def reply(self, message: Message) -> Reply:
            threads.append(threading.current_thread() is threading.main_thread())
            return fake.reply(message)

    for is_ready in (False, True):
        async with running_bot(standin.url, Watched(), tmp_path / "bot.db", is_ready=is_ready):
            for text in ("short", "long " * 100):
                await kim.say(text)
                await kim.hears()
    assert threads == [False, False, True, False]


async def test_in_a_rush_other_work_is_done_between_two_questions(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path
) -> None:
    turns, seen = 0, []

    class Watched:
        def reply(self, message: Message) -> Reply:
            seen.append(turns)
            return fake.reply(message)

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    for number in range(10, 40):
        await Person(standin.world, number).say("hej")
    async with running_bot(standin.url, Watched(), tmp_path / "bot.db", is_ready=True):
        counting = asyncio.create_task(count_turns())
        await standin.world.all_confirmed()
        counting.cancel()
    assert len(seen) == len(set(seen)) == 30


# What goes wrong ---------------------------------------------------------------------------------------------------


async def test_a_fault_in_the_program_is_told_to_the_resident_and_logged_without_their_words(
    kim: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await kim.say("bug")
    assert (await kim.last())["text"].startswith("Something went wrong here.")
    assert "was not answered: KeyError in" in caplog.text
    assert "what the resident wrote" not in caplog.text
    await kim.say("hej")
    assert (await kim.last())["text"] == "you said hej"


async def test_whoever_blocks_the_bot_is_forgotten(kim: Person, bot: Running) -> None:
    await bot.subscribers.choose_language(CHAT, "ti")
    await kim.block()
    await kim.hears()
    assert await bot.subscribers.language_of(CHAT) is None
    await kim.unblock()
    await kim.say("hej")
    assert (await kim.last())["text"] == "you said hej"


async def test_a_chat_found_to_be_gone_when_answering_is_forgotten(
    kim: Person, bot: Running, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.subscribers.choose_language(CHAT, "ti")
    kim.chat.closed = "bot was blocked by the user"
    await kim.say("hej")
    await kim.hears()
    assert await bot.subscribers.language_of(CHAT) is None
    assert "not answered" not in caplog.text


async def test_formatting_that_telegram_refuses_does_not_keep_the_answer_back(
    kim: Person, standin: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    standin.fail("sendMessage", faults.Fault(400, "Bad Request: can't parse entities: unsupported"))
    await kim.say("hej")
    assert (await kim.last())["text"] == "you said hej"
    assert "sent without formatting" in caplog.text


@pytest.mark.parametrize(
    "fault",
    [
        faults.INTERNAL,
        faults.BAD_GATEWAY,
        faults.HANG_UP,
        faults.too_many_requests(4),
        faults.Fault(429, "Too Many Requests: retry after 4", retry_after="4"),
    ],
)
async def test_an_answer_that_could_not_be_sent_is_sent_again(
    kim: Person, standin: StandIn, bot: Running, fault: faults.Fault
) -> None:
    standin.fail("sendMessage", fault)
    await kim.say("hej")
    assert [message["text"] for message in await kim.hears()] == ["you said hej"]
    assert bot.pauses.seconds == [4.0 if fault.retry_after else 1.0]


@pytest.mark.parametrize(
    "fault",
    [
        faults.HANG_UP_WITHIN,
        faults.Fault(200, page="<html>cut"),
        faults.Fault(200, page='{"ok": true}'),
        faults.Fault(200, page='{"ok": true, "result": {"message'),
    ],
)
async def test_an_answer_that_may_have_arrived_is_sent_twice_at_most(
    kim: Person, standin: StandIn, caplog: pytest.LogCaptureFixture, fault: faults.Fault
) -> None:
    standin.fail("sendMessage", *[fault] * 5)
    await kim.say("hej")
    await kim.hears()
    assert standin.faults_left == 3
    assert "was not answered: Telegram fails: the reply" in caplog.text


async def test_in_a_flood_that_telegram_refuses_everybody_is_answered_once(standin: StandIn, bot: Running) -> None:
    """Telegram takes 30 messages a second; each second of theirs is 50 ms here."""
    standin.flood_limit = FloodLimit(30, 0.05)
    people = [Person(standin.world, number) for number in range(10, 260)]
    for person in people:
        await person.say("hej")
    await standin.world.all_confirmed()
    assert standin.flood_limit.refused > 100
    assert [len(standin.world.of_bot(person.chat.id)) for person in people] == [1] * len(people)
    assert bot.pauses.seconds.count(1.0) == standin.flood_limit.refused


async def test_an_edit_that_changes_nothing_leaves_the_answer_as_it_is(kim: Person, standin: StandIn) -> None:
    question = await kim.say("answer")
    answer = await kim.last()
    await kim.edit(question, "answer")
    assert await kim.hears() == [answer]
    assert len(list(standin.world.calls_of("sendMessage"))) == 1
    assert len(list(standin.world.calls_of("editMessageText"))) == 1


async def test_a_server_that_keeps_failing_for_one_chat_does_not_stop_the_others(
    kim: Person, standin: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    standin.fail("sendMessage", *[faults.INTERNAL] * 5)
    await kim.say("hej")
    assert await kim.hears() == []
    assert "was not answered: Telegram fails: Internal Server Error" in caplog.text
    await Person(standin.world, 6).say("hej")
    await standin.world.all_confirmed()
    assert len(standin.world.of_bot(6)) == 1
