"""The command `announce`: look ahead, send now what is due, let go what was held back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from rich.progress import Progress
from rich.table import Table

from bot.announcements.announcer import Announcer
from bot.announcements.dry_run import DryRun, Preview
from bot.channels.telegram.announcing import open_announcer
from bot.conversation.brain import Brain
from bot.conversation.replies import Reply
from bot.languages.dates import ZONE
from bot.languages.words import Texts
from bot.settings import Settings
from bot.store import Store, StoreError


class AnnounceError(Exception):
    """The command cannot do what it should; the message says why and how to mend it."""


@asynccontextmanager
async def _opened(settings: Settings, brain: Brain, staff: Texts) -> AsyncIterator[tuple[Store, Announcer[Reply]]]:
    if settings.telegram_token is None:
        raise AnnounceError("TELEGRAM_TOKEN is not set, and announcements go out by Telegram; set it as for `run`")
    try:
        store = await Store.open(settings.database_url)
        try:
            async with open_announcer(settings, store, lambda: brain, staff, _now) as announcer:
                if announcer is None:
                    raise AnnounceError("TELEGRAM_TOKEN is not a token; copy it from @BotFather anew")
                yield store, announcer
        finally:
            await store.close()
    except StoreError as error:
        raise AnnounceError(str(error)) from error


def _now() -> datetime:
    return datetime.now(UTC)


async def look_ahead(settings: Settings, brain: Brain, staff: Texts) -> Sequence[Preview]:
    """What would be announced; nothing is sent. Raises AnnounceError."""
    async with _opened(settings, brain, staff) as (store, announcer):
        look = DryRun(store, announcer.bot_id, announcer.planner, brain.languages)
        return await look.look(brain.programme, _now())


async def release_parked(settings: Settings, brain: Brain, staff: Texts) -> int:
    """Let go what waits for a person; how many deliveries. Raises AnnounceError."""
    async with _opened(settings, brain, staff) as (_, announcer):
        return await announcer.restoring.release()


async def send_all(settings: Settings, brain: Brain, staff: Texts, progress: Progress) -> int:
    """Plan and send until nothing is due; how many arrived. Raises AnnounceError."""
    async with _opened(settings, brain, staff) as (_, announcer):
        await announcer.restoring.open()
        await announcer.plan_once()
        due = await announcer.sender.due()
        advance = _bar(progress, "Sending announcements", due)
        sent = 0
        while await announcer.sender.due():
            arrived = await announcer.sender.send_page()
            sent += arrived
            advance(arrived)
            if announcer.sender.trouble:
                raise AnnounceError(
                    f"{sent} of {due} sent, then: {announcer.sender.trouble}; `run` goes on with the rest"
                )
            if not arrived:
                await asyncio.sleep(1)
        await announcer.receipts.step()
        return sent


def _bar(progress: Progress, what: str, total: int) -> Callable[[int], None]:
    task = progress.add_task(what, total=total)
    return lambda amount: progress.advance(task, amount)


def preview_table(previews: Sequence[Preview]) -> Table:
    """One row for each announcement: what, of what, when, to how many in which languages, and what is missing."""
    table = Table("kind", "activity", "when", "readers", "of them after quiet hours", "by language", "no text in")
    for one in previews:
        table.add_row(
            f"{one.kind.value} ({one.state})",
            one.activity_id,
            f"{one.due.astimezone(ZONE):%Y-%m-%d %H:%M}",
            str(sum(one.readers.values())),
            str(one.after_quiet_hours),
            ", ".join(f"{language} {count}" for language, count in sorted(one.readers.items())),
            ", ".join(one.missing),
        )
    return table
