"""What announcing costs and what it promises: speed, memory, SIGKILL, two instances, answers meanwhile.

`python -m benchmarks.announcements` prints the table that stands in the README, with the machine it ran on. `--quick`
measures the same with less of everything.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import text

from benchmarks.announcing import (
    InstantMessenger,
    announcer,
    fill,
    opened,
    peak_memory,
    postgres,
    programme,
    states,
)
from bot.activities.model import Programme
from bot.announcements.ledger import LEASE_MILLISECONDS
from bot.store import HandledUpdates, Store

PER_SECOND = 25.0
LATENCY = 0.120
PAGE = 500
Row = tuple[str, str, str]
_LANGUAGE = text("SELECT language FROM subscriber JOIN telegram_chat ON id = subscriber_id WHERE chat_id = :c")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything."""

    deliveries: int
    most: int
    kills: int
    shared: int


FULL = Sizes(deliveries=100_000, most=1_000_000, kills=10, shared=900)
QUICK = Sizes(deliveries=10_000, most=50_000, kills=2, shared=250)


class Bench:
    """The measurements, with a progress bar for each."""

    def __init__(self, sizes: Sizes, folder: Path, progress: Progress, server: str) -> None:
        """`server` is the address of a PostgreSQL."""
        self.sizes, self.folder, self.progress, self.server = sizes, folder, progress, server
        self._made = 0
        self.outside = folder

    def file(self) -> str:
        """The address of a new SQLite database."""
        self._made += 1
        self.outside = self.folder / f"outside-{self._made}"
        return f"sqlite+aiosqlite:///{self.folder}/{self._made}.db"

    async def emptied(self) -> str:
        """The address of the PostgreSQL, with nothing in it."""
        self._made += 1
        self.outside = self.folder / f"outside-{self._made}"
        async with opened(self.server) as store, store.write() as connection:
            await connection.execute(text("TRUNCATE subscriber CASCADE"))
            await connection.execute(text("TRUNCATE broadcast, revision, announcer"))
        return self.server

    @contextmanager
    def bar(self, what: str, total: float) -> Iterator[Callable[[float], None]]:
        """A progress bar; call it with how much further it is."""
        task = self.progress.add_task(what, total=total)
        yield lambda amount: self.progress.advance(task, amount)
        self.progress.update(task, completed=total)

    async def ready(self, store: Store, people: int) -> None:
        """People to tell, and a bot that has run before, so that the activity is news."""
        with self.bar(f"{people:,} subscribers", people) as advance:
            await fill(store, people, advance)
        first = announcer(store, self.outside, InstantMessenger(), None, Programme())
        await first.restoring.open()
        await first.plan_once()
        if store.is_shared:
            # The one that planned is gone; nobody waits for it here.
            async with store.write() as connection:
                await connection.execute(text("UPDATE announcer SET planner_until = 0"))

    # Speed ---------------------------------------------------------------------------------------------------------

    async def speed(self, name: str, url: str, people: int) -> AsyncIterator[Row]:
        """Fan-out and drain without a limit."""
        async with opened(url) as store:
            await self.ready(store, people)
            messenger = InstantMessenger()
            one = announcer(store, self.outside, messenger, None)
            started = time.perf_counter()
            with self.bar(f"{name}: writing {people:,} deliveries", people) as advance:
                advance(await one.planner.step(programme()))
            written = time.perf_counter() - started
            started, busy = time.perf_counter(), time.process_time()
            with self.bar(f"{name}: sending {people:,}", people) as advance:
                while sent := await one.sender.send_page(PAGE):
                    advance(sent)
            drained, busy = time.perf_counter() - started, time.process_time() - busy
            assert await states(store) == {"sent": people}
            assert messenger.arrived == people
        yield f"{name}, {people:,}: fan-out", f"{written:.1f} s", f"{people / written:,.0f}/s"
        each = f"{drained:.1f} s; {busy * 1000 / people:.2f} ms of processor time each"
        yield f"{name}, {people:,}: drain, no limit", f"{people / drained:,.0f}/s", each
        yield f"{name}, {people:,}: both together", f"{people / (written + drained):,.0f}/s", ""

    # Crashes -------------------------------------------------------------------------------------------------------

    def start(self, url: str, arrived: Path, per_second: float = PER_SECOND) -> subprocess.Popen[bytes]:
        """An instance of its own."""
        options = {
            "url": url,
            "folder": str(self.outside),
            "arrived": str(arrived),
            "latency": LATENCY,
            "per_second": per_second,
        }
        return subprocess.Popen([sys.executable, "-m", "benchmarks.announcing_process", json.dumps(options)])

    async def kills(self, name: str, url: str) -> AsyncIterator[Row]:
        """SIGKILL again and again at the real pace, then to the end."""
        people = 60 * self.sizes.kills
        async with opened(url) as store:
            await self.ready(store, people)
        arrived = self.folder / f"kills-{name}"
        with self.bar(f"{name}: {self.sizes.kills} x SIGKILL", people) as advance:
            for kill in range(self.sizes.kills):
                await self._until(arrived, 45 * (kill + 1), lambda: self.start(url, arrived), advance, kill=True)
            await self._until(arrived, people, lambda: self.start(url, arrived), advance, kill=False)
        told = Counter(chat for chat, _, _ in lines(arrived))
        lost, again = people - len(told), sum(told.values()) - len(told)
        yield (
            f"{name}, {self.sizes.kills} x SIGKILL at 25/s and 120 ms: lost",
            str(lost),
            f"repeated {again}: {again / self.sizes.kills:.1f} a kill",
        )

    async def _until(
        self,
        arrived: Path,
        count: int,
        start: Callable[[], subprocess.Popen[bytes]],
        advance: Callable[[float], None],
        *,
        kill: bool,
    ) -> None:
        """Let an instance run until so many different people were told; what a dead one held waits for its lease."""
        process = start()
        try:
            seen = -1
            limit = time.monotonic() + 3 * LEASE_MILLISECONDS / 1000 + 60
            while (told := len({chat for chat, _, _ in lines(arrived)})) < count:
                advance(max(0, told - max(seen, 0)) if seen >= 0 else 0)
                seen = told
                assert process.poll() is None, "the instance ended by itself"
                assert time.monotonic() < limit, f"{told} of {count} after all this time"
                await asyncio.sleep(0.05)
        finally:
            process.kill() if kill else process.terminate()
            process.wait()

    # Several instances ---------------------------------------------------------------------------------------------

    async def two(self) -> AsyncIterator[Row]:
        """Two processes under one limit; then one of two dies for good."""
        url = await self.emptied()
        people = self.sizes.shared
        async with opened(url) as store:
            await self.ready(store, people)
        arrived = self.folder / "two"
        with self.bar("PostgreSQL: two processes", people) as advance:
            other = self.start(url, arrived)
            await self._until(arrived, people, lambda: self.start(url, arrived), advance, kill=False)
            other.terminate()
            other.wait()
        rows = list(lines(arrived))
        again = len(rows) - len({chat for chat, _, _ in rows})
        shares = Counter(process for _, _, process in rows).most_common()
        mean, worst = pace([moment for _, moment, _ in rows])
        yield (
            "PostgreSQL, two processes, limit 25/s: duplicates",
            str(again),
            f"{mean:.1f}/s, at most {worst} in any second; shares {' : '.join(str(count) for _, count in shares)}",
        )

    async def death(self) -> AsyncIterator[Row]:
        """One of two instances is killed for good: the other takes its work over."""
        url = await self.emptied()
        people = max(100, self.sizes.shared // 3)
        async with opened(url) as store:
            await self.ready(store, people)
        arrived = self.folder / "death"
        with self.bar("PostgreSQL: one of two dies", people) as advance:
            mortal = self.start(url, arrived)
            other = self.start(url, arrived)
            await self._until(arrived, people // 3, lambda: mortal, advance, kill=True)
            killed = time.time()
            await self._until(arrived, people, lambda: other, advance, kill=False)
        rows = list(lines(arrived))
        told = {chat for chat, _, _ in rows}
        last = max(moment for _, moment, _ in rows) - killed
        yield (
            "PostgreSQL, one of two killed for good: lost",
            str(people - len(told)),
            f"repeated {len(rows) - len(told)}; done {last:.0f} s later (lease {LEASE_MILLISECONDS // 1000} s)",
        )

    # Answers meanwhile ---------------------------------------------------------------------------------------------

    async def answers(self) -> AsyncIterator[Row]:
        """What an answer waits for the database, idle and while 25 a second are sent (SQLite: one connection)."""
        url = self.file()
        async with opened(url) as store:
            await self.ready(store, 5_000)
            seconds = 20 if self.sizes is FULL else 5
            handled = HandledUpdates(store)
            idle = await self._asked(store, handled, "idle", seconds, 0)
            one = announcer(store, self.outside, InstantMessenger(LATENCY), PER_SECOND)
            stop = asyncio.Event()
            await one.planner.step(programme())
            sending = asyncio.create_task(one.run(stop))
            during = await self._asked(store, handled, "during a broadcast", seconds, 1_000_000)
            stop.set()
            await sending
            assert one.sender.sent > seconds * PER_SECOND * 0.8
        ratio = statistics.median(during) / statistics.median(idle)
        yield (
            "question answered (120 ms to Telegram), during a broadcast / idle, median",
            f"{ratio:.2f}",
            f"{statistics.median(during):.1f} / {statistics.median(idle):.1f} ms; 95 %: "
            f"{percentile(during):.1f} / {percentile(idle):.1f} ms",
        )

    async def _asked(self, store: Store, handled: HandledUpdates, what: str, seconds: int, first: int) -> list[float]:
        """Milliseconds of questions, ten a second: read the language, answer, note that it was handled."""
        took = []
        with self.bar(f"questions: {what}", seconds * 10) as advance:
            for number in range(seconds * 10):
                started = time.perf_counter()
                async with store.read() as connection:
                    await connection.execute(_LANGUAGE, {"c": 1 + number % 5_000})
                await asyncio.sleep(LATENCY)
                await handled.add(first + number)
                took.append((time.perf_counter() - started) * 1000)
                advance(1)
                await asyncio.sleep(max(0.0, 0.1 - (time.perf_counter() - started)))
        return took


def lines(path: Path) -> Iterator[tuple[str, float, str]]:
    """What has arrived: chat, moment, process."""
    if path.exists():
        for line in path.read_text(encoding="ascii").splitlines():
            chat, moment, process = line.split()
            yield chat, float(moment), process


def pace(moments: list[float]) -> tuple[float, int]:
    """Messages a second in the mean, and at most in any one second."""
    ordered = sorted(moments)
    worst = first = 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= 1:
            first += 1
        worst = max(worst, last - first + 1)
    return (len(ordered) - 1) / (ordered[-1] - ordered[0]), worst


def percentile(values: list[float]) -> float:
    """The value that 95 % stay below."""
    return statistics.quantiles(values, n=20)[-1]


async def measure(bench: Bench) -> AsyncIterator[Row]:
    """Every row of the table."""
    sizes = bench.sizes
    async for row in bench.speed("SQLite", bench.file(), sizes.deliveries):
        yield row
    async for row in bench.speed("PostgreSQL", await bench.emptied(), sizes.deliveries):
        yield row
    yield f"memory of the process after {sizes.deliveries:,} twice, at most", f"{peak_memory():.0f} MB", ""
    async for row in bench.speed("SQLite", bench.file(), sizes.most):
        yield row
    yield f"memory of the process after {sizes.most:,}, at most", f"{peak_memory():.0f} MB", ""
    async for row in bench.kills("SQLite", bench.file()):
        yield row
    async for row in bench.kills("PostgreSQL", await bench.emptied()):
        yield row
    async for row in bench.two():
        yield row
    async for row in bench.death():
        yield row
    async for row in bench.answers():
        yield row


async def run(sizes: Sizes) -> Table:
    """Measure everything."""
    machine = (
        f"{psutil.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )
    table = Table("what", "result", "besides", title=machine)
    with tempfile.TemporaryDirectory() as name, Progress(transient=True) as progress:
        folder = Path(name)
        with postgres(folder / "postgres") as server:
            async for row in measure(Bench(sizes, folder, progress, server)):
                table.add_row(*row)
                progress.console.print(": ".join(row[:2]), row[2])
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything: a minute or two")
    options = parser.parse_args()
    Console(width=160).print(asyncio.run(run(QUICK if options.quick else FULL)))


if __name__ == "__main__":
    main()
