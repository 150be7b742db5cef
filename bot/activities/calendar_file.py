"""Activities as iCalendar (RFC 5545), for the resident's own calendar: a file of one, or a feed of many.

An event keeps its UID for ever. SEQUENCE has to grow with every change, also after a restart, on another instance or
when a change was taken back, and nothing remembers what was handed out: it is the number of minutes since 2026 at
which the file was made, which never goes down. Readers that ask again get it only when something changed (see `etag`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vGeo, vRecur

from bot.activities.model import ONCE, Activity, Occurrence, Recurrence, Status
from bot.activities.reading import text_in
from bot.activities.wording import details, marked, state
from bot.languages.bidi import strip_controls
from bot.languages.dates import ZONE
from bot.languages.table import Languages
from bot.languages.words import Texts

MEDIA_TYPE = "text/calendar"
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_ALARM = timedelta(hours=-2)
_REFRESH = timedelta(hours=6)
_DOMAIN = "tillsammans.uddevalla"


def calendar_file(
    activities: Iterable[Activity], texts: Texts, languages: Languages, language_id: str, now: datetime
) -> bytes:
    """The activities in a language, as they stand `now`; only what is on the programme, one event per series."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tillsammans//Uddevalla//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Tillsammans")
    calendar.add("x-wr-timezone", ZONE.key)
    calendar.add("refresh-interval", _REFRESH, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    writer = _Writer(texts, languages, language_id, now)
    for activity in activities:
        for event in writer.events(activity):
            calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def etag(activities: Iterable[Activity], language_id: str) -> str:
    """A hash that changes when a file of these activities would differ in more than the time it was made."""
    return hashlib.sha256(repr((language_id, *activities)).encode()).hexdigest()[:20]


class _Writer:
    """Events in one language."""

    def __init__(self, texts: Texts, languages: Languages, language_id: str, now: datetime) -> None:
        self._texts, self._languages, self._now = texts, languages, now
        self._chain = [language.id for language in languages.chain(language_id)]

    def events(self, activity: Activity) -> Iterator[Event]:
        """A series as its rule with the occasions that differ from it; anything else as one event per occasion."""
        if activity.recurrence is None:
            for occurrence in activity.occurrences:
                uid = activity.id if occurrence.key == ONCE else f"{activity.id}-{occurrence.key}"
                yield self._event(activity, occurrence, uid)
            return
        recurrence = activity.recurrence
        planned = _planned(activity, recurrence)
        master = self._event(activity, planned, activity.id)
        master.add("rrule", vRecur.from_ical(recurrence.rule))
        for start in recurrence.skipped:
            master.add("exdate", start)
        yield master
        for occurrence in activity.occurrences:
            day = date.fromisoformat(occurrence.key)
            start = datetime.combine(day, recurrence.start.timetz())
            as_planned = replace(planned, key=occurrence.key, start=start, end=start + _length(recurrence))
            if replace(occurrence, status=Status.PLANNED) != replace(as_planned, status=Status.PLANNED) or (
                (occurrence.status is Status.CANCELLED) != (activity.status is Status.CANCELLED)
            ):
                changed = self._event(activity, occurrence, activity.id)
                changed.add("recurrence-id", start)
                yield changed

    def _event(self, activity: Activity, occurrence: Occurrence, uid: str) -> Event:
        texts, place = self._texts, occurrence.place
        _, text = text_in(activity.texts, self._chain)
        is_cancelled = occurrence.status is Status.CANCELLED
        title = state(occurrence, marked(activity, text.title, texts), texts)
        said = [text.description, *details(activity, place, texts, self._languages), activity.registration]
        event = Event()
        event.add("uid", f"{uid}@{_DOMAIN}")
        event.add("dtstamp", self._now.astimezone(UTC))
        event.add("sequence", int((self._now - _EPOCH).total_seconds()) // 60)
        event.add("summary", strip_controls(title))
        event.add("description", strip_controls("\n".join(filter(None, said))))
        event.add("dtstart", occurrence.start)
        event.add("dtend", occurrence.end)
        event.add("location", ", ".join(filter(None, (place.name, place.address))))
        event.add("categories", [activity.subject])
        if place.point:
            event.add("geo", vGeo(place.point))
        event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
        if not is_cancelled:
            event.add_component(_alarm(title))
        return event


def _planned(activity: Activity, recurrence: Recurrence) -> Occurrence:
    """The first occasion as the rule has it, at the usual place."""
    status = Status.CANCELLED if activity.status is Status.CANCELLED else Status.PLANNED
    return Occurrence(activity.id, "", recurrence.start, recurrence.end, recurrence.place, status)


def _length(recurrence: Recurrence) -> timedelta:
    # Both stand in one zone, so this is wall time, as the rule is.
    return recurrence.end - recurrence.start


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", strip_controls(title))
    alarm.add("trigger", _ALARM)
    return alarm
