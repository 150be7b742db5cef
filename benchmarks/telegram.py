"""The bot on Telegram beside a plain aiogram echo bot, both as processes of their own against the same stand-in.

`python -m benchmarks.telegram` prints the tables that stand in the README, with the machine it ran on. The bot gives
its real answers to real questions in five languages; the echo bot only repeats them. Every question comes from a chat
of its own. The latency is added to every call to the Bot API and to every post to a webhook.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.service import ROOT, questions
from tests.standin.people import Person
from tests.standin.running import free_port
from tests.standin.server import StandIn

OURS, ECHO = "this bot", "aiogram echo"
PROGRAMS = {OURS: ("bot", "run"), ECHO: ("benchmarks.echo_bot",)}
WAYS = ("polling", "webhook")
LATENCIES = (0.0, 0.05)
# Enough to meet, and so to ready, every language that questions in five languages are compared with.
WARM_UP = 600
MOST_QUESTIONS = 1800
PER_SECOND = 60.0
KILLED_AFTER = 0.3
PATIENCE_SECONDS = 120.0
AT_REST_PER_CENT = 15.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What is measured: which program, how updates reach it, and the latency in seconds."""

    program: str
    way: str
    latency: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Updates/s and CPU ms per update in a rush, waits in ms at PER_SECOND, and how many were never answered.

    `standin` is the CPU time of this process, in ms per update: of the stand-in and of those who ask. It checks every
    call and reply against the Bot API specification, as it does in the tests.
    """

    rush: float
    cpu: float
    standin: float
    p50: float
    p99: float
    lost: int


@dataclass(frozen=True, slots=True)
class Killed:
    """A rush with a SIGKILL in it: lost, answered twice, and (in flight) answered but to be sent again by Telegram."""

    lost: int
    twice: int
    in_flight: int


class Bench:
    """A stand-in and everybody who asks."""

    def __init__(self, standin: StandIn) -> None:
        """Chats are numbered on from one."""
        self.standin = standin
        self._chats = itertools.count(1)
        self._first: dict[int, float] = {}
        self._calls_read = 0

    async def ask(self, texts: Sequence[str], per_second: float = 0.0) -> dict[int, float]:
        """Ask every question from a new chat; returns when, by chat."""
        started, asked = time.perf_counter(), {}
        for number, text in enumerate(texts):
            if per_second:
                await asyncio.sleep(max(0.0, started + number / per_second - time.perf_counter()))
            person = Person(self.standin.world, next(self._chats), "sv")
            asked[person.chat.id] = asyncio.get_running_loop().time()
            await person.say(text)
        return asked

    async def waits(self, asked: dict[int, float]) -> dict[int, float]:
        """How long each waited for the first message of the answer, in seconds; those lost are not among them."""
        await self.until(lambda: self.answered(asked) == len(asked))
        return {chat: self._first[chat] - at for chat, at in asked.items() if chat in self._first}

    def answered(self, asked: dict[int, float]) -> int:
        """How many were answered."""
        calls = self.standin.world.calls
        for call in calls[self._calls_read :]:
            if call.method == "sendMessage":
                self._first.setdefault(call.parameters["chat_id"], call.at)
        self._calls_read = len(calls)
        return len(asked.keys() & self._first.keys())

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so, or PATIENCE_SECONDS are over."""
        end = time.perf_counter() + PATIENCE_SECONDS
        while time.perf_counter() < end:
            if condition():
                return
            await asyncio.sleep(0.02)


class Program:
    """The bot, or the one it is compared with, as a process that can be killed and started again."""

    def __init__(self, standin: StandIn, setting: Setting, folder: str) -> None:
        """`folder`: for the database."""
        port = free_port()
        self._command = (sys.executable, "-m", *PROGRAMS[setting.program])
        self._environment = os.environ | {
            "TELEGRAM_TOKEN": standin.token,
            "TELEGRAM_API_URL": standin.url,
            "TILLSAMMANS_WEB_PORT": str(port),
            "TILLSAMMANS_WEBHOOK_URL": f"http://127.0.0.1:{port}" if setting.way == "webhook" else "",
            "TILLSAMMANS_LOG_LEVEL": "ERROR",
            "DATABASE_URL": f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}",
        }
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command, cwd=ROOT, env=self._environment, stdout=DEVNULL, stderr=DEVNULL
        )

    async def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def cpu_seconds(self) -> float:
        """The CPU time it has used."""
        times = self._running().cpu_times()
        return times.user + times.system

    async def until_at_rest(self) -> None:
        """Wait until it has readied everything it readies in the background."""
        running = self._running()
        running.cpu_percent()
        for _ in range(60):
            await asyncio.sleep(0.5)
            if running.cpu_percent() < AT_REST_PER_CENT:
                return

    def _running(self) -> psutil.Process:
        if self._process is None:
            raise RuntimeError("not started")
        return psutil.Process(self._process.pid)


