"""Dialogues as YAML: what a resident does, and what must come back.

    about: A misspelt question is answered all the same.
    client: uk                      # what the Telegram app is set to; without it the language of the folder
    group: false                    # true: in a group, where the bot is @tillsammans_test_bot
    steps:
      - say: /start                 # or tap, edit (the latest question), send (photo, voice, ...), inline;
                                    # publish (a file of activities, as a coordinator saves it), wait (hours)
        expect:
          text: ["{title:sfi}"]     # each stands in the latest message
          buttons: ["{language:uk}"]
          not: ["{title:sfi:sv}"]
          messages: 1               # how many messages of the bot there are now
          in_place: true            # the latest message was changed, none was added
          chosen: uk                # what is stored; "nothing" for nothing
          file: "SUMMARY:"          # stands in the file that came last
          own_language: true        # no sentence and no title of another language is there
          links: ["start=sfi"]      # each stands in the address of a button
          results: ["{title:sfi}"]  # what is offered for `inline` begins with these titles

Texts that staff may edit are never repeated here. They are taken from the content: {title:TOPIC}, {ask:TOPIC}
(the first way of asking for it), {area:AREA}, {fact:FACT}, {activity:ID}, {word:the English text in the code}, {language:ID}; all but facts and languages may
name another language at the end. A button is tapped by its text, or by what it does: "@swedish", "@topic:sfi".
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.activities.reading import text_in
from bot.activities.wording import marked
from bot.conversation.brain import Brain
from bot.languages.bidi import strip_controls
from tests.standin.people import ATTACHMENTS

_REFERENCE = re.compile(r"\{(title|ask|area|fact|activity|word|language):([^{}]+?)(?::([a-z]{2,3}(?:-simple)?))?\}")

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
    own_language: bool = False
    links: Texts = ()
    results: Texts = ()
    file: str | None = None


class Step(_Strict):
    """One thing a resident does, or that a coordinator or the clock does meanwhile; exactly one."""

    say: str | None = None
    tap: str | None = None
    edit: str | None = None
    send: str | None = None
    inline: str | None = None
    publish: str | None = None
    wait: float | None = None
    expect: Expected = Expected()

    @model_validator(mode="after")
    def _does_one_thing(self) -> Step:
        done = [self.say, self.tap, self.edit, self.send, self.inline, self.publish, self.wait]
        if sum(value is not None for value in done) != 1:
            raise ValueError("a step says, taps, edits, sends, inquires inline, publishes or waits: one of them")
        if self.send is not None and self.send not in ATTACHMENTS:
            raise ValueError(f"'{self.send}' cannot be sent; there are {', '.join(ATTACHMENTS)}")
        return self


class Script(_Strict):
    """A whole dialogue."""

    about: str
    client: str | None = None
    group: bool = False
    steps: tuple[Step, ...] = Field(min_length=1)

    @property
    def is_announced_in(self) -> bool:
        """Whether a coordinator or the clock takes part."""
        return any(step.publish is not None or step.wait is not None for step in self.steps)

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
            case "ask":
                return brain.content.topics[key].texts[wanted].ask[0]
            case "area":
                return brain.content.area_title(key, (one.id for one in brain.languages.chain(wanted)))[0]
            case "fact":
                return brain.content.facts[key].value
            case "activity":
                activity = brain.programme.activities[key]
                text = text_in(activity.texts, (one.id for one in brain.languages.chain(wanted)))[1]
                return marked(activity, text.title, brain.words.of(wanted))
            case "word":
                return brain.words.of(wanted)(key)
            case _:
                return brain.languages[key].name

    return strip_controls(_REFERENCE.sub(value, text))
