"""The stand-in refuses what Telegram refuses, and fails as told."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest

from tests.standin import faults
from tests.standin.conftest import Client
from tests.standin.people import ATTACHMENTS, Person, make_group
from tests.standin.server import StandIn
from tests.standin.world import Json

ARTICLE: Json = {"type": "article", "id": "1", "title": "a", "input_message_content": {"message_text": "a"}}


@pytest.fixture
def kim(standin: StandIn) -> Person:
    return Person(standin.world, 5, "so")


def keyboard(code: str) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": "tap", "callback_data": code}]]}


async def test_a_wrong_token_is_401_and_a_malformed_one_404(client: Client) -> None:
    assert (await client.call("getMe", token="1:wrong"))["error_code"] == 401
    assert (await client.call("getMe", token="wrong"))["error_code"] == 404


async def test_only_loopback_is_listened_on(standin: StandIn) -> None:
    assert standin.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": " \n"}, "message text is empty"),
        ({"text": "<b>a", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "a", "reply_markup": keyboard("a" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": keyboard("å" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}, "exactly one"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "https://a.se"}] * 9]}}, "too long"),
        ({"text": "a", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        ({"text": "a", "chat_id": 6}, "chat not found"),
    ],
)
async def test_messages_telegram_refuses(
    client: Client, kim: Person, parameters: dict[str, object], refusal: str
) -> None:
    assert refusal in await client.refusal("sendMessage", **({"chat_id": 5} | parameters))


async def test_the_longest_text_is_let_through_and_tags_do_not_count(client: Client, kim: Person) -> None:
    message = await client.result("sendMessage", chat_id=5, text=f"<b>{'a' * 4096}</b>", parse_mode="HTML")
    assert len(message["text"]) == 4096


async def test_unknown_parameters_are_refused_and_told(client: Client, standin: StandIn, kim: Person) -> None:
    assert "unknown 'colour'" in await client.refusal("sendMessage", chat_id=5, text="a", colour="red")
    assert standin.world.violations == ["sendMessage: unknown 'colour'"]


@pytest.mark.parametrize("text", ["\u202bnumber\u202c", "\u200f\u200fword"])
async def test_texts_that_telegram_would_change_are_told(
    client: Client, standin: StandIn, kim: Person, text: str
) -> None:
    await client.result("sendMessage", chat_id=5, text=text)
    assert "which Telegram takes out" in standin.world.violations[0]


async def test_edits_change_the_message_and_not_twice_the_same(client: Client, kim: Person) -> None:
    message = await client.result("sendMessage", chat_id=5, text="a", reply_markup=keyboard("x"))
    edit = {"chat_id": 5, "message_id": message["message_id"], "text": "b"}
    edited = await client.result("editMessageText", **edit)
    assert (edited["text"], "reply_markup" in edited) == ("b", False)
    assert "message is not modified" in await client.refusal("editMessageText", **edit)
    assert "not found" in await client.refusal("editMessageText", **(edit | {"message_id": 99}))


async def test_buttons_alone_can_be_changed(client: Client, kim: Person) -> None:
    message = await client.result("sendMessage", chat_id=5, text="a", reply_markup=keyboard("x"))
    edited = await client.result("editMessageReplyMarkup", chat_id=5, message_id=message["message_id"])
    assert edited["text"] == "a"
    assert "reply_markup" not in edited


async def test_others_messages_cannot_be_edited(client: Client, kim: Person) -> None:
    message = await kim.say("mine")
    edit = {"chat_id": 5, "message_id": message["message_id"], "text": "b"}
    assert "can't be edited" in await client.refusal("editMessageText", **edit)


async def test_messages_are_deleted_unless_they_are_old_or_anothers_in_a_group(
    client: Client, standin: StandIn, kim: Person
) -> None:
    message = await client.result("sendMessage", chat_id=5, text="a")
    assert await client.result("deleteMessage", chat_id=5, message_id=message["message_id"])
    assert "not found" in await client.refusal("deleteMessage", chat_id=5, message_id=message["message_id"])
    old = await client.result("sendMessage", chat_id=5, text="b")
    standin.world.chats[5].messages[old["message_id"]]["date"] -= 49 * 3600
    assert "can't be deleted" in await client.refusal("deleteMessage", chat_id=5, message_id=old["message_id"])
    group = make_group(standin.world)
    theirs = await Person(standin.world, 6, group=group).say("hej")
    assert "can't be deleted" in await client.refusal(
        "deleteMessage", chat_id=group.id, message_id=theirs["message_id"]
    )


async def test_taps_are_answered_once(client: Client, kim: Person) -> None:
    message = await client.result("sendMessage", chat_id=5, text="a", reply_markup=keyboard("x"))
    query = await kim.tap("tap")
    (update,) = await client.result("getUpdates")
    assert update["callback_query"]["message"]["message_id"] == message["message_id"]
    assert await client.result("answerCallbackQuery", callback_query_id=query)
    assert "query is too old" in await client.refusal("answerCallbackQuery", callback_query_id=query)


async def test_blocked_means_forbidden_and_is_told(client: Client, kim: Person) -> None:
    await kim.block()
    (update,) = await client.result("getUpdates")
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert await client.refusal("sendMessage", chat_id=5, text="a") == "Forbidden: bot was blocked by the user"


async def test_commands_are_kept_per_scope_and_language(client: Client, kim: Person) -> None:
    commands = [{"command": "help", "description": "Hjälp"}]
    chat = {"type": "chat", "chat_id": 5}
    await client.result("setMyCommands", commands=commands, language_code="sv")
    await client.result("setMyCommands", commands=commands[:0], scope=chat)
    assert await client.result("getMyCommands", language_code="sv") == commands
    assert await client.result("getMyCommands") == []
    await client.result("deleteMyCommands", language_code="sv")
    assert await client.result("getMyCommands", language_code="sv") == []
    assert "language code" in await client.refusal("setMyCommands", commands=commands, language_code="ckb")
    wrong = [{"command": "Hjälp", "description": "a"}]
    assert "BOT_COMMAND_INVALID" in await client.refusal("setMyCommands", commands=wrong)


@pytest.mark.parametrize("kind", ATTACHMENTS)
async def test_people_can_send_everything(client: Client, kim: Person, kind: str) -> None:
    await kim.send(ATTACHMENTS[kind])
    (update,) = await client.result("getUpdates")
    assert kind in update["message"]


# getUpdates --------------------------------------------------------------------------------------------------------


async def test_updates_come_again_until_they_are_confirmed(client: Client, kim: Person) -> None:
    await kim.say("one")
    await kim.say("two")
    first, second = await client.result("getUpdates")
    again = await client.result("getUpdates", offset=first["update_id"])
    assert [update["update_id"] for update in again] == [first["update_id"], second["update_id"]]
    assert await client.result("getUpdates", offset=second["update_id"]) == [second]
    assert await client.result("getUpdates", offset=second["update_id"] + 1) == []


async def test_asking_the_same_in_haste_gives_one_update_only(client: Client, kim: Person) -> None:
    for text in "abc":
        await kim.say(text)
    assert len(await client.result("getUpdates")) == 3
    assert len(await client.result("getUpdates")) == 1


async def test_a_long_poll_waits_for_the_next_update(client: Client, kim: Person) -> None:
    poll = asyncio.create_task(client.result("getUpdates", timeout=20))
    await asyncio.sleep(0.02)
    assert not poll.done()
    await kim.say("hej")
    assert (await poll)[0]["message"]["text"] == "hej"


async def test_a_second_poller_ends_the_first(client: Client, kim: Person) -> None:
    first = asyncio.create_task(client.call("getUpdates", timeout=20))
    await asyncio.sleep(0.02)
    second = asyncio.create_task(client.call("getUpdates", timeout=20))
    assert (await first)["error_code"] == 409
    await kim.say("hej")
    assert (await second)["ok"]


async def test_polling_is_refused_while_a_webhook_is_set(client: Client) -> None:
    await client.result("setWebhook", url="https://a.se/hook")
    assert "while webhook is active" in await client.refusal("getUpdates")
    assert (await client.result("getWebhookInfo"))["url"] == "https://a.se/hook"
    await client.result("deleteWebhook")
    assert await client.result("getUpdates") == []


async def test_only_the_wanted_kinds_of_updates_come(client: Client, kim: Person) -> None:
    await client.result("getUpdates", allowed_updates=["callback_query"])
    await kim.say("not wanted")
    assert await client.result("getUpdates", offset=1) == []


# Faults ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [faults.UNAUTHORIZED, faults.CONFLICT, faults.INTERNAL])
async def test_errors_are_given_once_as_told(client: Client, standin: StandIn, fault: faults.Fault) -> None:
    standin.fail("getMe", fault)
    assert (await client.call("getMe"))["error_code"] == fault.code
    assert (await client.call("getMe"))["ok"]


async def test_429_says_how_long_to_wait(client: Client, standin: StandIn) -> None:
    standin.fail("getMe", faults.too_many_requests(7))
    assert (await client.call("getMe"))["parameters"] == {"retry_after": 7}


async def test_502_is_a_page_and_no_json(standin: StandIn) -> None:
    standin.fail("getMe", faults.BAD_GATEWAY)
    async with aiohttp.ClientSession() as session, session.get(f"{standin.url}/bot{standin.token}/getMe") as response:
        assert (response.status, response.content_type) == (502, "text/html")


@pytest.mark.parametrize(("fault", "was_sent"), [(faults.HANG_UP, 0), (faults.HANG_UP_AFTER, 1)])
async def test_a_connection_breaks_before_or_after_the_call_counts(
    client: Client, standin: StandIn, kim: Person, fault: faults.Fault, was_sent: int
) -> None:
    standin.fail("sendMessage", fault)
    with pytest.raises(aiohttp.ClientError):
        await client.call("sendMessage", chat_id=5, text="a")
    assert len(standin.world.said(5)) == was_sent


async def test_a_silent_server_never_answers_and_still_stops(standin: StandIn, client: Client) -> None:
    standin.fail("getMe", faults.SILENCE)
    call = asyncio.create_task(client.call("getMe"))
    await asyncio.sleep(0.02)
    assert not call.done()
    call.cancel()


async def test_a_slow_reply_comes_after_the_message_is_there(standin: StandIn, client: Client, kim: Person) -> None:
    standin.fail("sendMessage", faults.Fault(delay=0.05))
    start = time.monotonic()
    call = asyncio.create_task(client.call("sendMessage", chat_id=5, text="a"))
    await standin.world.until_said(5, 1)
    assert not call.done()
    await call
    assert time.monotonic() - start >= 0.05


# Inline mode and venues --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ([ARTICLE | {"id": str(number)} for number in range(51)], "RESULTS_TOO_MUCH"),
        ([ARTICLE, ARTICLE], "RESULT_ID_DUPLICATE"),
        ([ARTICLE | {"id": "å" * 33}], "RESULT_ID_INVALID"),
        ([ARTICLE | {"input_message_content": {"message_text": "<b>", "parse_mode": "HTML"}}], "can't parse entities"),
        ([ARTICLE | {"input_message_content": {"message_text": "x" * 4097}}], "message is too long"),
    ],
)
async def test_results_telegram_does_not_take_are_refused(
    client: Client, standin: StandIn, results: list[Json], told: str
) -> None:
    standin.world.open_queries.add("1")
    assert told in await client.refusal("answerInlineQuery", inline_query_id="1", results=results)
    assert not standin.world.offered


async def test_a_query_is_answered_once(client: Client, standin: StandIn) -> None:
    standin.world.open_queries.add("1")
    await client.result("answerInlineQuery", inline_query_id="1", results=[ARTICLE])
    assert "too old" in await client.refusal("answerInlineQuery", inline_query_id="1", results=[])


async def test_a_venue_needs_a_name_and_an_address(client: Client, kim: Person) -> None:
    venue = {"chat_id": 5, "latitude": 58.3, "longitude": 11.9, "title": "Biblioteket"}
    assert "non-empty" in await client.refusal("sendVenue", **venue, address=" ")
    assert (await client.result("sendVenue", **venue, address="Kungsgatan 1"))["venue"]["address"] == "Kungsgatan 1"


async def test_a_button_for_inline_mode_needs_inline_mode(client: Client, standin: StandIn, kim: Person) -> None:
    standin.world.me["supports_inline_queries"] = False
    markup = {"inline_keyboard": [[{"text": "a", "switch_inline_query": "b"}]]}
    await client.call("sendMessage", chat_id=5, text="a", reply_markup=markup)
    assert standin.world.violations == ["a button for inline mode, which is off"]
