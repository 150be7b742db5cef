"""The shape of the files coordinators write: activities, organisations, and the lists activities are chosen by."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints, model_validator

from bot.knowledge.schema import FactKey, Key, Text, Title

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
LOCAL_FORM = "%Y-%m-%d %H:%M"
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


def _real_moment(value: str) -> str:
    if not EARLIEST <= datetime.strptime(value, LOCAL_FORM).date() < LATEST:  # noqa: DTZ007 - wall time, zone comes later
        raise ValueError("the year cannot be right")
    return value


def _real_end(value: str) -> str:
    if " " in value:
        return _real_moment(value)
    time.fromisoformat(value)
    return value


def _real_point(value: list[float]) -> list[float]:
    if not (55 <= value[0] <= 70 and 10 <= value[1] <= 25):
        raise ValueError("the point is not in Sweden; write latitude, then longitude")
    return value


LocalMoment = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2} [0-2]\d:[0-5]\d$"),
    AfterValidator(_real_moment),
]
LocalEnd = Annotated[
    str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2} )?[0-2]\d:[0-5]\d$"), AfterValidator(_real_end)
]
Point = Annotated[list[float], Field(min_length=2, max_length=2), AfterValidator(_real_point)]
Weekday = Annotated[str, StringConstraints(pattern=rf"^(({'|'.join(ORDINALS)}) )?({'|'.join(WEEKDAYS)})$")]
Contact = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https://[^\s]+\.[^\s]+|[^@\s]+@[^@\s]+\.[a-z]+|\+?[0-9][0-9 -]{1,18}[0-9])$", max_length=300
    ),
]
Cost = Annotated[str, StringConstraints(pattern=r"^(free|[0-9][0-9  ]*([-–][0-9  ]+)? ?kr)$", max_length=40)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlaceEntry(_Strict):
    """Where an activity takes place; names are the same in every language."""

    name: Title
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    point: Point | None = Field(None, description="[58.3480, 11.9380]: latitude, longitude")
    step_free: bool | None = Field(None, description="true when one gets in without steps, false when not")


class RepeatEntry(_Strict):
    """How an activity comes back."""

    every: Annotated[str, StringConstraints(pattern=r"^(week|month|([2-9]|1[0-2]) weeks)$")] = Field(
        description="week, 2 weeks (up to 12), or month"
    )
    on: list[Weekday] = Field(
        [], description="[tuesday, thursday]; by the month: [first tuesday] or [last friday]", max_length=7
    )
    until: date | None = Field(None, description="2027-05-31: the last day it may take place")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        is_monthly = self.every == "month"
        if is_monthly and not self.on:
            raise ValueError("write which day of the month, such as on: [first tuesday]")
        if any((" " in day) != is_monthly for day in self.on):
            raise ValueError("first, second, third, fourth and last belong to every: month, and only there")
        return self

    @property
    def weeks(self) -> int:
        """The number of weeks between two occasions; 0 by the month."""
        if self.every == "month":
            return 0
        number = re.match(r"\d+", self.every)
        return int(number.group()) if number else 1


class MovedEntry(_Strict):
    """What has changed about one occasion; what is not written stays as it was."""

    start: LocalMoment | None = Field(None, description="2026-12-06 18:00: when it takes place instead")
    end: LocalEnd | None = Field(None, description="20:00, or with its date after midnight")
    place: PlaceEntry | None = None


class TextEntry(_Strict):
    """What only people can write, in one language."""

    title: Title
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1500)] = ""
    reviewed_by: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = Field(
        "", description="Who has read the translation; without it, it is shown as translated by a machine"
    )


class ActivityEntry(_Strict):
    """One activity, or a series of occasions. What has been published is moved or cancelled, never taken away."""

    subject: Key = Field(description="A key under 'subjects' in knowledge/programme.yaml")
    area: Key = Field(description="A key under 'areas' in knowledge/programme.yaml")
    audience: Annotated[list[Key], Field(min_length=1, max_length=8)] = Field(
        description="Keys under 'audiences' in knowledge/programme.yaml: [everyone]"
    )
    organiser: Key = Field(description="A key of knowledge/organisations.yaml")
    start: LocalMoment = Field(description="2026-12-05 18:00, Swedish wall time; of a series: the first occasion")
    end: LocalEnd = Field(description="20:00, or with its date after midnight: 2026-12-06 01:00")
    repeat: RepeatEntry | None = None
    skipped: list[date] = Field([], alias="except", description="Days of the series that never were planned: holidays")
    cancelled: list[date] = Field([], description="Days that were planned and are called off")
    moved: dict[date, MovedEntry] = Field({}, description="Planned day -> new start, end or place")
    place: PlaceEntry
    languages: list[str] = Field([], description="Ids of the languages spoken there: [sv, ar]", max_length=20)
    interpreter: bool = Field(default=False, description="true when somebody interprets")
    child_care: bool = Field(default=False, description="true when somebody minds the children")
    cost: Cost | None = Field(None, description="free, or a sum: 50 kr")
    registration: Contact | None = Field(
        None, description="Where to register: a link, an e-mail address or a phone number; none when none is needed"
    )
    contact: Contact | None = Field(None, description="Whom to ask: a phone number, an e-mail address or a link")
    status: Literal["planned", "moved", "cancelled"] = Field(
        "planned", description="moved after changing start, end or place; cancelled when nothing of it takes place"
    )
    series: Key | None = Field(None, description="A name that several activities share, to follow them together")
    texts: Annotated[dict[str, TextEntry], Field(min_length=1)] = Field(
        description="Title and description by language; Swedish (sv) is always there"
    )


class OrganisationEntry(_Strict):
    """An organisation, what it does by language, and where to read more."""

    name: Title
    does: Annotated[dict[str, Annotated[str, StringConstraints(min_length=1, max_length=400)]], Field(min_length=1)]
    phone: FactKey | None = Field(None, description="The key of a fact with a phone number")
    url: FactKey | None = Field(None, description="The key of a fact with a web address")
    address: FactKey | None = Field(None, description="The key of a fact with an address")
    topics: list[Key] = Field([], description="Topics to read on, the best first", max_length=6)
    source: Text | None = Field(None, description="A key of knowledge/sources.yaml")


Names = Annotated[dict[str, Title], Field(min_length=1)]


class ListsFile(_Strict):
    """What activities are chosen by: key -> language -> name, in the order they are shown."""

    subjects: dict[Key, Names]
    areas: dict[Key, Names]
    audiences: dict[Key, Names]


class CalendarEntry(_Strict):
    """A calendar that activities are taken from: only the addresses named here are ever fetched."""

    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s/@]+(/[^\s]*)?$", max_length=500)] | None = Field(
        None, description="https://..., the address of the calendar itself (.ics)"
    )
    file: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*\.ics$", max_length=80)] | None = Field(
        None, description="name.ics: a file in knowledge/calendars/"
    )
    trusted: bool = Field(default=False, description="true: activities are shown and told without anybody's approval")
    zone: str = Field("Europe/Stockholm", description="The zone of times that name none")
    organiser: Key = Field(description="A key of knowledge/organisations.yaml")
    subject: Key = Field(description="A key under 'subjects' in knowledge/programme.yaml")
    area: Key = Field(description="A key under 'areas' in knowledge/programme.yaml")
    audience: Annotated[list[Key], Field(min_length=1, max_length=8)]
    language: str = Field("sv", description="The language its texts are in")

    @model_validator(mode="after")
    def _is_from_somewhere(self) -> Self:
        if (self.url is None) == (self.file is None):
            raise ValueError("a calendar has either a url or a file")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"there is no zone {self.zone!r}; write for example Europe/Stockholm") from None
        return self


ActivitiesFile = RootModel[dict[Key, ActivityEntry]]
OrganisationsFile = RootModel[dict[Key, OrganisationEntry]]
CalendarsFile = RootModel[dict[Key, CalendarEntry]]

EDITOR_SCHEMAS: dict[str, type[BaseModel]] = {
    "activities": ActivitiesFile,
    "organisations": OrganisationsFile,
    "programme": ListsFile,
    "calendars": CalendarsFile,
}


def local(value: str) -> datetime:
    """The naive wall time of a LocalMoment."""
    return datetime.strptime(value, LOCAL_FORM)  # noqa: DTZ007 - wall time, the zone is attached to each occasion


def local_end(value: str, start: datetime) -> datetime:
    """The naive end: on the day of `start` when only a time is given."""
    return local(value) if " " in value else datetime.combine(start.date(), time.fromisoformat(value))
