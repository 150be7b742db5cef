"""The shape of every file in `knowledge/`: pydantic models, from which the JSON Schemas for editors are made."""

from __future__ import annotations

import re
from datetime import date as date_type
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
OutsideQuestion = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48)]
FactKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Status = Literal["verified", "verified-but-old", "secondary", "unverified"]
Sensitivity = Literal["normal", "sensitive", "crisis"]

KINDS = ("phone", "url", "email", "address", "amount", "number", "date", "hours", "name")
DATE_FORMS = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{4})-(\d{2})|(\d{2})-(\d{2})")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FactEntry(_Strict):
    """A number, link, address, amount or name: it has no language and stands in one place."""

    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{1,18}[0-9]$")] | None = Field(
        None, description="As it is dialled in Sweden: 0522-69 60 00"
    )
    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s]+\.[^\s]+$", max_length=300)] | None = Field(
        None, description="Begins with https://"
    )
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]+$")] | None = None
    address: Text | None = Field(None, description="A street address, as it is written on a letter")
    amount: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9  ]*(,[0-9]+)?([-–][0-9  ]+)? ?kr$")] | None = Field(
        None, description="Money: 1 500 kr"
    )
    number: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9  .,/–-]*( ?%)?$")] | None = Field(
        None, description="A bare figure: 16, 20 %"
    )
    date: Annotated[str, StringConstraints(pattern=rf"^({DATE_FORMS.pattern})$")] | None = Field(
        None, description="2026-06-06, 2026-06, or 07-01 for every year; shown in words"
    )
    hours: Annotated[str, StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]([-–][0-2][0-9]:[0-5][0-9])?$")] | None = (
        Field(None, description="09:00-17:00, 24-hour clock")
    )
    name: Text | None = Field(None, description="An official name; beside a phone number: whose number it is")
    source: Text | Annotated[list[Text], Field(min_length=1)] = Field(
        description="Key or keys of knowledge/sources.yaml"
    )
    checked: date_type = Field(description="The day a person or a tool read it at the source")
    as_of: Text | None = Field(
        None, description="The time the figure belongs to, when that is not the day it was checked"
    )
    status: Status = "verified"

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [kind for kind in KINDS[:-1] if getattr(self, kind) is not None]
        if len(kinds) > 1 or (not kinds and self.name is None):
            raise ValueError("a fact has exactly one of " + ", ".join(KINDS))
        return self

    @property
    def kind(self) -> str:
        """Which of KINDS this fact is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def value(self) -> str:
        """The value as it is written in the file."""
        return str(getattr(self, self.kind))

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of its sources."""
        return (self.source,) if isinstance(self.source, str) else tuple(self.source)


class SourceEntry(_Strict):
    """Where facts were read."""

    title: Text
    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")] | None = None
    date: str = ""


class Part(_Strict):
    """A part of a topic that can be asked for by itself."""

    title: Title
    answer: Text
    ask: Annotated[list[Phrase], Field(min_length=1)]


class TranslatedTopic(_Strict):
    """A topic as a translator writes it: text only."""

    title: Title
    answer: Text
    ask: list[Phrase] = []
    parts: dict[Key, Part] = {}


class Meta(_Strict):
    """What staff decide about a topic; never shown as text."""

    owner: Text = Field(description="The role that answers for the text")
    review_by: date_type = Field(description="When somebody must read it again")
    checked: date_type = Field(description="When its facts were read; shown to residents")
    sources: Annotated[list[Text], Field(min_length=1)]
    related: list[Key] = []
    sensitivity: Sensitivity = "normal"
    time_sensitive: bool = False


class SourceTopic(TranslatedTopic):
    """A topic in Swedish, with what staff decide about it."""

    meta: Meta


class StateEntry(_Strict):
    """Which Swedish text a translation was made from, and who vouches for it."""

    source: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
    text: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
    status: Literal["machine", "reviewed"]
    by: Text
    date: date_type


class CrisisRuleEntry(_Strict):
    """Words that mean danger, as `bot/understanding/crisis.py` explains."""

    topic: Key
    danger: Text
    match: Annotated[list[Text], Field(min_length=1)]
    unless: list[Text] = []


class CrisisFile(_Strict):
    """The crisis lane of one language, with the sentences it is held to."""

    rules: list[CrisisRuleEntry]
    must_match: dict[str, list[Text]] = {}
    must_not_match: list[Text] = []
    examples: dict[str, list[Text]] = Field(
        {}, description="Further sentences that tell of danger, by topic; the net behind the rules learns from them"
    )
    harmless: list[Text] = Field(
        [], description="Further sentences that only sound like danger; the net behind the rules learns from them"
    )


class OutOfScopeFile(_Strict):
    """Questions that residents send but no topic answers, in one language."""

    ask: Annotated[list[OutsideQuestion], Field(min_length=1)] = Field(
        description="Questions no topic answers, not even partly; what is like them is answered less readily"
    )


class LetterText(_Strict):
    """What a word that stands in letters means, in one language."""

    sender: Text = Field(description="Who sends such letters")
    means: Text = Field(description="What the word means, in a sentence or two")
    do: Text = Field(description="What to do, and by when")


class LetterEntry(LetterText):
    """The same in Swedish, with the forms and topics that belong to the word."""

    also: list[Phrase] = Field(default=[], description="Forms that no ending explains: anmälningar for anmälan")
    topics: Annotated[list[Key], Field(min_length=1)] = Field(description="Where to read on, the best first")


SmallTalkKind = Literal[
    "greeting",
    "thanks",
    "bye",
    "who",
    "what",
    "person",
    "stop",
    "activities",
    "activities-today",
    "activities-tomorrow",
    "activities-weekend",
    "activities-week",
    "activities-coming",
]
"""What people say that is no question about society: courtesies, what the bot is and can do, wanting a person, wanting
it to stop, and what is on. `activities` are ways of asking that, the others times to put before or after them."""

FactsFile = RootModel[dict[FactKey, FactEntry]]
SourcesFile = RootModel[dict[str, SourceEntry]]
AreasFile = RootModel[dict[Key, Title]]
SourceTopicsFile = RootModel[dict[Key, SourceTopic]]
TopicsFile = RootModel[dict[Key, TranslatedTopic]]
StateFile = RootModel[dict[Key, StateEntry]]
AskFile = RootModel[dict[Key, list[Phrase]]]
SmallTalkFile = RootModel[dict[SmallTalkKind, list[Phrase]]]
SourceGlossaryFile = RootModel[dict[str, LetterEntry]]
GlossaryFile = RootModel[dict[str, LetterText]]

EDITOR_SCHEMAS: dict[str, type[BaseModel]] = {
    "facts": FactsFile,
    "sources": SourcesFile,
    "areas": AreasFile,
    "topics-sv": SourceTopicsFile,
    "topics": TopicsFile,
    "crisis": CrisisFile,
    "ask": AskFile,
    "small-talk": SmallTalkFile,
    "out-of-scope": OutOfScopeFile,
    "glossary-sv": SourceGlossaryFile,
    "glossary": GlossaryFile,
}


def editor_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one kind of file, for editors that complete and check while typing."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
