"""Neither the token nor what residents write reaches a log, whatever level it is set to and whatever goes wrong."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.channels.telegram.webhook import webhook_secret
from tests.channels.telegram.conftest import FakeDialogue
from tests.standin import faults
from tests.standin.people import Person
from tests.standin.running import Pauses, eventually, free_port, running_bot
from tests.standin.server import StandIn

SECRET = "my husband hits me"
CHAT = 5_512_345_678


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_a_day_full_of_troubles_leaves_no_secret_in_the_log(
    standin: StandIn, fake: FakeDialogue, tmp_path: Path, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    port = free_port() if way == "webhook" else None
    caplog.set_level(logging.DEBUG)
    logging.getLogger("tests").setLevel(logging.DEBUG)
    page = faults.Fault(502, page=f"<html>cannot reach /bot{standin.token}/sendMessage {SECRET}</html>")
    every = [faults.UNAUTHORIZED, faults.HANG_UP, page, faults.INTERNAL, faults.too_many_requests(5), faults.CONFLICT]
    standin.fail("getMe", *every)
    for method in ("getUpdates", "getWebhookInfo", "setWebhook", "post"):
        standin.fail(method, *every)
    standin.fail("getMyCommands", page)
    standin.poster.sleep = Pauses()
    async with running_bot(standin.url, fake, tmp_path / "bot.db", webhook_port=port) as running:
        kim = Person(standin.world, CHAT)
        await kim.say(SECRET)
        await kim.hears()
        await running.subscribers.choose_language(CHAT, "ti")
        for fault in (*every, faults.Fault(400, f"Bad Request: odd {SECRET[:2]}"), faults.HANG_UP_AFTER):
            standin.fail("sendMessage", *[fault] * 5)
            await kim.say(f"{SECRET} again")
            await kim.hears()
            standin.mend()
        await kim.say("bug")
        await kim.hears()
        await running.subscribers.forget(CHAT)
        await eventually(lambda: running.channel.health().problem is None)
        standin.fail("getUpdates", page)
        await kim.say(SECRET)
        await kim.hears()
    assert len(caplog.records) > 20
    written = caplog.text + "".join(str(record.args) + str(record.exc_info) for record in caplog.records)
    for secret in (standin.token, standin.token.split(":")[1], webhook_secret(standin.token), SECRET, str(CHAT)):
        assert secret not in written
