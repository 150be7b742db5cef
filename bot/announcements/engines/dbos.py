"""DBOS as the engine, from the extra `scale`: it shares pages among instances; the ledger still decides who gets what.

A page is a workflow that carries a number and nothing about anybody. Losing one loses nothing, because the lease in the
ledger, not the workflow, owns a delivery.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dbos import DBOS, DBOSConfig, SetEnqueueOptions, error
from sqlalchemy import make_url

from bot.announcements.engines import SendPage
from bot.announcements.engines.loop import LANES, PAGE, rest

log = logging.getLogger(__name__)

_QUEUE = "announcements"
_WORKFLOW = "send_page"
# Pages that may wait or run at the same time, over all instances.
_PAGES = 4
# A page of an instance that died keeps its place until the next of these.
_PLACE_SECONDS = 60
_LOOK_SECONDS = 0.5
_KEEP = timedelta(hours=1)
_CLEAN_SECONDS = 600.0
_STOPPING_SECONDS = 40


class DbosEngine:
    """Tops up a queue of pages while there may be something to send. One per process, as DBOS itself."""

    def __init__(self, database_url: str, page: int = PAGE, name: str | None = None) -> None:
        """`database_url` as in the settings: DBOS keeps its own tables beside ours, or in a file beside SQLite's.

        `name` tells instances apart and stays the same when one is restarted; by default that of the machine.
        """
        self._url, self._page, self._name = _system_database(database_url), page, name or socket.gethostname()

    async def run(self, send_page: SendPage, stop: asyncio.Event) -> None:
        """Drive until `stop` is set, then wait for the pages of this instance."""
        loop = asyncio.get_running_loop()

        async def send_here(size: int) -> int:
            return await send_page(size)

        def send(size: int) -> int:
            return asyncio.run_coroutine_threadsafe(send_here(size), loop).result()

        await asyncio.to_thread(self._launch, send)
        try:
            await self._top_up(stop)
        finally:
            await asyncio.to_thread(
                DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=_STOPPING_SECONDS
            )

    def _launch(self, send: Callable[[int], int]) -> None:
        config: DBOSConfig = {
            "name": "tillsammans",
            "system_database_url": self._url,
            # Otherwise a hash of the code, and pages of before an update would never be sent.
            "application_version": "1",
            "executor_id": self._name,
            "log_level": "WARNING",
        }
        DBOS(config=config)
        self._workflow: Callable[[int], int] = DBOS.workflow(name=_WORKFLOW)(send)
        DBOS.listen_queues([_QUEUE])
        DBOS.launch()
        DBOS.register_queue(_QUEUE, worker_concurrency=LANES, polling_interval_sec=0.1)

    async def _top_up(self, stop: asyncio.Event) -> None:
        cleaned = time.monotonic()
        while not stop.is_set():
            try:
                await asyncio.to_thread(self._add_pages)
                if time.monotonic() - cleaned > _CLEAN_SECONDS:
                    cleaned = time.monotonic()
                    await asyncio.to_thread(self.clean)
            except Exception as trouble:
                log.error("DBOS cannot take pages: %s", type(trouble).__name__)
            await rest(_LOOK_SECONDS, stop)

    def _add_pages(self) -> None:
        """Each place holds one page, waiting or running, whichever instance adds it."""
        period = int(time.time()) // _PLACE_SECONDS
        for place in range(_PAGES):
            try:
                with SetEnqueueOptions(deduplication_id=f"{period}-{place}"):
                    DBOS.enqueue_workflow(_QUEUE, self._workflow, self._page)
            except error.DBOSQueueDeduplicatedError:
                continue

    def clean(self) -> None:
        """Delete what is finished: DBOS itself keeps everything."""
        before = (datetime.now(UTC) - _KEEP).isoformat()
        done = DBOS.list_workflows(name=_WORKFLOW, completed_before=before, load_input=False, load_output=False)
        DBOS.delete_workflows([workflow.workflow_id for workflow in done])


def _end() -> None:
    DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=_STOPPING_SECONDS)


def _system_database(url: str) -> str:
    """The address of DBOS's own tables, in the way its drivers want it."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return f"sqlite:///{parsed.database}.dbos"
    return parsed.set(drivername="postgresql").render_as_string(hide_password=False)
