"""The commands as others rely on them: their output, their exit codes, their refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import SCHEMAS, app
from bot.conversation.brain import Brain
from bot.knowledge.schema import editor_schema
from bot.settings import ROOT
from tests.small_content import SmallContent

FIELDS = [
    "question",
    "language",
    "answer_language",
    "decision",
    "crisis",
    "topic",
    "part",
    "also",
    "candidates",
    "text",
]


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("TELEGRAM_TOKEN", "TELEGRAM_API_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def small(small_content: SmallContent, monkeypatch: pytest.MonkeyPatch) -> SmallContent:
    monkeypatch.setenv("TILLSAMMANS_KNOWLEDGE", str(small_content.knowledge))
    monkeypatch.setenv("TILLSAMMANS_LOCALES", str(small_content.locales))
    monkeypatch.setenv("TILLSAMMANS_CACHE", str(small_content.knowledge.parent / "cache"))
    monkeypatch.setenv("TILLSAMMANS_STAFF_LANGUAGE", "en")
    return small_content


def call(*arguments: str, standard_input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=standard_input)


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_ask_prints_one_object_per_line_of_input(small: SmallContent) -> None:
    found = rows(call("ask", "--json", standard_input="bostadskö\n\nqwzxv\nmin man andas inte\n"))
    assert [row["question"] for row in found] == ["bostadskö", "", "qwzxv", "min man andas inte"]
    assert all(list(row) == FIELDS for row in found)
    assert [row["decision"] for row in found] == ["answer", "unknown", "unknown", "answer"]
    assert found[0]["topic"] == "housing-queue"
    assert found[3]["crisis"] is True
    assert found[3]["topic"] == "emergency-112"
    assert "112" in found[3]["text"]


def test_ask_takes_one_question_and_a_chosen_language(small: SmallContent) -> None:
    (row,) = rows(call("ask", "--lang", "en", "--json", "housing queue"))
    assert (row["answer_language"], row["topic"]) == ("en", "housing-queue")
    assert "Join the housing queue" in row["text"]
    assert "Join the housing queue" in call("ask", "--lang", "en", "housing queue").stdout


def test_ask_survives_bytes_that_are_no_text(small: SmallContent) -> None:
    assert len(rows(call("ask", "--json", standard_input=b"\xff\xfe bostad\n\x00\n"))) == 2


def test_an_unknown_language_is_refused_with_a_suggestion(small: SmallContent) -> None:
    result = call("ask", "--lang", "svv", "bostad")
    assert result.exit_code == 2
    assert "did you mean 'sv" in result.stderr


def test_check_is_quiet_about_nothing_and_exits_with_one_on_an_error(small: SmallContent) -> None:
    assert call("check").exit_code == 0
    small.change("sv/housing.yaml", "  answer: |", "  anser: |")
    result = call("check")
    assert result.exit_code == 1
    assert "knowledge/sv/housing.yaml:3: 'anser' is not a field here; did you mean 'answer'?" in result.stdout


def test_check_speaks_swedish_when_asked_to(small: SmallContent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILLSAMMANS_STAFF_LANGUAGE", "sv")
    small.change("sv/housing.yaml", "  answer: |", "  anser: |")
    assert "'anser' är inget fält här; menade du 'answer'?" in call("check").stdout


def test_check_as_json_tells_file_line_and_remedy(small: SmallContent) -> None:
    small.change("sv/housing.yaml", "  answer: |", "  anser: |")
    found = json.loads(call("check", "--json").stdout)
    errors = [problem for problem in found if problem["severity"] == "error"]
    assert {problem["what"] for problem in errors} == {"'anser' is not a field here", "'answer' is missing"}
    assert all(problem["file"] == "knowledge/sv/housing.yaml" for problem in errors)


def test_broken_content_answers_nothing_and_tells_every_error(small: SmallContent) -> None:
    small.change("sv/housing.yaml", "  answer: |", "  anser: |")
    small.change("facts/contacts.yaml", "https://www.uddevallahem.se", "http://www.uddevallahem.se")
    result = call("ask", "bostad")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "anser" in result.stderr
    assert "contacts.yaml:4" in result.stderr


def test_missing_content_is_one_clear_error(small: SmallContent) -> None:
    shutil.rmtree(small.knowledge)
    result = call("ask", "bostad")
    assert result.exit_code == 1
    assert "the folder is missing" in result.stderr


def test_a_wrong_setting_is_told_by_its_name(small: SmallContent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILLSAMMANS_WEB_PORT", "eighty")
    result = call("run")
    assert result.exit_code == 2
    assert "TILLSAMMANS_WEB_PORT" in result.stderr


def test_accept_makes_a_translation_current_and_reviewed(small: SmallContent) -> None:
    assert "text in english" not in call("status").stdout
    assert call("accept", "en", "--reviewed").exit_code == 1
    assert call("accept", "en", "nothing").exit_code == 1
    assert call("accept", "en", "--reviewed", "--by", "translator").exit_code == 0
    state = small.path("translations/en.yaml").read_text(encoding="utf-8")
    assert "status: reviewed, by: translator" in state
    assert "Read and approved by translator" in call("ask", "--lang", "en", "housing queue").stdout


def test_a_text_that_was_accepted_and_then_deleted_is_missed(small: SmallContent) -> None:
    call("accept", "en")
    small.path("en/housing.yaml").unlink()
    result = call("check")
    assert result.exit_code == 1
    assert "the text of 'housing-queue' in 'en' is gone" in result.stdout
    assert call("accept", "en", "housing-queue", "--remove").exit_code == 0
    assert call("check").exit_code == 0


def test_status_counts_every_area(brain: Brain) -> None:
    result = call("status")
    assert result.exit_code == 0
    assert all(f" {area} " in result.stdout for area in brain.content.areas["sv"])
    assert all(f" {key} " in result.stdout for key in ("sv-simple", "bs"))
    assert " 16m " in result.stdout


def test_the_schemas_for_editors_are_those_of_the_code() -> None:
    for name, model in SCHEMAS.items():
        written = json.loads((ROOT / "knowledge" / "schema" / f"{name}.json").read_text(encoding="utf-8"))
        assert written == editor_schema(model), "run: make schemas"


def test_evaluate_counts_what_was_understood(small: SmallContent, tmp_path: Path) -> None:
    path = tmp_path / "sv.tsv"
    path.write_text("housing-queue\tbostadskö\n-\tqwzxv\nemergency-112\tsöka lägenhet\n", encoding="utf-8")
    result = call("evaluate", str(path), "--show-wrong")
    assert result.exit_code == 0, result.output
    assert "söka lägenhet" in result.stdout


@pytest.mark.parametrize("text", ["one column\n", "a\tb\tc\n", "dev\tnonsense\ttopic\tquestion\n"])
def test_evaluate_tells_the_line_of_a_bad_file(small: SmallContent, tmp_path: Path, text: str) -> None:
    path = tmp_path / "sv.tsv"
    path.write_text(text, encoding="utf-8")
    result = call("evaluate", str(path))
    assert result.exit_code == 1
    assert "sv.tsv:1" in result.stderr


def test_explain_shows_tables(small: SmallContent) -> None:
    result = call("explain", "bostadskö")
    assert result.exit_code == 0
    assert "housing-queue" in result.stdout


def test_chat_talks_until_the_input_ends(small: SmallContent, monkeypatch: pytest.MonkeyPatch) -> None:
    result = call("chat", standard_input="/language\n1\nbostadskö\n")
    assert result.exit_code == 0, result.output
    assert "uddevallahem.se" in result.stdout


# Posters -----------------------------------------------------------------------------------------------------------


def test_a_poster_is_written_as_png_and_pdf(
    small: SmallContent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TILLSAMMANS_TELEGRAM_USERNAME", "@tillsammans_test_bot")
    result = call("poster", "housing-queue", "--lang", "en", "--out", "printed")
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "printed").iterdir()} == {
        "poster-housing-queue-en.png",
        "poster-housing-queue-en.pdf",
    }


@pytest.mark.parametrize(
    ("arguments", "told", "code"),
    [
        (("housing-queu", "--lang", "en"), "there is no topic 'housing-queu'; did you mean 'housing-queue'?", 2),
        (("housing-queue", "--lang", "xx"), "'xx' is not a language", 2),
        (("housing-queue", "--lang", "en"), "TELEGRAM_TOKEN is not set", 1),
        (
            ("housing-queue", "--lang", "pl", "--link", "https://a.se"),
            "is not written in pl yet; the poster is in en",
            0,
        ),
        (("housing-queue", "--lang", "en", "--link", "https://a.se", "--out", "/dev/null/x"), "cannot be written", 1),
    ],
)
def test_what_is_wrong_with_a_poster_is_told(
    small: SmallContent, arguments: tuple[str, ...], told: str, code: int
) -> None:
    result = call("poster", *arguments)
    assert told in result.output
    assert result.exit_code == code
