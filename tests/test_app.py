"""The whole program as an operator starts it: a process, a port, signals."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.activities.examples import ONE, write_programme
from tests.activities.test_expanding import calendar, event
from tests.small_content import SmallContent
from tests.standin.people import Person
from tests.standin.running import free_port
from tests.standin.server import StandIn
from tests.test_cli_calendars import SOURCE

SECONDS = 30


class Running:
    """The bot as a process of its own, with what it says."""

    def __init__(self, content: SmallContent, folder: Path, **environment: str) -> None:
        names = {
            "TILLSAMMANS_KNOWLEDGE": str(content.knowledge),
            "TILLSAMMANS_LOCALES": str(content.locales),
            "TILLSAMMANS_CACHE": str(folder / "cache"),
            "TILLSAMMANS_STAFF_LANGUAGE": "en",
            "TILLSAMMANS_WEB_PORT": "0",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("TILLSAMMANS_", "TELEGRAM_"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env={**inherited, **names, **environment},
            cwd=folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def address(self) -> str:
        """Wait for the line that tells the address; what was said instead is in the failure."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.fullmatch(r"Web page: (http://127\.0\.0\.1:\d+/)\n", line):
                return found.group(1)
        pytest.fail(f"it ended with {self.process.wait(SECONDS)}: {self.process.communicate()[1]}")

    def next_log(self, text: str) -> str:
        """Read the log until a line that holds `text`."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if text in line:
                return line
        pytest.fail(f"the log ended without {text!r}")

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)


@contextmanager
def running(content: SmallContent, folder: Path, **environment: str) -> Iterator[Running]:
    bot = Running(content, folder, **environment)
    try:
        yield bot
    finally:
        bot.process.kill()
        bot.process.communicate()


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=SECONDS) as response:
        return str(response.read().decode())


def test_it_serves_and_ends_when_asked_to(small_content: SmallContent, tmp_path: Path) -> None:
    with running(small_content, tmp_path) as bot:
        address = bot.address()
        assert '"ok":true' in read(address + "healthz")
        assert "Join the housing queue" in read(address + "t/housing-queue/en")
        assert bot.end() == 0
    assert not (tmp_path / "data").exists(), "without Telegram nothing is stored"


def test_a_saved_file_is_on_the_page_and_a_broken_one_is_told(small_content: SmallContent, tmp_path: Path) -> None:
    with running(small_content, tmp_path) as bot:
        page = bot.address() + "t/housing-queue/en"
        small_content.change("en/housing.yaml", "title: Join the housing queue", "title: The new title")
        bot.next_log("The changed content is in service.")
        assert "The new title" in read(page)
        small_content.change("en/housing.yaml", "  answer: |", "  anser: |")
        assert "knowledge/en/housing.yaml:3" in bot.next_log("'anser' is not a field here; did you mean 'answer'?")
        assert "The new title" in read(page)


def test_a_calendar_is_on_the_page_and_a_broken_activity_takes_nothing(
    small_content: SmallContent, tmp_path: Path
) -> None:
    write_programme(small_content.knowledge)
    small_content.save("calendars.yaml", SOURCE.replace("organiser:", "trusted: true, organiser:"))
    day = datetime.now(UTC).date() + timedelta(days=1)
    small_content.save("calendars/a.ics", calendar(event("UID:a", f"DTSTART:{day:%Y%m%d}T120000Z", "SUMMARY:Saga")))
    with running(small_content, tmp_path) as bot:
        address = bot.address()
        deadline = time.monotonic() + SECONDS
        while not list((tmp_path / "data" / "calendars").glob("*.json")):
            assert time.monotonic() < deadline, "the calendar was not read"
            time.sleep(0.05)
        write_programme(small_content.knowledge, one=ONE)
        bot.next_log("The changed content is in service.")
        assert "Saga" in read(address + "activities?when=coming")
        write_programme(small_content.knowledge, one=ONE.replace("end: 20:00", "end: 08:00"))
        assert "activities/one.yaml:7" in bot.next_log("the activity ends before it starts")
        assert "Saga" in read(address + "activities?when=coming")
        assert "Join the housing queue" in read(address + "t/housing-queue/en")
        assert bot.end() == 0


def test_broken_content_refuses_to_start_with_every_error(small_content: SmallContent, tmp_path: Path) -> None:
    small_content.change("sv/housing.yaml", "  answer: |", "  anser: |")
    small_content.change("facts/contacts.yaml", "https://www.uddevallahem.se", "http://www.uddevallahem.se")
    with running(small_content, tmp_path) as bot:
        _, errors = bot.process.communicate(timeout=SECONDS)
        assert bot.process.returncode == 1
    assert "knowledge/sv/housing.yaml:3: 'anser' is not a field here" in errors
    assert "knowledge/facts/contacts.yaml:4" in errors
    assert "Traceback" not in errors


def test_a_port_in_use_is_one_line(small_content: SmallContent, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with running(small_content, tmp_path, TILLSAMMANS_WEB_PORT=port) as bot:
            _, errors = bot.process.communicate(timeout=SECONDS)
            assert bot.process.returncode == 1
    assert port in errors
    assert "TILLSAMMANS_WEB_PORT" in errors
    assert "Traceback" not in errors


def test_telegram_that_cannot_be_reached_stops_nothing(small_content: SmallContent, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    environment = {"TELEGRAM_TOKEN": "123:very-secret", "TELEGRAM_API_URL": f"http://127.0.0.1:{port}"}
    with running(small_content, tmp_path, **environment) as bot:
        address = bot.address()
        assert "very-secret" not in bot.next_log("Telegram")
        assert "Join the housing queue" in read(address + "t/housing-queue/en")
        assert bot.end() == 0


async def test_a_question_comes_by_webhook_and_is_answered(small_content: SmallContent, tmp_path: Path) -> None:
    port = free_port()
    async with StandIn() as standin:
        environment = {
            "TELEGRAM_TOKEN": standin.token,
            "TELEGRAM_API_URL": standin.url,
            "TILLSAMMANS_WEBHOOK_URL": f"http://127.0.0.1:{port}",
            "TILLSAMMANS_WEB_PORT": str(port),
        }
        kim = Person(standin.world, 5, "en")
        await kim.say("housing queue")
        with running(small_content, tmp_path, **environment) as bot:
            assert await asyncio.to_thread(bot.address) == f"http://127.0.0.1:{port}/"
            assert "Join the housing queue" in (await kim.last())["text"]
            assert await asyncio.to_thread(bot.end) == 0
        assert not standin.world.violations


def test_an_unusable_database_is_one_line(small_content: SmallContent, tmp_path: Path) -> None:
    environment = {"TELEGRAM_TOKEN": "123:secret", "DATABASE_URL": "sqlite+aiosqlite:////proc/nowhere/x.db"}
    with running(small_content, tmp_path, **environment) as bot:
        _, errors = bot.process.communicate(timeout=SECONDS)
        assert bot.process.returncode == 1
    assert "Traceback" not in errors
    assert "/proc/nowhere" in errors
