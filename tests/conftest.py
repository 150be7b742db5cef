"""What many tests start from: the languages, the real content (built once), and a small content to break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.conversation.loading import BrainLoader
from bot.conversation.startup_cache import StartupCache
from bot.languages.table import Languages
from bot.settings import ROOT
from tests.postgres import postgres_server
from tests.small_content import SmallContent

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def languages() -> Languages:
    return Languages.load(ROOT / "locales" / "languages.yaml")


@pytest.fixture(scope="session")
def brain(languages: Languages) -> Brain:
    """The brain of the content that is in the repository, with the activities for trying out."""
    cache = StartupCache(ROOT / ".cache")
    loaded = BrainLoader(ROOT / "knowledge", ROOT / "locales", languages, cache, with_samples=True).load(TODAY)
    assert loaded.brain is not None, "\n".join(problem.render() for problem in loaded.problems.errors)
    return loaded.brain


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL that lives as long as the tests; whoever uses it empties it first."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def dialogue(brain: Brain) -> Dialogue:
    return Dialogue(lambda: brain, lambda: TODAY)


@pytest.fixture
def small_content(tmp_path: Path) -> SmallContent:
    """A complete, tiny content in a folder of its own, for tests that break it."""
    return SmallContent.write(tmp_path)


@pytest.fixture
def today() -> Callable[[], date]:
    return lambda: TODAY
