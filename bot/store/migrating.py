"""Bringing a database to the tables of this program, at every start."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_MIGRATIONS = Path(__file__).parent / "migrations"


class NewerDatabaseError(Exception):
    """The database was migrated by a newer program; its revision is the argument."""


def upgrade(connection: Connection) -> None:
    """Run what is missing, inside the transaction of `connection`, which keeps other starting programs waiting.

    Raises NewerDatabaseError when the database knows a revision that this program does not.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise NewerDatabaseError(current)
    if current != scripts.get_current_head():
        command.upgrade(config, "head")
