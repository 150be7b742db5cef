"""YAML files read safely, every value with its line: no types guessed, no aliases, no half-read file."""

from __future__ import annotations

import functools
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.problems import Problems, say

MAX_BYTES = 2_000_000
MAX_DEPTH = 12
PLAIN_TAG = "tag:yaml.org,2002:str"
_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TooDeepError(yaml.YAMLError):
    """The file is nested deeper than anything staff write."""


class _Loader(_SafeLoader):  # type: ignore[misc]
    """Composes nodes with their lines; guesses no types, and stops before deep nesting overruns the C stack."""

    _depth = 0

    def descend_resolver(self, node: yaml.Node | None, index: object) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TooDeepError(f"nested more than {MAX_DEPTH} levels deep")

    def ascend_resolver(self) -> None:
        self._depth -= 1

    def resolve(self, kind: type[yaml.Node], value: object, implicit: object) -> str:
        return PLAIN_TAG


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file: `path` as staff know it, `data` of maps, lists and strings, and what it was read from, `packed`.

    Lines are worked out from the text when a problem has to be placed, which is seldom; nodes would take much memory,
    and so would the text as it is.
    """

    path: str
    data: dict[str, Any]
    packed: bytes

    @classmethod
    def of(cls, path: str, data: dict[str, Any], raw: bytes) -> Document:
        """A document read from the bytes of a file in UTF-8."""
        return cls(path, data, zlib.compress(raw, 1))

    @property
    def text(self) -> str:
        """What it was read from."""
        return zlib.decompress(self.packed).decode("utf-8-sig")

    def line(self, *keys: str | int) -> int:
        """The line (from 1) of the value under `keys`, or of the nearest thing above it that exists."""
        node: yaml.Node = _compose_again(self.text)
        line = 1
        for key in keys:
            step = _step(node, key)
            if step is None:
                break
            line, node = step
        return line

    def text_line(self, offset: int, *keys: str | int) -> int:
        """The line of row `offset` (from 0) within the block of text under `keys`."""
        node: yaml.Node = _compose_again(self.text)
        for key in keys:
            step = _step(node, key)
            if step is None:
                return self.line(*keys)
            node = step[1]
        first = int(node.start_mark.line) + 1
        return first + 1 + offset if getattr(node, "style", None) in ("|", ">") else first


@functools.lru_cache(maxsize=2)
def _compose_again(text: str) -> yaml.Node:
    node = yaml.compose(text, Loader=_Loader)
    assert node is not None, "a text that was read once can be read again"  # noqa: S101
    return node


def _step(node: yaml.Node, key: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return name.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        item: yaml.Node = node.value[key]
        return item.start_mark.line + 1, item
    return None


def read_document(file: Path, path: str, problems: Problems) -> Document | None:
    """Read `file`, called `path` in messages; None when it cannot be used, with every reason in `problems`."""
    text = _read_text(file, path, problems)
    if text is None:
        return None
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        problems.error(
            path,
            line,
            say("a git conflict was left in the file"),
            say("keep one of the two versions and delete the lines with <<<<<<<, ======= and >>>>>>>"),
        )
        return None
    return _compose(text, path, problems)


def _read_text(file: Path, path: str, problems: Problems) -> str | None:
    try:
        raw = file.read_bytes()
    except OSError as error:
        problems.error(path, 1, say("the file cannot be read ({reason})", reason=error.strerror or error))
        return None
    if len(raw) > MAX_BYTES:
        problems.error(
            path,
            1,
            say("the file is {size} bytes; at most {most} are read", size=len(raw), most=MAX_BYTES),
            say("divide it into several files"),
        )
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.error(
            path,
            line,
            say("the file is not UTF-8 (it may have been saved as Latin-1 or Windows-1252)"),
            say("save it again with the encoding UTF-8"),
        )
        return None


def _compose(text: str, path: str, problems: Problems) -> Document | None:
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.error(
            path,
            mark.line + 1 if mark else 1,
            say("this is not valid YAML: {reason}", reason=error.problem or error.context or "?"),
            say("look for a missing quotation mark, a missing ':' or lines indented differently, here or just above"),
        )
        return None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = _line_of_reader_error(text, error)
        problems.error(
            path,
            line,
            say("this is not valid YAML: {reason}", reason=str(error).splitlines()[0]),
            say("remove the character or the nesting that YAML does not allow"),
        )
        return None
    if root is None:
        problems.error(path, 1, say("the file is empty"), say("restore its content, or delete the file"))
        return None
    if not isinstance(root, yaml.MappingNode):
        problems.error(path, 1, say("the file must begin with 'name: value' lines"))
        return None
    before = len(problems)
    data = _Plain(path, problems).convert(root)
    return Document.of(path, data, text.encode()) if len(problems) == before else None


def _line_of_reader_error(text: str, error: Exception) -> int:
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 1


class _Plain:
    """Turns nodes into maps, lists and strings, refusing aliases, tags and double keys."""

    def __init__(self, path: str, problems: Problems) -> None:
        self.path, self.problems = path, problems
        self._seen: set[int] = set()

    def convert(self, node: yaml.Node) -> Any:
        if id(node) in self._seen:
            self._error(node, say("YAML aliases (*name) are not used here"), say("write the text out in both places"))
            return ""
        self._seen.add(id(node))
        if node.tag != PLAIN_TAG:
            self._error(node, say("YAML tags (!name) are not used here"), say("put quotation marks round the text"))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(item) for item in node.value]
        return str(node.value)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                self._error(name, say("a name before ':' must be plain text"))
            elif name.value in result:
                self._error(name, say("'{name}' stands twice here", name=name.value), say("keep one of them"))
            else:
                result[name.value] = self.convert(value)
        return result

    def _error(self, node: yaml.Node, what: Any, remedy: Any = None) -> None:
        self.problems.error(self.path, node.start_mark.line + 1, what, remedy)
