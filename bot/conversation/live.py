"""The content in service, exchanged while the bot runs: a saved file takes effect only when everything is right."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from watchfiles import Change, awatch

from bot.conversation.brain import Brain
from bot.conversation.loading import BrainLoader, Loaded
from bot.conversation.memory import give_back_memory, settle_memory
from bot.knowledge.problems import Problem, Problems
from bot.languages.words import Texts

log = logging.getLogger(__name__)

# Editors save in several steps; changes within STEP_MS of each other are taken together, DEBOUNCE_MS at the most.
STEP_MS = 50
DEBOUNCE_MS = 300
# How often it is looked whether a new day has begun or a calendar outside has changed.
LOOK_MS = 60_000
_ENDINGS = (".yaml", ".yml", ".po", ".pot")


class ContentError(Exception):
    """The content cannot go into service; `problems` says why."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(f"{len(problems.errors)} errors in the content")
        self.problems = problems


class LiveBrain:
    """Holds the brain in service and replaces it as a whole; conversations in progress notice nothing."""

    def __init__(self, loader: BrainLoader, today: Callable[[], date], staff: Texts) -> None:
        """Load the content for the first time; raises ContentError when it has errors. `staff`: words for messages."""
        self._loader, self._today, self._staff = loader, today, staff
        loaded = self._load()
        if loaded.brain is None:
            raise ContentError(loaded.problems)
        self._brain = loaded.brain
        self._tell_errors(loaded.programme_problems)
        settle_memory()

    def __call__(self) -> Brain:
        """The brain in service."""
        return self._brain

    @property
    def is_current(self) -> bool:
        """Whether what is in service is what stands in the files."""
        return not self.problems.errors

    @property
    def is_ready(self) -> bool:
        """Whether every language is fitted, so that no question takes long for being the first in its language."""
        understanding = self._brain.understanding
        return len(understanding.in_use) == len(understanding.languages)

    def reload(self) -> bool:
        """Read the files again; returns whether the answers went into service. What is wrong is logged, file and line.

        Answers and programme go into service each by itself: a mistake in one does not keep the other back.
        """
        loaded = self._load()
        programme = self._brain.programme if loaded.programme_problems.errors else loaded.programme
        if loaded.brain is not None or programme != self._brain.programme:
            self._brain = replace(loaded.brain or self._brain, programme=programme)
        if self._tell_errors(loaded.problems):
            log.error("%s", self._staff("The last good content stays in service until this is mended."))
        else:
            log.info("%s", self._staff("The changed content is in service."))
        return loaded.brain is not None

    def _load(self) -> Loaded:
        today, self._loaded_at = self._today(), self._moment()
        loaded = self._loader.load(today)
        self.problems = loaded.problems
        return loaded

    def _moment(self) -> tuple[date, object]:
        """What else than the files decides about what is in service."""
        return self._today(), self._loader.stamp()

    def _tell_errors(self, problems: Problems) -> bool:
        for problem in problems.errors:
            log.error("%s", problem.render(self._staff))
        return bool(problems.errors)

    def warm(self, languages: Iterable[str], is_over: Callable[[], bool] = lambda: False) -> None:
        """Fit `languages` of the brain in service, so that nobody who asks in them has to wait for it again.

        Ends early when that brain is replaced, or `is_over`.
        """
        brain = self._brain
        for language in set(languages) & set(brain.understanding.languages):
            if brain is not self._brain or is_over():
                return
            brain.understanding.prepare(language)
        give_back_memory()

    async def watch(self, folders: tuple[Path, ...], stop: asyncio.Event, *, ready_all: bool = False) -> None:
        """Reload after every change in `folders`, when a day begins and when a calendar brought something new.

        `ready_all` fits every language, at the start too, instead of those in use. Ends when `stop` is set.
        """
        async with asyncio.TaskGroup() as tasks:
            if ready_all:
                tasks.create_task(asyncio.to_thread(self.warm, self._brain.understanding.languages, stop.is_set))
            async for changes in awatch(
                *folders,
                watch_filter=_is_content,
                debounce=DEBOUNCE_MS,
                step=STEP_MS,
                stop_event=stop,
                rust_timeout=LOOK_MS,
                yield_on_timeout=True,
            ):
                if not changes and self._loaded_at == await asyncio.to_thread(self._moment):
                    continue
                understanding = self._brain.understanding
                wanted = understanding.languages if ready_all else understanding.in_use
                if await asyncio.to_thread(self._reload_safely):
                    tasks.create_task(asyncio.to_thread(self.warm, wanted, stop.is_set))

    def _reload_safely(self) -> bool:
        try:
            return self.reload()
        except Exception:
            log.exception("%s", self._staff("The last good content stays in service until this is mended."))
            return False


def _is_content(_change: Change, path: str) -> bool:
    return path.endswith(_ENDINGS)


def render_problems(problems: list[Problem] | tuple[Problem, ...], staff: Texts) -> str:
    """One line a problem."""
    return "\n".join(problem.render(staff) for problem in problems)
