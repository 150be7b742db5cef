from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.conversation.loading import BrainLoader
from bot.conversation.startup_cache import KEPT_FILES, StartupCache, content_digest
from bot.languages.table import Languages
from bot.settings import ROOT
from tests.conftest import TODAY
from tests.small_content import SmallContent

HEAD = {"values": np.array([[1.0, 2.0]], dtype=np.float16), "topics": np.array([3], dtype=np.uint16)}


@pytest.fixture
def cache(tmp_path: Path) -> StartupCache:
    return StartupCache(tmp_path / "cache")


def test_arrays_are_found_again(cache: StartupCache) -> None:
    cache.save("abc", HEAD)
    kept = cache.load("abc")
    assert kept is not None
    assert {name: (one.tolist(), one.dtype) for name, one in kept.items()} == {
        name: (one.tolist(), one.dtype) for name, one in HEAD.items()
    }
    assert cache.load("other") is None


def test_what_another_version_of_the_program_fitted_is_not_found(cache: StartupCache) -> None:
    cache.fitted_by(np).save("abc", HEAD)
    assert cache.fitted_by(np).load("abc") is not None
    assert cache.fitted_by(np, pytest).load("abc") is None


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"PK\x03\x04", b"garbage" * 100])
def test_a_damaged_file_is_as_good_as_none(cache: StartupCache, tmp_path: Path, damage: bytes) -> None:
    cache.save("abc", HEAD)
    (tmp_path / "cache" / "abc.npz").write_bytes(damage)
    assert cache.load("abc") is None


def test_a_file_that_holds_objects_is_never_run(cache: StartupCache, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    np.savez(tmp_path / "cache" / "abc.npz", values=np.array([{"a": 1}], dtype=object))
    assert cache.load("abc") is None


def test_numbers_that_are_none_are_refused(cache: StartupCache) -> None:
    cache.save("abc", {"values": np.array([[np.nan]], dtype=np.float32)})
    assert cache.load("abc") is None


def test_plain_data_is_found_again_while_it_is_made_from_the_same(cache: StartupCache) -> None:
    cache.keep("lane", "rules 1", {"å": [1, None]})
    assert cache.recall("lane", "rules 1") == {"å": [1, None]}
    assert cache.recall("lane", "rules 2") is None
    assert cache.recall("other", "rules 1") is None


def test_plain_data_with_one_letter_changed_is_as_good_as_none(cache: StartupCache, tmp_path: Path) -> None:
    cache.keep("files", "", {"phone": "112"})
    file = tmp_path / "cache" / "files.json"
    file.write_bytes(file.read_bytes().replace(b"112", b"113"))
    assert cache.recall("files", "") is None


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    cache = StartupCache(tmp_path / "file")
    cache.save("abc", HEAD)
    cache.mark_checked("abc")
    cache.keep("files", "", {})
    assert cache.recall("files", "") is None
    assert cache.load("abc") is None
    assert not cache.is_checked("abc")


def test_the_folder_does_not_grow_for_ever(cache: StartupCache, tmp_path: Path) -> None:
    for number in range(KEPT_FILES + 20):
        cache.mark_checked(str(number))
        os.utime(tmp_path / "cache" / f"checked-{number}", (number, number))
    assert len(list((tmp_path / "cache").iterdir())) <= KEPT_FILES + 1
    assert cache.is_checked(str(KEPT_FILES + 19))


def test_the_digest_changes_with_content_place_and_day(small_content: SmallContent) -> None:
    folders = small_content.knowledge, small_content.locales
    before = content_digest(*folders, TODAY)
    assert content_digest(*folders, TODAY) == before
    assert content_digest(*folders, date(2027, 1, 1)) != before
    small_content.change("sv/housing.yaml", "Det är gratis.", "Det är helt gratis.")
    assert content_digest(*folders, TODAY) != before


def test_content_found_wrong_is_checked_again_and_again(
    small_content: SmallContent, languages: Languages, cache: StartupCache
) -> None:
    loader = BrainLoader(small_content.knowledge, small_content.locales, languages, cache)
    assert loader.load(TODAY).brain is not None
    small_content.change("sv/housing.yaml", "{queue.web}", "{queue.wbe}")
    for _ in range(2):
        loaded = BrainLoader(small_content.knowledge, small_content.locales, languages, cache).load(TODAY)
        assert loaded.brain is None
        assert loaded.problems.errors


def test_a_check_never_trusts_the_cache(small_content: SmallContent, languages: Languages, cache: StartupCache) -> None:
    loader = BrainLoader(small_content.knowledge, small_content.locales, languages, cache)
    assert loader.load(TODAY).problems.warnings
    later = BrainLoader(small_content.knowledge, small_content.locales, languages, cache)
    assert not later.load(TODAY).problems.warnings
    assert loader.load(TODAY, trust_cache=False).problems.warnings


def test_a_mistake_in_a_file_known_from_before_is_placed_in_its_line(
    small_content: SmallContent, languages: Languages, cache: StartupCache
) -> None:
    assert BrainLoader(small_content.knowledge, small_content.locales, languages, cache).load(TODAY).brain is not None
    small_content.change("facts/contacts.yaml", "queue.web:", "queue.wbe:")
    loaded = BrainLoader(small_content.knowledge, small_content.locales, languages, cache).load(TODAY)
    placed = {(problem.path, problem.line) for problem in loaded.problems.errors}
    assert ("knowledge/en/housing.yaml", 4) in placed


def test_danger_is_found_by_the_lane_of_an_earlier_start(
    small_content: SmallContent, languages: Languages, cache: StartupCache
) -> None:
    loaders = [BrainLoader(small_content.knowledge, small_content.locales, languages, cache) for _ in range(2)]
    compiled, restored = [loader.load(TODAY).brain for loader in loaders]
    assert compiled is not None
    assert restored is not None
    for text in ("han andas inte", "andas inte!!", "bostadskö"):
        assert restored.understanding.understand(text).crisis == compiled.understanding.understand(text).crisis


def test_what_is_kept_from_an_earlier_start_answers_as_before(
    small_content: SmallContent, languages: Languages, cache: StartupCache
) -> None:
    loaders = [
        BrainLoader(small_content.knowledge, small_content.locales, languages, one) for one in (cache, cache, None)
    ]
    first, later, fresh = [loader.load(TODAY).brain for loader in loaders]
    assert first is not None
    assert later is not None
    assert fresh is not None
    for text in ("hej", "hej hur får jag bostad", "vad händer på måndag", "how do I find a home", "tack så mycket"):
        assert first.understanding.understand(text) == later.understanding.understand(text)
        assert fresh.understanding.understand(text) == later.understanding.understand(text)
        wanted = [one.activity_questions.wanted(text, one.programme) for one in (first, later, fresh)]
        assert wanted[0] == wanted[1] == wanted[2]


def test_serving_the_web_page_alone_loads_no_database_and_no_solver() -> None:
    """They take a third of the memory at rest."""
    program = "import sys, bot.app, bot.cli; print(sorted({'scipy', 'sqlalchemy', 'aiohttp'} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
