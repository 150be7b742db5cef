"""What is wrong in the content: collected, placed in file and line, and said with a remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.languages.words import Texts


class Severity(StrEnum):
    """An error keeps the content out of service; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for staff: an English template (translated when shown) and its values."""

    template: str
    values: tuple[tuple[str, str], ...] = ()

    def render(self, texts: Texts | None = None) -> str:
        """The sentence in the language of `texts`, or in English."""
        template = texts(self.template) if texts else self.template
        return template.format_map(dict(self.values))


def say(template: str, /, **values: object) -> Message:
    """A message whose English `template` the catalogues know (extracted as a keyword)."""
    return Message(template, tuple((key, str(value)) for key, value in values.items()))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and how to mend it."""

    path: str
    line: int
    what: Message
    remedy: Message | None = None
    severity: Severity = Severity.ERROR

    def render(self, texts: Texts | None = None) -> str:
        """`knowledge/sv/housing.yaml:14: 'anser' is not a field here; did you mean 'answer'?`"""
        remedy = f"; {self.remedy.render(texts)}" if self.remedy else ""
        return f"{self.path}:{self.line}: {self.what.render(texts)}{remedy}"

    def as_json(self, texts: Texts | None = None) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "file": self.path,
            "line": self.line,
            "severity": self.severity.value,
            "what": self.what.render(texts),
            "remedy": self.remedy.render(texts) if self.remedy else None,
        }


@dataclass(slots=True)
class Problems:
    """Everything that was found, in the order of files and lines when read."""

    found: list[Problem] = field(default_factory=list)

    def error(self, path: str, line: int, what: Message, remedy: Message | None = None) -> None:
        """Note something that keeps the content out of service."""
        self.found.append(Problem(path, line, what, remedy))

    def tell(self, path: str, line: int, template: str, /, **values: object) -> None:
        """As `error`, for checks that know nothing of messages and remedies."""
        self.error(path, line, say(template, **values))

    def mention(self, path: str, line: int, template: str, /, **values: object) -> None:
        """As `warn`, for the same checks."""
        self.warn(path, line, say(template, **values))

    def warn(self, path: str, line: int, what: Message, remedy: Message | None = None) -> None:
        """Note something to mend that does not stop the service."""
        self.found.append(Problem(path, line, what, remedy, Severity.WARNING))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take over what was found elsewhere."""
        self.found.extend(problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self.found, key=lambda problem: (problem.path, problem.line)))

    def __len__(self) -> int:
        return len(self.found)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the content out of service."""
        return tuple(problem for problem in self if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What should be mended but does not stop the service."""
        return tuple(problem for problem in self if problem.severity is Severity.WARNING)


def did_you_mean(wrong: str, known: Iterable[str]) -> Message | None:
    """ "did you mean 'answer'?" for the nearest known word, or None when nothing is near."""
    near = difflib.get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return say("did you mean '{word}'?", word=near[0]) if near else None
