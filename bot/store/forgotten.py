"""Who asked to be forgotten, as keyed hashes outside the database, so that restoring a backup forgets them again."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

log = logging.getLogger(__name__)

# Backups older than this are not to be kept.
KEEP = timedelta(days=90)


class Forgotten:
    """A small file of hashes with the day of each; without the key nobody can tell from it who it was."""

    def __init__(self, folder: Path, key: str, today: Callable[[], date]) -> None:
        """`folder` is outside what is backed up; `key` is secret and stays the same, as the bot's token does."""
        self._file, self._today = folder / "forgotten", today
        self._key = hashlib.sha256(b"forgotten " + key.encode()).digest()

    def add(self, chat_id: int) -> None:
        """Remember that this chat is to be forgotten. A file that cannot be written is logged and stops nothing."""
        self._write({**self._read(), self._hash(chat_id): self._today()})

    def remove(self, chat_id: int) -> None:
        """The resident has come back by themselves."""
        kept = self._read()
        if kept.pop(self._hash(chat_id), None):
            self._write(kept)

    def among(self, chat_ids: Iterable[int]) -> list[int]:
        """Those of `chat_ids` that are to be forgotten."""
        kept = self._read()
        return [chat_id for chat_id in chat_ids if self._hash(chat_id) in kept] if kept else []

    def _hash(self, chat_id: int) -> str:
        return hmac.new(self._key, str(chat_id).encode(), hashlib.sha256).hexdigest()[:32]

    def _read(self) -> dict[str, date]:
        try:
            lines = self._file.read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            log.error("the list of the forgotten cannot be read: %s", error)
            return {}
        rows = (line.split() for line in lines)
        return {row[1]: date.fromisoformat(row[0]) for row in rows if len(row) == 2}

    def _write(self, kept: dict[str, date]) -> None:
        oldest = self._today() - KEEP
        text = "".join(f"{day.isoformat()} {one}\n" for one, day in kept.items() if day >= oldest)
        new = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with new.open("w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._file)
        except OSError as error:
            log.error("the list of the forgotten cannot be written, so a restored backup would remember: %s", error)
