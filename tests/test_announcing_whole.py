"""The whole way, as people go it: a resident subscribes in Arabic, a coordinator saves a file three times."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.cli import today
from bot.languages.bidi import strip_controls
from tests.activities.examples import ONE, write_programme
from tests.small_content import SmallContent
from tests.standin.people import Person, buttons
from tests.standin.server import StandIn
from tests.test_app import running

STAFF = -900


def codes(person: Person) -> list[str]:
    """What the buttons of the latest message stand for."""
    return [button["callback_data"] for button in buttons(person.world.of_bot(person.chat.id)[-1])]


async def tap(person: Person, code: str) -> None:
    """Tap the button of the latest message that stands for this, and wait for the answer."""
    message = person.world.of_bot(person.chat.id)[-1]
    (found,) = [one for one in codes(person) if one.removeprefix("+") == code]
    await person.tap_code(message, found)
    await person.hears()


async def test_subscribed_in_arabic_every_message_comes_once_in_arabic(
    small_content: SmallContent, tmp_path: Path
) -> None:
    day = today() + timedelta(days=4)
    meeting = ONE.replace("2026-12-05", str(day)).replace("sv: {title: Möte", "ar: {title: لقاء}, sv: {title: Möte")
    write_programme(small_content.knowledge, existing=meeting.replace("meeting:", "existing:"))
    async with StandIn() as standin:
        staff = Person(standin.world, STAFF)
        amal = Person(standin.world, 5, "ar")
        environment = {
            "TELEGRAM_TOKEN": standin.token,
            "TELEGRAM_API_URL": standin.url,
            "TILLSAMMANS_STAFF_CHAT": str(STAFF),
        }
        with running(small_content, tmp_path, **environment) as bot:
            await asyncio.to_thread(bot.address)
            await amal.say("/start")
            await amal.hears()
            # Two taps begin; the hours are hers, because nobody knows when this test runs.
            await amal.tap_code(standin.world.of_bot(5)[-1], "on:subject.swedish")
            await amal.hears()
            await tap(amal, "tell:swedish...instant")
            await amal.tap_code(standin.world.of_bot(5)[-1], "quiet:0.0")
            await amal.hears()
            before = len(standin.world.said(5))

            told = []
            saved = (
                meeting,
                meeting.replace("18:00", "19:00").replace("end: 20:00", "end: 21:00"),
                meeting + "  status: cancelled\n",
            )
            for number, text in enumerate(saved):
                write_programme(small_content.knowledge, one=text, existing=meeting.replace("meeting:", "existing:"))
                # The cancellation changes the first message too.
                count = before + number + 1 + (number == 2)
                said = await standin.world.until_said(5, count)
                told.append(strip_controls(said[-1]["text"]))
                await standin.world.until_said(STAFF, number + 1)
            assert await asyncio.to_thread(bot.end) == 0
        new, moved, _ = told
        assert "لقاء" in new
        assert "18:00–20:00" in new
        assert "19:00–21:00" in moved
        sent = [strip_controls(message["text"]) for message in standin.world.of_bot(5)]
        assert sum("لقاء" in text for text in sent) == 3
        assert sum("ملغى" in text for text in sent) == 2
        assert "existing" not in "".join(sent)
        # Three messages, and the first of them changed once.
        assert len(standin.world.said(5)[before:]) == 4
        assert [line["text"].split(":")[0] for line in standin.world.of_bot(staff.chat.id)] == [
            "meeting (published, 1)",
            "meeting (changed, 2)",
            "meeting (cancelled, 3)",
        ]
        assert not standin.world.violations
