"""The structure the design promises, read from the code's own imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import ROOT

# From the top down: a layer may import those below it, never one above or beside it in the list.
LAYERS = (
    ("cli", "cli_calendars", "app", "__main__"),
    ("channels",),
    ("insight",),
    ("conversation",),
    ("announcements",),
    ("activities",),
    ("understanding",),
    ("knowledge",),
    ("languages", "store", "settings"),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
NOT_WHILE_ANSWERING = {"asyncio", "socket", "urllib", "http", "aiohttp", "sqlalchemy", "telegram", "starlette"}
# Puts addresses together and asks nobody.
TEXT_ONLY = "urllib.parse"


def modules() -> list[Path]:
    return sorted((ROOT / "bot").rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def layer(module: str) -> str:
    return module.split(".")[1] if module.count(".") else ""


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_point_downwards(path: Path) -> None:
    own = layer(name_of(path))
    for module in imported(path):
        if own in RANK and module.startswith("bot.") and layer(module) != own:
            assert RANK[layer(module)] >= RANK[own], f"{name_of(path)} imports {module}"


def test_every_package_has_a_layer() -> None:
    assert {layer(name_of(path)) for path in modules()} - {"__init__"} == set(RANK)


@pytest.mark.parametrize("package", ["understanding", "knowledge"])
def test_answering_does_no_network_and_no_database(package: str) -> None:
    for path in sorted((ROOT / "bot" / package).rglob("*.py")):
        used = {module.split(".")[0] for module in imported(path) if module != TEXT_ONLY}
        assert not used & NOT_WHILE_ANSWERING, path


def test_understanding_knows_no_files_and_no_yaml() -> None:
    for path in sorted((ROOT / "bot" / "understanding").rglob("*.py")):
        assert not {module.split(".")[0] for module in imported(path)} & {"yaml", "pathlib", "os", "io"}, path


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
