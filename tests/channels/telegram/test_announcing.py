"""Over HTTP, each ending is told apart: certainly not sent, perhaps sent, sent; and no call is repeated."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.announcements.model import Gone, Moved, NotSent, Outcome, Refused, Sent, TokenRefused, TooMany, Unknown
from bot.channels.telegram.announcing import TelegramMessenger
from bot.conversation.actions import Action, Verb
from bot.conversation.replies import Block, Button, Kind, Plain, Reply
from bot.languages.table import Languages
from tests.standin import faults
from tests.standin.faults import Fault, too_many_requests
from tests.standin.people import Person, make_group
from tests.standin.server import TOKEN, StandIn


@pytest.fixture
async def messenger(standin: StandIn) -> AsyncIterator[TelegramMessenger]:
    async with TelegramMessenger(TOKEN, standin.url) as messenger:
        yield messenger


@pytest.fixture
def text(languages: Languages) -> Reply:
    arabic = languages["ar"]
    button = Button("المزيد", Action(Verb.AREAS), arabic)
    return Reply(arabic, (Block((Plain("مقهى اللغة <b>"),), arabic),), kind=Kind.ANSWER, buttons=((button,),))


async def test_a_message_arrives_and_can_be_changed(
    standin: StandIn, messenger: TelegramMessenger, text: Reply
) -> None:
    person = Person(standin.world, 7)
    sent = await messenger.send(7, text, silent=True)
    assert isinstance(sent, Sent)
    (message,) = standin.world.of_bot(7)
    assert message["message_id"] == sent.message_id
    assert message["text"].endswith("مقهى اللغة <b>")
    assert person.labels() == ["المزيد"]
    assert next(standin.world.calls_of("sendMessage"))["disable_notification"] is True
    # Tapping must not replace what was announced.
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"].startswith("+")

    assert await messenger.edit(7, sent.message_id, text) == sent
    assert await messenger.edit(7, 999_999, text) == Sent(999_999)


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        (too_many_requests(30), TooMany),
        (faults.UNAUTHORIZED, TokenRefused),
        (faults.NOT_FOUND, TokenRefused),
        (Fault(403, "Forbidden: bot was blocked by the user"), Gone),
        (Fault(400, "Bad Request: chat not found"), Gone),
        (Fault(400, "Bad Request: can't parse entities"), Refused),
        (faults.INTERNAL, Unknown),
        (faults.BAD_GATEWAY, Unknown),
        (faults.HANG_UP, Unknown),
        (faults.HANG_UP_AFTER, Unknown),
        (Fault(200, page="<html>"), Unknown),
    ],
)
async def test_every_ending_is_told_apart_and_nothing_is_tried_twice(
    standin: StandIn, messenger: TelegramMessenger, text: Reply, fault: Fault, ending: type[Outcome]
) -> None:
    Person(standin.world, 7)
    standin.fail("sendMessage", fault)
    assert isinstance(await messenger.send(7, text, silent=False), ending)
    assert standin.faults_left == 0
    assert len(list(standin.world.calls_of("sendMessage"))) == (fault is faults.HANG_UP_AFTER)


async def test_the_seconds_to_wait_are_told(standin: StandIn, messenger: TelegramMessenger, text: Reply) -> None:
    Person(standin.world, 7)
    standin.fail("sendMessage", too_many_requests(30))
    assert await messenger.send(7, text, silent=False) == TooMany(30)


async def test_the_new_number_of_a_group_is_told(standin: StandIn, messenger: TelegramMessenger, text: Reply) -> None:
    make_group(standin.world, -5).moved_to = -1005
    assert await messenger.send(-5, text, silent=False) == Moved(-1005)


async def test_a_reply_that_never_comes_is_unknown(
    standin: StandIn, text: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.announcing.READ_SECONDS", 0.05)
    Person(standin.world, 7)
    standin.fail("sendMessage", faults.SILENCE)
    async with TelegramMessenger(TOKEN, standin.url) as messenger:
        assert isinstance(await messenger.send(7, text, silent=False), Unknown)


async def test_where_nobody_listens_it_was_certainly_not_sent(text: Reply) -> None:
    async with TelegramMessenger(TOKEN, "http://127.0.0.1:9") as messenger:
        assert isinstance(await messenger.send(7, text, silent=False), NotSent)
