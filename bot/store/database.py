"""Opening the database: its folder, its settings, its tables, and errors a person can act on."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Table, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

# FULL: a power cut cannot forget what was committed. secure_delete: what is forgotten is overwritten.
_PRAGMAS = (
    "busy_timeout = 10000",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "journal_size_limit = 67108864",
)

_READS = "reads_only"
# PostgreSQL: answers must not wait for a connection while announcements are written.
_CONNECTIONS = 5
# Any number, the same in every instance: starting instances migrate one after the other.
_MIGRATION_LOCK = 7_305_128

Insert = sqlite.Insert | postgresql.Insert


_CLASS = re.compile(r"^<class '[^']*'>: ")


class StoreError(Exception):
    """The database cannot be used; the message is one line that says which, why, and what to do where that is known."""


class Store:
    """An open database whose tables are those of this program.

    With SQLite it is one connection, which writes one transaction at a time anyway; with PostgreSQL a few.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        """Use `Store.open`."""
        self._engine = engine
        self._shown = engine.url.render_as_string(hide_password=True)
        self.is_shared = engine.dialect.name == "postgresql"
        """Whether other instances may use the database at the same time, each on a machine of its own."""
        self._failures = _failures(is_shared=self.is_shared)

    @classmethod
    async def open(cls, url: str) -> Store:
        """Open the database at `url`, making its folder and tables when missing; raises StoreError."""
        # At DEBUG it logs every statement with its values, and with them chat ids.
        logging.getLogger("aiosqlite").setLevel(logging.INFO)
        store = cls(_engine(url))
        try:
            await store._migrate()
        except BaseException:
            await store.close()
            raise
        return store

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed at the end of the block; raises StoreError."""
        try:
            async with self._engine.begin() as connection:
                yield connection
        except self._failures as error:
            raise StoreError(self._explain(error)) from error

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for single statements outside a transaction; raises StoreError."""
        options = {"isolation_level": "AUTOCOMMIT"} if self.is_shared else {_READS: True}
        try:
            async with self._engine.connect() as connection:
                yield await connection.execution_options(**options)
        except self._failures as error:
            raise StoreError(self._explain(error)) from error

    def insert_new(self, table: Table) -> Insert:
        """An INSERT for `table`; to be followed by values or a select and `on_conflict_do_nothing()`."""
        return postgresql.insert(table) if self.is_shared else sqlite.insert(table)

    async def wipe_journal(self) -> None:
        """Empty SQLite's journal, where deleted rows would stand until it is written over; raises StoreError."""
        if self._engine.dialect.name == "sqlite":
            async with self.read() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _migrate(self) -> None:
        from bot.store.migrating import NewerDatabaseError, upgrade

        try:
            async with self.write() as connection:
                if self.is_shared:
                    await connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
                await connection.run_sync(upgrade)
        except NewerDatabaseError as error:
            raise StoreError(
                f"{self._shown} was last used by a newer version of this program (revision {error}); "
                "install that version, or restore a backup from before it"
            ) from error

    def _explain(self, error: Exception) -> str:
        return _explain(self._shown, error.orig if isinstance(error, DBAPIError) else error)


def _explain(shown: str, error: object) -> str:
    """One line without the statement and its values, which may be personal data."""
    # PostgreSQL tells the values of a row in a second line.
    lines = str(error).strip().splitlines()
    reason = type(error).__name__ if isinstance(error, SQLAlchemyError) or not lines else _CLASS.sub("", lines[0])
    remedies = {
        "unable to open database file": "DATABASE_URL must name a file in a folder where this program may write",
        "file is not a database": "move it away, or let DATABASE_URL name another file",
        "database or disk is full": "make room on the disk",
        "attempt to write a readonly database": "give this program the right to write the file and its folder",
        "database is locked": "another program is using it; stop that one",
        "Connect call failed": "start PostgreSQL, or check the host and port in DATABASE_URL",
        "authentication failed": "check the user and the password in DATABASE_URL",
        "does not exist": "check the name in DATABASE_URL, or create it",
        "could not extend file": "make room on the disk of PostgreSQL",
    }
    return "; ".join([f"{shown}: {reason}", *(text for key, text in remedies.items() if key in reason)])


def _engine(url: str) -> AsyncEngine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "DATABASE_URL is not an address of a database; write it like sqlite+aiosqlite:///data/tillsammans.db"
        ) from error
    shown = parsed.render_as_string(hide_password=True)
    if parsed.drivername == "sqlite":
        raise StoreError(f"DATABASE_URL {shown} lacks the driver; write sqlite+aiosqlite:// instead of sqlite://")
    is_sqlite = parsed.get_backend_name() == "sqlite"
    if not is_sqlite and parsed.drivername != "postgresql+asyncpg":
        raise StoreError(
            f"DATABASE_URL {shown} cannot be used here: write postgresql+asyncpg://user:password@host/database, "
            "or sqlite+aiosqlite:///data/tillsammans.db"
        )
    try:
        # A connection that PostgreSQL has closed meanwhile is replaced before it is used.
        engine = create_async_engine(
            parsed,
            hide_parameters=True,
            pool_size=1 if is_sqlite else _CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=not is_sqlite,
        )
    except (ImportError, ArgumentError) as error:
        raise StoreError(f"DATABASE_URL {shown} cannot be used here: {error}") from error
    if is_sqlite:
        _prepare_file(parsed)
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _failures(*, is_shared: bool) -> tuple[type[Exception], ...]:
    """What a database raises; asyncpg's own errors when a connection cannot be made are not SQLAlchemy's."""
    if not is_shared:
        return (SQLAlchemyError,)
    from asyncpg import InterfaceError, PostgresError  # type: ignore[import-untyped]

    return (SQLAlchemyError, OSError, PostgresError, InterfaceError)


def _prepare_file(url: URL) -> None:
    """Make the folder and try the file, before a connection in a thread of its own would fail less tidily."""
    if not url.database or url.database == ":memory:":
        return
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"the folder {folder} for the database cannot be made: {error.strerror}") from error
    try:
        with closing(sqlite3.connect(url.database)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        raise StoreError(_explain(url.render_as_string(hide_password=True), error)) from error


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Without this, Python's driver begins transactions itself, late and without the lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
    except Exception:
        # The pool does not know it yet, so nobody else would close it.
        connection.close()
        raise
    cursor.close()


def _begin(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once: two starting programs migrate one after the other.
    if not connection.get_execution_options().get(_READS):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
