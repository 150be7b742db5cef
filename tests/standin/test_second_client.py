"""aiogram, an independent client, against the stand-in: what one library takes for granted, another checks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ContentType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from tests.standin import faults
from tests.standin.dump_spec import SPEC, dump
from tests.standin.people import ATTACHMENTS, Person
from tests.standin.running import eventually
from tests.standin.server import StandIn

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="more", callback_data="more")]])


def test_the_specification_is_what_the_installed_aiogram_says() -> None:
    written = json.loads(SPEC.read_text(encoding="utf-8"))
    assert written == dump(), "run python -m tests.standin.dump_spec"


@pytest.fixture
async def other(standin: StandIn) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(standin.url))
    async with Bot(standin.token, session=session) as bot:
        yield bot
    assert not standin.world.violations


async def test_a_conversation_with_text_tap_edit_and_pictures(standin: StandIn, other: Bot) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        shown = message.text or ContentType(message.content_type).value
        await message.answer(f"<b>{shown}</b>", parse_mode="HTML", reply_markup=KEYBOARD)

    @dispatcher.edited_message()
    async def again(message: Message) -> None:
        await message.answer(f"edited: {message.text}")

    @dispatcher.callback_query()
    async def tapped(query: CallbackQuery) -> None:
        await query.answer("done")
        assert isinstance(query.message, Message)
        await query.message.edit_text("tapped")

    polling = asyncio.create_task(dispatcher.start_polling(other, handle_signals=False, polling_timeout=5))
    kim = Person(standin.world, 5, "ar")
    message = await kim.say("hej 😀")
    said = await standin.world.until_said(5, 1)
    assert said[0]["text"] == "hej 😀"
    assert said[0]["entities"] == [{"type": "bold", "offset": 0, "length": 6}]
    await kim.tap("more")
    assert (await standin.world.until_said(5, 2))[1]["text"] == "tapped"
    await kim.edit(message, "hej då")
    assert (await standin.world.until_said(5, 3))[2]["text"] == "edited: hej då"
    for number, kind in enumerate(ATTACHMENTS, start=4):
        await kim.send(ATTACHMENTS[kind])
        assert (await standin.world.until_said(5, number))[-1]["text"] == kind
    assert standin.world.answered_queries
    await dispatcher.stop_polling()
    await polling


async def test_a_conversation_by_webhook(standin: StandIn, other: Bot) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(str(message.text))

    app = web.Application()
    SimpleRequestHandler(dispatcher, other, handle_in_background=False, secret_token="right").register(app, "/hook")
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    kim = Person(standin.world, 5)
    await other.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="right")
    await kim.say("hej")
    assert [message["text"] for message in await kim.hears()] == ["hej"]
    info = await other.get_webhook_info()
    assert (info.pending_update_count, info.last_error_date) == (0, None)
    await runner.cleanup()


async def test_commands_webhooks_and_the_bot_itself(standin: StandIn, other: Bot) -> None:
    Person(standin.world, 5)
    commands, scope = [BotCommand(command="help", description="Hjälp")], BotCommandScopeChat(chat_id=5)
    await other.set_my_commands(commands, scope=scope)
    assert [command.description for command in await other.get_my_commands(scope=scope)] == ["Hjälp"]
    await other.delete_my_commands(scope=scope)
    assert await other.get_my_commands(scope=scope) == []
    await other.set_webhook("https://a.se/hook")
    assert (await other.get_webhook_info()).url == "https://a.se/hook"
    await other.delete_webhook()
    assert (await other.get_me()).is_bot
    assert await other.send_chat_action(5, "typing")


async def test_inline_queries_and_places(standin: StandIn, other: Bot) -> None:
    dispatcher = Dispatcher()

    @dispatcher.inline_query()
    async def offer(query: InlineQuery) -> None:
        content = InputTextMessageContent(message_text=f"<b>{query.query}</b>", parse_mode="HTML")
        result = InlineQueryResultArticle(id="1", title=query.query, input_message_content=content)
        await query.answer([result], cache_time=1, is_personal=True)

    polling = asyncio.create_task(dispatcher.start_polling(other, handle_signals=False, polling_timeout=5))
    kim = Person(standin.world, 5, "ar")
    query_id = await kim.type_inline("sfi")
    await eventually(lambda: query_id in standin.world.offered)
    assert standin.world.offered[query_id]["results"][0]["message"]["text"] == "sfi"
    venue = await other.send_venue(5, 58.35, 11.93, "Biblioteket", "Kungsgatan 1")
    assert venue.venue is not None
    assert venue.venue.title == "Biblioteket"
    await dispatcher.stop_polling()
    await polling


async def test_the_profile(other: Bot) -> None:
    await other.set_my_name("Tillsammans")
    await other.set_my_description("Svar", language_code="sv")
    await other.set_my_short_description("Kort", language_code="sv")
    assert (await other.get_my_name()).name == "Tillsammans"
    assert (await other.get_my_description(language_code="sv")).description == "Svar"
    assert (await other.get_my_short_description(language_code="sv")).short_description == "Kort"
    assert (await other.get_my_description(language_code="uk")).description == ""
    with pytest.raises(TelegramBadRequest, match="too long"):
        await other.set_my_short_description("x" * 121)


async def test_its_errors_are_understood(standin: StandIn, other: Bot) -> None:
    kim = Person(standin.world, 5)
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await other.send_message(6, "hej")
    standin.fail("sendMessage", faults.too_many_requests(3))
    with pytest.raises(TelegramRetryAfter) as asked:
        await other.send_message(5, "hej")
    assert asked.value.retry_after == 3
    await kim.block()
    with pytest.raises(TelegramForbiddenError):
        await other.send_message(5, "hej")
