"""SIGKILL in the middle of a rush: every question is answered, and only those in flight may be answered twice."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from collections import Counter
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.standin.people import Person
from tests.standin.running import Pauses, free_port
from tests.standin.server import StandIn

CHATS, QUESTIONS_EACH = 30, 8
ALL = CHATS * QUESTIONS_EACH


async def start(standin: StandIn, database: Path, port: int) -> Process:
    arguments = (standin.url, standin.token, str(database), str(port))
    command = [sys.executable, "-m", "tests.channels.telegram.bot_process", *arguments]
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT)


def answers(standin: StandIn) -> Counter[str]:
    chats = standin.world.chats
    return Counter(message["text"] for chat_id in chats for message in standin.world.said(chat_id))


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_no_question_is_lost_when_the_process_is_killed(standin: StandIn, tmp_path: Path, way: str) -> None:
    port = free_port() if way == "webhook" else 0
    standin.latency, standin.poster.sleep = 0.01, Pauses(moment=0.02)
    people = [Person(standin.world, number) for number in range(1, CHATS + 1)]
    for number in range(QUESTIONS_EACH):
        for person in people:
            await person.say(f"question {number} of {person.chat.id}")
    before = await start(standin, tmp_path / "bot.db", port)
    async with asyncio.timeout(20), standin.world.changed:
        await standin.world.changed.wait_for(lambda: answers(standin).total() >= ALL // 3)
    before.kill()
    assert await before.wait() == -signal.SIGKILL
    answered_before = answers(standin)
    assert answered_before.total() < ALL

    after = await start(standin, tmp_path / "bot.db", port)
    await standin.world.all_confirmed(20)
    after.terminate()
    assert await after.wait() == 0
    answered = answers(standin)
    assert len(answered) == ALL
    twice = {text for text, times in answered.items() if times > 1}
    # Each chat has one question in flight at the most.
    assert len(twice) <= CHATS
    assert twice <= set(answered_before)
    for person in people:
        said = list(dict.fromkeys(message["text"] for message in standin.world.said(person.chat.id)))
        assert said == [f"you said question {number} of {person.chat.id}" for number in range(QUESTIONS_EACH)]
