"""A coordinator at work beside a dialogue: saves a file of activities, and the bot announces what is in it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import HttpUrl, SecretStr

from bot.activities.reading import ProgrammeReader
from bot.announcements.announcer import Announcer
from bot.channels.telegram.announcing import open_announcer
from bot.conversation.brain import Brain
from bot.conversation.replies import Reply
from bot.languages.dates import ZONE
from bot.languages.words import Words
from bot.settings import ROOT, Settings
from bot.store import Store
from tests.standin.server import TOKEN

# Nobody's quiet hour.
_BEGIN = datetime(2026, 11, 21, 11, tzinfo=UTC)
_MOST_PAGES = 50


@dataclass
class Coordinator:
    """The content in service, the file that is edited, and the clock, which stands still unless it is moved."""

    brain: Brain
    folder: Path
    moment: datetime = _BEGIN
    announcer: Announcer[Reply] | None = None

    @classmethod
    def begin(cls, brain: Brain, folder: Path) -> Coordinator:
        """With the lists of the repository and an empty programme."""
        (folder / "activities").mkdir(parents=True)
        for name in ("programme.yaml", "organisations.yaml"):
            shutil.copy(ROOT / "knowledge" / name, folder / name)
        coordinator = cls(brain, folder)
        coordinator._read()
        return coordinator

    @asynccontextmanager
    async def announcing(self, url: str, store: Store) -> AsyncIterator[None]:
        """Announce to the Bot API server at `url` until the block ends."""
        settings = Settings(_env_file=None).model_copy(
            update={
                "telegram_token": SecretStr(TOKEN),
                "telegram_api_url": HttpUrl(url),
                "outside_backup": self.folder / "outside",
            }
        )
        staff = Words(ROOT / "locales", self.brain.languages, "staff").of("sv")
        async with open_announcer(settings, store, lambda: self.brain, staff, lambda: self.moment) as announcer:
            assert announcer is not None
            self.announcer = announcer
            await announcer.restoring.open()
            await self._announce()
            yield

    async def publish(self, text: str) -> None:
        """Save the file, as staff do, and announce what is new in it."""
        (self.folder / "activities" / "own.yaml").write_text(text, encoding="utf-8")
        self._read()
        await self._announce()

    async def wait(self, hours: float) -> None:
        """Let time pass, and announce what is due by then."""
        self.moment += timedelta(hours=hours)
        self._read()
        await self._announce()

    def _read(self) -> None:
        today = self.moment.astimezone(ZONE).date()
        reading = ProgrammeReader(self.folder, self.brain.languages).read(self.brain.content, today)
        assert not reading.problems.errors, [problem.render() for problem in reading.problems.errors]
        self.brain = replace(self.brain, programme=reading.programme)

    async def _announce(self) -> None:
        assert self.announcer is not None
        await self.announcer.plan_once()
        for _ in range(_MOST_PAGES):
            if not await self.announcer.sender.due():
                return
            await self.announcer.sender.send_page()
            # One message a second to one chat.
            self.moment += timedelta(seconds=2)
        raise AssertionError("announcements never come to an end")