@asynccontextmanager
async def prepared(setting: Setting) -> AsyncIterator[tuple[Bench, Program]]:
    """A program that is running, warm and at rest, and a stand-in for it."""
    with tempfile.TemporaryDirectory() as folder:
        async with StandIn(latency=setting.latency) as standin:
            standin.poster.latency = setting.latency
            bench, program = Bench(standin), Program(standin, setting, folder)
            await program.start()
            try:
                # The last ones of the list: those measured later come from its beginning.
                await bench.waits(await bench.ask(questions(MOST_QUESTIONS)[-WARM_UP:]))
                await program.until_at_rest()
                yield bench, program
            finally:
                await program.kill()


async def measure(setting: Setting, rush: int, seconds: int) -> Figures:
    """Measure `rush` questions at once, then PER_SECOND of them for some `seconds`."""
    async with prepared(setting) as (bench, program):
        cpu, own, started = program.cpu_seconds(), time.process_time(), asyncio.get_running_loop().time()
        asked = await bench.ask(questions(rush))
        waited = await bench.waits(asked)
        cpu, own = program.cpu_seconds() - cpu, time.process_time() - own
        took = max(asked[chat] + wait for chat, wait in waited.items()) - started
        await bench.until(lambda: not bench.standin.world.updates)
        steady = await bench.ask(questions(round(PER_SECOND * seconds)), PER_SECOND)
        waits = [1000 * wait for wait in (await bench.waits(steady)).values()]
        quantiles = statistics.quantiles(waits, n=100)
        lost = len(asked) + len(steady) - len(waited) - len(waits)
        if bench.standin.world.violations:
            raise RuntimeError(f"{setting}: {bench.standin.world.violations[:3]}")
        each = 1000 / rush
        return Figures(len(waited) / took, each * cpu, each * own, quantiles[49], quantiles[98], lost)


async def measure_kill(setting: Setting, rush: int) -> Killed:
    """Kill the program in a rush and start it again."""
    async with prepared(setting) as (bench, program):
        world = bench.standin.world
        asked = await bench.ask(questions(rush))
        await bench.until(lambda: bench.answered(asked) >= KILLED_AFTER * rush)
        await program.kill()
        waiting = {update["message"]["chat"]["id"] for update in world.updates}
        in_flight = sum(bool(world.said(chat)) for chat in waiting)
        await program.start()
        await bench.until(lambda: not world.updates)
        # What was taken and not answered yet is given a moment.
        await asyncio.sleep(2)
        said = [[message["text"] for message in world.said(chat)] for chat in asked]
        return Killed(
            lost=sum(not texts for texts in said),
            twice=sum(len(texts) > len(set(texts)) for texts in said),
            in_flight=in_flight,
        )


def speed_table(title: str, runs: dict[Setting, list[Figures]]) -> Table:
    """Medians of the rounds, and how many times as fast as the echo bot in the same setting."""
    table = Table(
        *("latency", "way", "program", "updates/s", "ratio", "CPU ms/update", "stand-in's CPU", "p50 ms", "p99 ms"),
        "lost",
        title=title,
    )
    for setting, rounds in runs.items():
        rush = statistics.median(each.rush for each in rounds)
        other = runs[Setting(ECHO, setting.way, setting.latency)]
        ratio = statistics.median(each.rush / echo.rush for each, echo in zip(rounds, other, strict=True))
        table.add_row(
            f"{setting.latency * 1000:.0f} ms",
            setting.way,
            setting.program,
            f"{rush:.0f} ({min(each.rush for each in rounds):.0f}-{max(each.rush for each in rounds):.0f})",
            f"{ratio:.2f}",
            f"{statistics.median(each.cpu for each in rounds):.2f}",
            f"{statistics.median(each.standin for each in rounds):.2f}",
            f"{statistics.median(each.p50 for each in rounds):.0f}",
            f"{statistics.median(each.p99 for each in rounds):.0f}",
            str(sum(each.lost for each in rounds)),
        )
    return table


async def run(rounds: int, rush: int, seconds: int) -> None:
    """Measure everything, one program after the other in each round, and print."""
    console = Console(width=110)
    runs: dict[Setting, list[Figures]] = {}
    for number in range(rounds):
        for latency, way, program in itertools.product(LATENCIES, WAYS, PROGRAMS):
            setting = Setting(program, way, latency)
            figures = await measure(setting, rush, seconds)
            runs.setdefault(setting, []).append(figures)
            console.print(f"round {number + 1}: {setting.program}, {setting.way}, {latency * 1000:.0f} ms: {figures}")
    machine = (
        f"{psutil.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"load {os.getloadavg()[1]:.1f}"
    )
    console.print(speed_table(f"{rush} questions at once, then {PER_SECOND:.0f}/s for {seconds} s. {machine}", runs))
    table = Table("way", "program", "lost", "answered twice", "in flight", title=f"{rush} questions across a SIGKILL")
    for way, program in itertools.product(WAYS, PROGRAMS):
        killed = await measure_kill(Setting(program, way, LATENCIES[-1]), rush)
        table.add_row(way, program, str(killed.lost), str(killed.twice), str(killed.in_flight))
    console.print(table)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--questions", type=int, default=1000, help="how many are asked at once")
    parser.add_argument("--seconds", type=int, default=20, help=f"how long {PER_SECOND:.0f} a second are asked")
    options = parser.parse_args()
    asyncio.run(run(options.rounds, options.questions, options.seconds))


if __name__ == "__main__":
    main()
