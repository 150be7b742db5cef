"""One instance as a process of its own, to be killed: `python -m benchmarks.announcing_process '{...}'`.

Every message that arrives is written to a file at the moment it does, in one write, so a SIGKILL loses none.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path

from benchmarks.announcing import InstantMessenger, announcer, opened, programme
from bot.announcements.engines.loop import LoopEngine


async def run(url: str, folder: Path, arrived: Path, latency: float, per_second: float) -> None:
    """Send until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    descriptor = os.open(arrived, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    messenger = InstantMessenger(latency, lambda chat: _note(descriptor, chat))
    async with opened(url) as store:
        one = announcer(store, folder, messenger, per_second, programme())
        await one.restoring.open()
        await one.run(stop, LoopEngine(idle=0.2))


def _note(descriptor: int, chat: int) -> None:
    os.write(descriptor, f"{chat} {time.time():.4f} {os.getpid()}\n".encode())


if __name__ == "__main__":
    options = json.loads(sys.argv[1])
    asyncio.run(
        run(
            options["url"],
            Path(options["folder"]),
            Path(options["arrived"]),
            options["latency"],
            options["per_second"],
        )
    )
