"""Whether an activity makes sense: its times, its exceptions, and whatever it refers to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

from bot.activities.recurrence import exists, exists_twice, planned_starts
from bot.activities.schema import ActivityEntry, CalendarEntry, ListsFile, local, local_end
from bot.knowledge.checking_texts import free_text_faults
from bot.knowledge.problems import Message, did_you_mean, say
from bot.languages.table import SOURCE, Language, Languages

HORIZON = timedelta(days=180)
"""How far ahead occasions are worked out."""
MAX_OCCASIONS = 400
# A rule is followed this far at the most: a daily series of fifty years.
_FOLLOWED = 20_000
_LONGEST = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with an entry: the keys that lead to it, what, the remedy, and whether it stops the entry."""

    keys: tuple[str | int, ...]
    what: Message
    remedy: Message | None = None
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned occasion as it now stands, in naive wall time; `day` is the one first planned."""

    day: date
    start: datetime
    end: datetime
    is_moved: bool
    is_cancelled: bool


def planned(entry: ActivityEntry, today: date) -> tuple[Planned, ...]:
    """Every occasion of an entry from its first to its last, or to the horizon when it has no end."""
    start = local(entry.start)
    length = local_end(entry.end, start) - start
    last = max([today + HORIZON, *entry.skipped, *entry.cancelled, *entry.moved])
    starts = planned_starts(start, entry.repeat)
    if entry.repeat is not None and entry.repeat.until is None:
        starts = takewhile(lambda moment: moment.date() <= last, starts)
    return tuple(
        _as_it_stands(entry, moment, length)
        for moment in islice(starts, _FOLLOWED)
        if entry.repeat is None or moment.date() not in entry.skipped
    )


def _as_it_stands(entry: ActivityEntry, planned_start: datetime, length: timedelta) -> Planned:
    day = planned_start.date()
    change = entry.moved.get(day)
    start = local(change.start) if change and change.start else planned_start
    end = local_end(change.end, start) if change and change.end else start + length
    is_cancelled = entry.status == "cancelled" or day in entry.cancelled
    return Planned(day, start, end, change is not None or entry.status == "moved", is_cancelled)


class ActivityCheck:
    """Checks entries against the lists, the organisations and the languages there are."""

    def __init__(
        self, lists: ListsFile | None, organisations: Collection[str], languages: Languages, today: date
    ) -> None:
        """`lists` None: the file is missing or broken, which is told once and not at every activity."""
        self._lists, self._organisations, self._languages, self._today = lists, organisations, languages, today

    def faults(self, entry: ActivityEntry) -> Iterator[Fault]:
        """Everything wrong with one entry."""
        yield from self._references(entry)
        yield from self._texts(entry)
        start = local(entry.start)
        if local_end(entry.end, start) <= start:
            remedy = say("if it goes on after midnight, write the end with its date: 2026-12-06 01:00")
            yield Fault(("end",), say("the activity ends before it starts"), remedy)
            return
        if local_end(entry.end, start) - start > _LONGEST:
            yield Fault(("end",), say("the activity is longer than a month"), say("write it as a series: 'repeat'"))
            return
        occasions = planned(entry, self._today)
        yield from self._exceptions(entry)
        yield from self._times(entry, occasions)
        yield from self._extent(entry, occasions)

    def calendar_faults(self, entry: CalendarEntry) -> Iterator[Fault]:
        """Everything wrong with a calendar that activities are taken from."""
        yield from self._chosen_by(entry)
        yield from self._language(("language",), entry.language)

    # What it refers to ---------------------------------------------------------------------------------------------

    def _references(self, entry: ActivityEntry) -> Iterator[Fault]:
        yield from self._chosen_by(entry)
        for index, language in enumerate(entry.languages):
            yield from self._language(("languages", index), language)
        for language in entry.texts:
            yield from self._language(("texts", language), language)

    def _chosen_by(self, entry: ActivityEntry | CalendarEntry) -> Iterator[Fault]:
        if self._lists is not None:
            yield from _unknown(("subject",), entry.subject, self._lists.subjects, "programme.yaml")
            yield from _unknown(("area",), entry.area, self._lists.areas, "programme.yaml")
            for index, audience in enumerate(entry.audience):
                yield from _unknown(("audience", index), audience, self._lists.audiences, "programme.yaml")
        yield from _unknown(("organiser",), entry.organiser, self._organisations, "organisations.yaml")

    def _language(self, keys: tuple[str | int, ...], language: str) -> Iterator[Fault]:
        if language not in self._languages:
            what = say("'{name}' is not a language of locales/languages.yaml", name=language)
            yield Fault(keys, what, did_you_mean(language, self._languages))

    def _texts(self, entry: ActivityEntry) -> Iterator[Fault]:
        if SOURCE not in entry.texts:
            remedy = say("write 'sv:' with a title; the other languages fall back on it")
            yield Fault(("texts",), say("the Swedish text is missing"), remedy)
        missing = [language.id for language in self._languages.launch if language.id not in entry.texts]
        if missing and SOURCE in entry.texts:
            what = say("no text in: {languages}", languages=", ".join(missing))
            remedy = say("time, place and cost are told in every language all the same")
            yield Fault(("texts",), what, remedy, is_error=False)
        for language, text in entry.texts.items():
            for name, value in (("title", text.title), ("description", text.description)):
                for fault in free_text_faults(value):
                    yield Fault(("texts", language, name), fault.what, fault.remedy)

    # When it takes place -------------------------------------------------------------------------------------------

    def _exceptions(self, entry: ActivityEntry) -> Iterator[Fault]:
        last = max([self._today + HORIZON, *entry.skipped, *entry.cancelled, *entry.moved])
        starts = islice(planned_starts(local(entry.start), entry.repeat), _FOLLOWED)
        days = {moment.date() for moment in takewhile(lambda moment: moment.date() <= last, starts)}
        listed = {"except": entry.skipped, "cancelled": entry.cancelled, "moved": entry.moved}
        for name, exceptions in listed.items():
            for index, day in enumerate(exceptions):
                if day not in days:
                    what = say("'{name}' names {date}, when nothing is planned", name=name, date=day)
                    remedy = say("write the day it was first planned for")
                    yield Fault((name, str(day) if name == "moved" else index), what, remedy)
        if entry.repeat is None and entry.skipped:
            yield Fault(("except",), say("'except' belongs to a series"), say("write status: cancelled"))
        if entry.repeat is not None and not days:
            yield Fault(("repeat",), say("the series has no occasion"), say("compare 'start', 'on' and 'until'"))
        elif local(entry.start).date() not in days:
            what = say("the series repeats on other days than the one it starts on, {date}", date=entry.start[:10])
            yield Fault(("repeat", "on"), what, say("let 'start' be the first occasion"))

    def _times(self, entry: ActivityEntry, occasions: tuple[Planned, ...]) -> Iterator[Fault]:
        for one in occasions:
            keys = ("moved", str(one.day)) if one.day in entry.moved else ("start",)
            if one.end <= one.start:
                yield Fault(keys, say("the activity ends before it starts"), say("write a new end too"))
            for moment in (one.start, one.end):
                if not exists(moment):
                    what = say("{time} does not exist: summer time begins that night", time=moment)
                    yield Fault(keys, what, say("choose a time before or after the hour that is skipped"))
                elif exists_twice(moment):
                    what = say("{time} exists twice: summer time ends that night", time=moment)
                    yield Fault(keys, what, say("choose a time before or after the hour that is repeated"))

    def _extent(self, entry: ActivityEntry, occasions: tuple[Planned, ...]) -> Iterator[Fault]:
        ahead = [one for one in occasions if one.end.date() >= self._today]
        if len(ahead) > MAX_OCCASIONS:
            what = say("the series has more than {most} occasions to come", most=MAX_OCCASIONS)
            yield Fault(("repeat", "until"), what, say("set an earlier 'until'"))
        if occasions and not ahead:
            what = say("the activity is over since {date}", date=max(one.end for one in occasions).date())
            remedy = say("take it away when nobody asks for it any more, or correct the year")
            yield Fault(("start",), what, remedy, is_error=False)
        if entry.repeat is not None and entry.repeat.until is None:
            what = say("the series has no end; residents see {n} days ahead", n=HORIZON.days)
            yield Fault(("repeat",), what, say("write 'until' when it is known"), is_error=False)


def _unknown(keys: tuple[str | int, ...], key: str, known: Collection[str], file: str) -> Iterator[Fault]:
    if key not in known:
        what = say("'{key}' does not stand in knowledge/{file}", key=key, file=file)
        yield Fault(keys, what, did_you_mean(key, known) or say("use one of: {keys}", keys=", ".join(sorted(known))))


def check_names(names: Mapping[str, str], languages: Languages) -> Iterator[Fault]:
    """What is wrong with one name of the lists, or with what an organisation does: every launch language is needed."""
    for language in names:
        if language not in languages:
            what = say("'{name}' is not a language of locales/languages.yaml", name=language)
            yield Fault((language,), what, did_you_mean(language, languages))
    missing: list[Language] = [language for language in languages.launch if language.id not in names]
    if SOURCE not in names:
        yield Fault((), say("the Swedish text is missing"), say("write 'sv:'; the other languages fall back on it"))
    elif missing:
        what = say("no text in: {languages}", languages=", ".join(language.id for language in missing))
        yield Fault((), what, is_error=False)
