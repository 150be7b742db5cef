"""What the running bot costs: time to the first answer, a thousand questions, memory, and a check of all content.

`python -m benchmarks.service` prints the table that stands in the README, with the machine it ran on.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.machine import machine

ROOT = Path(__file__).resolve().parent.parent
BOT = (sys.executable, "-m", "bot")
MEGABYTE = 1024 * 1024


def timed(arguments: tuple[str, ...], standard_input: str = "") -> float:
    """Seconds a whole process of the bot takes."""
    started = time.perf_counter()
    subprocess.run([*BOT, *arguments], input=standard_input, text=True, capture_output=True, cwd=ROOT, check=True)
    return time.perf_counter() - started


def questions(count: int) -> list[str]:
    """Questions of the test files, over and over until there are `count`."""
    rows = [
        line.split("\t")[-1]
        for path in sorted((ROOT / "tests" / "questions").glob("*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    ]
    return [rows[number * 7919 % len(rows)] for number in range(count)]


@contextmanager
def running(port: int) -> Iterator[psutil.Process]:
    """The bot with its web page on `port`, ended afterwards."""
    environment = {**os.environ, "TILLSAMMANS_WEB_PORT": str(port)}
    environment.pop("TELEGRAM_TOKEN", None)
    with subprocess.Popen([*BOT, "run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def until_page_answers(port: int, seconds: float = 30) -> float:
    """Seconds until the page answers; raises TimeoutError."""
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return time.perf_counter() - started
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"the page did not answer within {seconds} s")


def ask_page(port: int, question: str) -> None:
    """Ask the web page one question."""
    body = urllib.parse.urlencode({"text": question}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", body, {"Origin": f"http://127.0.0.1:{port}"})
    urllib.request.urlopen(request, timeout=60).close()


def measure(runs: int, port: int) -> Iterator[tuple[str, str, str]]:
    """Rows of what, median, and the range over `runs`."""
    first = [timed(("ask", "bostadskö")) for _ in track(range(runs), "start to first answer")]
    yield "start to first answer, whole process", f"{statistics.median(first):.2f} s", spread(first)
    thousand = "\n".join(questions(1000)) + "\n"
    many = [timed(("ask", "--json"), thousand) for _ in track(range(runs), "1,000 questions")]
    yield "1,000 questions in one process, start included", f"{statistics.median(many):.2f} s", spread(many)
    each = [(took - statistics.median(first)) for took in many]
    yield "a question, of those 1,000", f"{statistics.median(each):.1f} ms", ""
    checks = [timed(("check",)) for _ in track(range(runs), "check")]
    yield "check of the whole content, whole process", f"{statistics.median(checks):.2f} s", spread(checks)
    with running(port) as process:
        yield "run: until the page answers", f"{until_page_answers(port):.2f} s", ""
        used = process.cpu_times()
        yield "run: processor time until then", f"{used.user + used.system:.2f} s", ""
        yield "run: memory at rest", f"{process.memory_info().rss / MEGABYTE:.0f} MB", ""
        for question in track(questions(100), "100 questions by web"):
            ask_page(port, question)
        yield (
            "run: memory after 100 questions in twelve languages",
            f"{process.memory_info().rss / MEGABYTE:.0f} MB",
            "",
        )


def spread(values: list[float]) -> str:
    """The smallest and the largest."""
    return f"{min(values):.2f}-{max(values):.2f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="how often each is measured")
    parser.add_argument("--port", type=int, default=8097, help="a free port of this machine")
    options = parser.parse_args()
    table = Table("what", "median", "range", title=machine())
    for row in measure(options.runs, options.port):
        table.add_row(*row)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
