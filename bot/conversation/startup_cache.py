"""What need not be worked out again at the next start: files read, what was fitted, and that content was found right.

Everything is kept by a hash of what it was made from, as JSON, plain arrays and empty marks: nothing read here can run
code, and a cache that is missing, damaged, full or not writable costs time only.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.activities.reading import PROGRAMME_FILES
from bot.settings import ROOT

KEPT_FILES = 100
_CONTENT = ("*.yaml", "*.yml", "*.po", "*.pot")


class StartupCache:
    """A folder of hashes."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when something is first kept."""
        self._folder = folder

    def fitted_by(self, *modules: ModuleType) -> FittedArrays:
        """Where what these modules fit is kept; what other versions of them fitted is not found."""
        return FittedArrays(self, program_digest(*modules)[:16])

    def load(self, name: str) -> dict[str, NDArray[Any]] | None:
        """The arrays kept under `name`; None when there are none or the file is damaged."""
        try:
            body = io.BytesIO((self._folder / f"{name}.npz").read_bytes())
            with np.load(body, allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
        except (OSError, ValueError, EOFError, TypeError, zipfile.BadZipFile, zlib.error):
            return None
        numbers = all(one.dtype.kind in "uif" for one in arrays.values())
        return arrays if numbers and all(np.isfinite(one).all() for one in arrays.values()) else None

    def save(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep arrays of numbers under `name`."""
        body = io.BytesIO()
        np.savez(body, **dict[str, Any](arrays))
        self._write(f"{name}.npz", body.getvalue())

    def recall(self, name: str, made_from: str) -> Any:
        """The plain data kept under `name`; None when it was made from something else, or is damaged."""
        try:
            seal, _, body = (self._folder / f"{name}.json").read_bytes().partition(b"\n")
            return json.loads(body) if seal == _seal(made_from, body) else None
        except (OSError, ValueError):
            return None

    def keep(self, name: str, made_from: str, value: object) -> None:
        """Keep `value` (lists, maps, strings, numbers) under `name`, in place of what was there."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        self._write(f"{name}.json", _seal(made_from, body) + b"\n" + body)

    def is_checked(self, digest: str) -> bool:
        """Whether the content with this digest was found without errors."""
        return (self._folder / f"checked-{digest}").exists()

    def mark_checked(self, digest: str) -> None:
        """Remember that the content with this digest has no errors."""
        with contextlib.suppress(OSError):
            self._prepared(f"checked-{digest}").touch()

    def _write(self, name: str, body: bytes) -> None:
        """Written beside and renamed, so that nobody meets half a file."""
        with contextlib.suppress(OSError):
            path = self._prepared(name)
            beside = path.with_suffix(f".{os.getpid()}.tmp")
            beside.write_bytes(body)
            beside.replace(path)

    def _prepared(self, name: str) -> Path:
        """A path in the folder, which is made when missing and kept from growing."""
        self._folder.mkdir(parents=True, exist_ok=True)
        oldest_first = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in oldest_first[: max(0, len(oldest_first) - KEPT_FILES)]:
            path.unlink(missing_ok=True)
        return self._folder / name


class FittedArrays:
    """Arrays kept by what they were fitted to, and by the program that fitted them."""

    def __init__(self, cache: StartupCache, program: str) -> None:
        """`program`: what tells one version of it from another."""
        self._cache, self._program = cache, program

    def load(self, key: str) -> dict[str, NDArray[Any]] | None:
        """The arrays kept under `key`, or None."""
        return self._cache.load(f"fitted-{self._program}-{key}")

    def save(self, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep arrays under `key`."""
        self._cache.save(f"fitted-{self._program}-{key}", arrays)


def _seal(made_from: str, body: bytes) -> bytes:
    return hashlib.sha256(made_from.encode() + b"\n" + body).hexdigest().encode()


def program_digest(*modules: ModuleType) -> str:
    """A hash of the source of these modules: another program would make something else of the same content."""
    digest = hashlib.sha256()
    for module in modules:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def content_digest(knowledge: Path, locales: Path, today: date) -> str:
    """A hash of all that decides whether the answers are right: every file of them, this program, and the day.

    What makes up the programme of activities is left out: it is checked at every reading.
    """
    digest = hashlib.sha256(today.isoformat().encode())
    files = [
        path
        for folder in (knowledge, locales)
        for ending in _CONTENT
        for path in folder.rglob(ending)
        if path.relative_to(folder).parts[0] not in PROGRAMME_FILES
    ]
    for path in sorted([*files, *(ROOT / "bot").rglob("*.py")]):
        digest.update(str(path).encode())
        with contextlib.suppress(OSError):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]
