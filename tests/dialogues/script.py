"""Dialogues as YAML: what a resident does, and what must come back.

    about: A misspelt question is answered all the same.
    client: uk                      # what the Telegram app is set to; without it the language of the folder
    steps:
      - say: /start                 # or tap, edit (the latest question), send (photo, voice, ...)
        expect:
          text: ["{title:sfi}"]     # each stands in the latest message
          buttons: ["{language:uk}"]
          not: ["{title:sfi:sv}"]
          messages: 1               # how many messages of the bot there are now
          in_place: true            # the latest message was changed, none was added
          chosen: uk                # what is stored; "nothing" for nothing

Texts that staff may edit are never repeated here. They are taken from the content: {title:TOPIC}, {area:AREA},
{fact:FACT}, {word:the English text in the code}, {language:ID}; a title, area or word may name another language at the
end. A button is tapped by its text, or by what it does: "@swedish", "@topic:sfi".
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.conversation.brain import Brain
from bot.languages.bidi import strip_controls

_REFERENCE = re.compile(r"\{(title|area|fact|word|language):([^{}]+?)(?::([a-z]{2,3}(?:-simple)?))?\}")

Texts = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expected(_Strict):
    """What must be so after a step."""

    text: Texts = ()
    buttons: Texts = ()
    without: Texts = Field((), alias="not")
    messages: int | None = None
    in_place: bool | None = None
    chosen: str | None = None


class Step(_Strict):
    """One thing a resident does; exactly one of the four."""

    say: str | None = None
    tap: str | None = None
    edit: str | None = None
    send: Literal["photo", "voice", "sticker", "location", "contact", "dice"] | None = None
    expect: Expected = Expected()

    @model_validator(mode="after")
    def _does_one_thing(self) -> Step:
        done = [self.say, self.tap, self.edit, self.send]
        if sum(value is not None for value in done) != 1:
            raise ValueError("a step says, taps, edits or sends: one of them")
        return self


class Script(_Strict):
    """A whole dialogue."""

    about: str
    client: str | None = None
    steps: tuple[Step, ...] = Field(min_length=1)

    @classmethod
    def read(cls, path: Path) -> Script:
        """Read a file; raises ValueError that names it."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (ValueError, yaml.YAMLError) as error:
            raise ValueError(f"{path.parent.name}/{path.name}: {error}") from error


def fill(text: str, brain: Brain, language: str) -> str:
    """A text with its references replaced by what stands in the content now, as a reader sees it."""

    def value(match: re.Match[str]) -> str:
        kind, key, other = match.groups()
        wanted = other or language
        match kind:
            case "title":
                return brain.title(key, wanted)
            case "area":
                return brain.content.area_title(key, (one.id for one in brain.languages.chain(wanted)))[0]
            case "fact":
                return brain.content.facts[key].value
            case "word":
                return brain.words.of(wanted)(key)
            case _:
                return brain.languages[key].name

    return strip_controls(_REFERENCE.sub(value, text))
