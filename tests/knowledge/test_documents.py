"""Files as they are saved in real life: half-written, in the wrong encoding, with a conflict, or made to do harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.documents import MAX_BYTES, Document, read_document
from bot.knowledge.problems import Problems


def read(tmp_path: Path, data: bytes | str) -> tuple[Document | None, list[str]]:
    file = tmp_path / "housing.yaml"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    problems = Problems()
    return read_document(file, "knowledge/sv/housing.yaml", problems), [problem.render() for problem in problems]


@pytest.mark.parametrize(
    ("data", "line", "told"),
    [
        ("a: 1\nb: [2\n", 3, "not valid YAML"),
        ("a: 1\n b: 2\n", 2, "not valid YAML"),
        ("a:\n  answer: \"half", 2, "not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "not valid YAML"),
        ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> other\n", 2, "git conflict"),
        ("a: Uddevalla\nb: Bostadskö\n".encode("latin-1"), 2, "not UTF-8"),
        ("a: &x 1\nb: *x\n", 1, "aliases"),
        ("a: &a [b, b]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", 1, "aliases"),
        ("a: &a [*a]\n", 1, "aliases"),
        ("a: !!python/object/apply:os.system ['true']\n", 1, "tags"),
        ("a: !secret x\n", 1, "tags"),
        ("a: 1\na: 2\n", 1, "stands twice"),
        ("? [x]\n: 1\n", 1, "must be plain text"),
        ("", 1, "the file is empty"),
        ("# only a comment\n", 1, "the file is empty"),
        ("- a\n- b\n", 1, "must begin with 'name: value' lines"),
        ("just text\n", 1, "must begin with 'name: value' lines"),
        ("a: " + "[" * 40 + "]" * 40, 1, "levels deep"),
        ("a: " + "[" * 100_000, 1, ""),
        (b"a: \x00\n", 1, "not valid YAML"),
        (b"a: 1\n" * (MAX_BYTES // 5 + 1), 1, "at most"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_with_its_line(tmp_path: Path, data: bytes | str, line: int, told: str) -> None:
    document, problems = read(tmp_path, data)
    assert document is None
    assert problems
    assert told in problems[0]
    path, number, _ = problems[0].split(":", 2)
    assert path == "knowledge/sv/housing.yaml"
    assert int(number) >= line


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    problems = Problems()
    assert read_document(tmp_path / "gone.yaml", "knowledge/gone.yaml", problems) is None
    assert "cannot be read" in next(iter(problems)).render()


def test_nothing_is_guessed_about_types(tmp_path: Path) -> None:
    document, problems = read(tmp_path, "no: no\nday: 2026-01-01\nnumber: 0522\nnull: ~\n")
    assert problems == []
    assert document is not None
    assert document.data == {"no": "no", "day": "2026-01-01", "number": "0522", "null": "~"}


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    document, _ = read(tmp_path, b"\xef\xbb\xbfa: 1\n")
    assert document is not None
    assert document.data == {"a": "1"}


def test_lines_are_those_of_an_editor(tmp_path: Path) -> None:
    document, _ = read(
        tmp_path, "# comment\nhousing:\n  title: x\n  answer: |\n    one\n    two\n  ask:\n    - a\n    - b\n"
    )
    assert document is not None
    assert document.line("housing", "ask", 1) == 9
    assert document.text_line(1, "housing", "answer") == 6
    assert document.line("housing", "gone") == 2


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_file_makes_the_reader_fail(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    document, problems = read(tmp_path_factory.mktemp("any"), data)
    assert (document is None) == bool(problems)
