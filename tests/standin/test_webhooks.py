"""The stand-in posts updates as the real server does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from tests.standin import faults
from tests.standin.conftest import Client
from tests.standin.people import Person
from tests.standin.running import Pauses, eventually
from tests.standin.server import StandIn
from tests.standin.webhooks import SECRET_HEADER, queue_of
from tests.standin.world import Json


@dataclass
class Receiver:
    """A bot's web server: keeps what is posted and answers what it is told to."""

    url: str = ""
    posts: list[Json] = field(default_factory=list)
    proofs: list[str | None] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    busy: int = 0
    most_at_once: int = 0
    hold: float = 0.0

    async def take(self, request: web.Request) -> web.Response:
        self.busy += 1
        self.most_at_once = max(self.most_at_once, self.busy)
        self.posts.append(await request.json())
        self.proofs.append(request.headers.get(SECRET_HEADER))
        await asyncio.sleep(self.hold)
        self.busy -= 1
        return self.answers.pop(0) if self.answers else web.Response()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.posts]


@pytest.fixture
async def receiver(standin: StandIn) -> AsyncIterator[Receiver]:
    standin.poster.sleep = Pauses()
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_posted_with_the_proof_and_gone_after_200(
    client: Client, standin: StandIn, receiver: Receiver
) -> None:
    kim = Person(standin.world, 5)
    await kim.say("before")
    await client.result("setWebhook", url=receiver.url, secret_token="a_b-9")
    await kim.say("after")
    await standin.world.all_confirmed()
    assert receiver.texts() == ["before", "after"]
    assert receiver.proofs == ["a_b-9", "a_b-9"]


async def test_what_is_not_taken_is_posted_again_with_longer_and_longer_pauses_and_holds_up_its_chat_only(
    client: Client, standin: StandIn, receiver: Receiver
) -> None:
    receiver.answers = [web.Response(status=500) for _ in range(8)] + [
        web.Response(status=503, headers={"Retry-After": "7"})
    ]
    await client.result("setWebhook", url=receiver.url)
    kim = Person(standin.world, 5)
    await kim.say("one")
    await kim.say("two")
    await standin.world.all_confirmed()
    assert receiver.texts() == ["one"] * 10 + ["two"]
    assert standin.poster.pauses == [0, 2, 4, 8, 16, 32, 60, 60, 7]
    info = await client.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_chats_are_posted_side_by_side_up_to_the_number_asked_for(
    client: Client, standin: StandIn, receiver: Receiver
) -> None:
    receiver.hold = 0.02
    await client.result("setWebhook", url=receiver.url, max_connections=3)
    for number in range(1, 8):
        await Person(standin.world, number).say("hej")
    await standin.world.all_confirmed()
    assert receiver.most_at_once == 3


@pytest.mark.parametrize(
    ("fault", "posts", "told"),
    [
        (faults.BAD_GATEWAY, 1, "Wrong response from the webhook: 502 Bad Gateway"),
        (faults.HANG_UP, 1, "Connection refused"),
        (faults.HANG_UP_AFTER, 2, "Connection closed"),
    ],
)
async def test_posts_fail_before_or_after_the_bot_has_them(
    client: Client, standin: StandIn, receiver: Receiver, fault: faults.Fault, posts: int, told: str
) -> None:
    standin.fail("post", fault)
    await client.result("setWebhook", url=receiver.url)
    await Person(standin.world, 5).say("hej")
    await standin.world.all_confirmed()
    assert len(receiver.posts) == posts
    assert (await client.result("getWebhookInfo"))["last_error_message"] == told


async def test_a_bot_that_is_not_there_is_tried_until_it_is(
    client: Client, standin: StandIn, receiver: Receiver
) -> None:
    await client.result("setWebhook", url="http://127.0.0.1:1/nobody")
    await Person(standin.world, 5).say("hej")
    await eventually(lambda: len(standin.poster.pauses) > 2)
    assert (await client.result("getWebhookInfo"))["last_error_message"] == "Connection refused"
    await client.result("setWebhook", url=receiver.url)
    await standin.world.all_confirmed()
    assert receiver.texts() == ["hej"]


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"url": "http://a.se/hook"}, "An HTTPS URL must be provided"),
        ({"url": "https://a.se:8080/hook"}, "only on ports 80, 88, 443 or 8443"),
        ({"url": "https://a.se/hook", "secret_token": "a b"}, "unallowed characters"),
    ],
)
async def test_addresses_telegram_refuses(client: Client, parameters: Json, refusal: str) -> None:
    assert refusal in await client.refusal("setWebhook", **parameters)


async def test_a_poll_is_ended_by_a_webhook(client: Client, receiver: Receiver) -> None:
    poll = asyncio.create_task(client.call("getUpdates", timeout=20))
    await asyncio.sleep(0.02)
    await client.result("setWebhook", url=receiver.url)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"


@pytest.mark.parametrize(
    ("update", "queue"),
    [
        ({"update_id": 1, "message": {"chat": {"id": -7}, "from": {"id": 5}}}, -7),
        ({"update_id": 1, "callback_query": {"message": {"chat": {"id": -7}}, "from": {"id": 5}}}, -7),
        ({"update_id": 1, "inline_query": {"from": {"id": 5}}}, 5),
        ({"update_id": 1, "poll": {"id": "9"}}, 1),
        ({"update_id": 1, "message": None}, 1),
    ],
)
def test_there_is_a_queue_for_each_chat_or_person(update: Json, queue: int) -> None:
    assert queue_of(update) == queue
