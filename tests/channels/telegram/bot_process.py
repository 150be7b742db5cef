"""The bot as a process of its own, to be killed.

`python -m tests.channels.telegram.bot_process URL TOKEN DATABASE [WEBHOOK_PORT]`
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from bot.languages.table import Languages
from bot.settings import ROOT
from tests.channels.telegram.conftest import FakeDialogue
from tests.standin.running import running_bot


async def main(url: str, token: str, database: str, port: str = "0") -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    dialogue = FakeDialogue(Languages.load(ROOT / "locales" / "languages.yaml"))
    async with running_bot(url, dialogue, Path(database), token=token, webhook_port=int(port) or None):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
