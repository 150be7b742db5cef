"""What is on: by day, subject, area and audience; the card of an activity; the file for one's own calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time

from bot.activities.asking import COMING, PERIODS, WEEKDAYS, bounds
from bot.activities.calendar_file import MEDIA_TYPE, calendar_file
from bot.activities.checking import HORIZON
from bot.activities.model import Activity, Occurrence, Status
from bot.activities.wording import details, in_a_line, state, when, where
from bot.announcements.wishes import Interest
from bot.conversation import menus
from bot.conversation.actions import Action, Verb
from bot.conversation.activity_names import CHOICES, activity_button, choice_name, names_of, title_of
from bot.conversation.answers import in_rows
from bot.conversation.composing import Turn
from bot.conversation.interests import subscribe_button
from bot.conversation.menus import person_line
from bot.conversation.places import place_link
from bot.conversation.reminding import activity_buttons
from bot.conversation.replies import Block, Button, Document, Reply, Style
from bot.knowledge.rendering import Link, Phone, Plain, Span, dialled
from bot.languages.bidi import isolate
from bot.languages.dates import ZONE, weekday_in_words
from bot.languages.table import SOURCE, Language

SHOWN = 10
TIMES_SHOWN = 5
_PARTED_BY = "."
_Found = tuple[tuple[Activity, Occurrence], ...]


# Looking -----------------------------------------------------------------------------------------------------------


def whats_on(turn: Turn, about: str = "") -> Reply:
    """The occasions of a period ("today", "week", ...) or of a choice ("subject.swedish"); the week without either."""
    kind, _, key = about.partition(_PARTED_BY)
    if kind in CHOICES and key in names_of(turn, kind):
        heading, found = choice_name(turn, kind, key), _next_of_each(turn, kind, key)
    else:
        period = about if about in (*PERIODS, *WEEKDAYS, COMING) else "week"
        heading, found = _period_name(turn, period), _in_period(turn, period)
    blocks: list[Block] = [Block((Plain(heading),), turn.texts.language, Style.HEADING)]
    blocks += _listed(turn, found) if found else _nothing(turn)
    choice = (_calendar_button(turn, about),) if found and kind in CHOICES else ()
    told = (
        (subscribe_button(turn, Interest(**({kind: key} if kind in CHOICES else {}))),)
        if turn.wishes is not None
        else ()
    )
    rows = (*_open_buttons(turn, found), *filter(None, [(*told, *choice)]), *_ways_on(turn, about))
    return Reply(turn.texts.language, tuple(blocks), buttons=rows, feed=feed_path(turn.language.id, about))


def _in_period(turn: Turn, period: str) -> _Found:
    if period == COMING:
        start = datetime.combine(turn.today, time(), ZONE)
        return _first_of_each(turn.brain.programme.between(start, start + HORIZON))
    return turn.brain.programme.between(*bounds(period, turn.today))


def _next_of_each(turn: Turn, kind: str, key: str) -> _Found:
    chosen = {activity.id for activity in turn.brain.programme.chosen(**{kind: key})}
    return tuple((activity, one) for activity, one in _in_period(turn, COMING) if activity.id in chosen)


def _first_of_each(found: _Found) -> _Found:
    first: dict[str, tuple[Activity, Occurrence]] = {}
    for activity, occurrence in found:
        if occurrence.status is not Status.CANCELLED:
            first.setdefault(activity.id, (activity, occurrence))
    return tuple(first.values())


def _listed(turn: Turn, found: _Found) -> Iterator[Block]:
    texts = turn.texts
    for activity, occurrence in found[:SHOWN]:
        title, _ = title_of(turn, activity)
        line = in_a_line(activity, occurrence, texts)
        yield Block(
            (Plain(f"{isolate(title, texts.language.direction, is_text=True)}: {line}"),), texts.language, Style.ITEM
        )
    if len(found) > SHOWN:
        yield turn.say("There is more. Choose a day, a subject or an area.")


def _nothing(turn: Turn) -> Iterator[Block]:
    if turn.brain.programme.shown:
        yield turn.say("I know of nothing here. Look at another time or subject.")
    else:
        yield turn.say("There is nothing on the programme now. The organisations know more.")
        yield person_line(turn)


def _open_buttons(turn: Turn, found: _Found) -> tuple[tuple[Button, ...], ...]:
    activities = {activity.id: activity for activity, _ in found[:SHOWN]}
    return tuple((activity_button(turn, activity),) for activity in activities.values())


def _ways_on(turn: Turn, shown: str) -> Iterator[tuple[Button, ...]]:
    if turn.brain.programme.shown:
        periods = [period for period in (*PERIODS, COMING) if period != (shown or "week")]
        yield from in_rows([turn_button(turn, period) for period in periods], 2)
        yield from in_rows([_choose_button(turn, kind) for kind in CHOICES], 2)
    yield turn.button("Organisations: who does what", Action(Verb.ORGANISATIONS)), turn.areas_button


def turn_button(turn: Turn, period: str) -> Button:
    """A button that shows a period."""
    return Button(_period_name(turn, period), Action(Verb.WHATS_ON, period), turn.texts.language)


def choose(turn: Turn, activity_ids: Sequence[str], topics: Sequence[str]) -> Reply:
    """Activities and topics that may be meant, to choose from."""
    found = [(activity_button(turn, turn.brain.programme.shown[key]),) for key in activity_ids[:SHOWN]]
    reply = menus.choose(turn, topics)
    return replace(reply, buttons=(*found, *reply.buttons))


def _period_name(turn: Turn, period: str) -> str:
    texts = turn.texts
    if period in WEEKDAYS:
        return weekday_in_words(bounds(period, turn.today)[0].date(), texts.language)
    return {
        "today": texts("Today"),
        "tomorrow": texts("Tomorrow"),
        "weekend": texts("This weekend"),
        "week": texts("The next seven days"),
        COMING: texts("All that is coming"),
    }[period]


def _choose_button(turn: Turn, kind: str) -> Button:
    texts = turn.texts
    label = {"subject": texts("By subject"), "area": texts("By area"), "audience": texts("For whom")}[kind]
    return Button(label, Action(Verb.CHOOSE_BY, kind), texts.language)


def choose_by(turn: Turn, kind: str) -> Reply:
    """The subjects, areas or audiences there is something for, as buttons; all activities for any other `kind`."""
    if kind not in CHOICES:
        return whats_on(turn)
    buttons = [
        Button(choice_name(turn, kind, key), Action(Verb.WHATS_ON, f"{kind}{_PARTED_BY}{key}"), turn.texts.language)
        for key in names_of(turn, kind)
        if turn.brain.programme.chosen(**{kind: key})
    ]
    rows = (*in_rows(buttons, 2), (turn.activities_button, turn.areas_button))
    return Reply(turn.texts.language, (turn.say("What do you want to see?"),), buttons=rows)


# The card ----------------------------------------------------------------------------------------------------------


def activity_card(turn: Turn, activity_id: str) -> Reply:
    """Everything about an activity; what is on when it is gone."""
    activity = turn.brain.programme.shown.get(activity_id)
    if activity is None:
        return whats_on(turn)
    title, language = title_of(turn, activity)
    blocks = [
        Block((Plain(title),), language, Style.HEADING),
        *_notices(turn, activity, language),
        *_description(turn, activity, language),
        *_times(turn, activity),
        *_particulars(turn, activity),
        *_vouching(turn, activity, language),
    ]
    return Reply(language, tuple(blocks), buttons=tuple(_card_buttons(turn, activity)))


def _notices(turn: Turn, activity: Activity, language: Language) -> Iterator[Block]:
    if activity.is_sample:
        yield turn.say("This is an example for trying out the bot. It does not take place.", Style.NOTICE)
    if activity.status is Status.CANCELLED:
        yield turn.say("This is cancelled.", Style.NOTICE)
    if language.id != turn.language.id:
        yield turn.say(
            "This answer is not in {language} yet. Here it is in {other}.",
            Style.NOTICE,
            language=turn.language.name,
            other=language.name,
        )


def _description(turn: Turn, activity: Activity, language: Language) -> Iterator[Block]:
    text = activity.texts[language.id].description
    for paragraph in filter(None, (part.strip() for part in text.split("\n\n"))):
        yield Block((Plain(" ".join(paragraph.split())),), language)


def _times(turn: Turn, activity: Activity) -> Iterator[Block]:
    texts = turn.texts
    if not activity.occurrences:
        yield turn.say("It is over, or no new time has been set.")
        return
    places = {occurrence.place for occurrence in activity.occurrences[:TIMES_SHOWN]}
    for occurrence in activity.occurrences[:TIMES_SHOWN]:
        line = state(occurrence, when(occurrence, texts), texts)
        if len(places) > 1:
            line = f"{line}, {where(occurrence.place, texts)}"
        yield Block((Plain(line),), texts.language, Style.ITEM)
    if len(activity.occurrences) > TIMES_SHOWN:
        yield turn.say("It continues after that.")
    for place in places if len(places) == 1 and activity.occurrences[0].place.name else ():
        yield turn.say("Place: {place}", Style.TEXT, place=place_link(place, texts.language))


def _particulars(turn: Turn, activity: Activity) -> Iterator[Block]:
    texts = turn.texts
    if activity.occurrences:
        place = activity.occurrences[0].place
        for sentence in details(activity, place, texts, turn.brain.languages):
            yield Block((Plain(sentence),), texts.language, Style.ITEM)
    if activity.registration:
        yield turn.say("Register: {how}", Style.TEXT, how=_reach(turn, activity.registration))
    if activity.contact:
        yield turn.say("Questions: {contact}", Style.TEXT, contact=_reach(turn, activity.contact))


def _reach(turn: Turn, value: str) -> Span:
    """A link, an e-mail address or a phone number as something to tap."""
    direction = turn.texts.language.direction
    if value.startswith("https://"):
        return Link(isolate(value.removeprefix("https://"), direction), value)
    if "@" in value:
        return Link(isolate(value, direction), f"mailto:{value}")
    return Phone(isolate(value, direction), dialled(value))


def _vouching(turn: Turn, activity: Activity, language: Language) -> Iterator[Block]:
    text = activity.texts[language.id]
    if text.reviewed_by:
        yield turn.say("Read and approved by {name}.", Style.LABEL, name=text.reviewed_by)
    elif language.id != SOURCE and SOURCE in activity.texts:
        yield turn.say("Translated by a machine. No person has checked the translation yet.", Style.LABEL)
    organiser = turn.brain.programme.organisations.get(activity.organiser)
    if organiser is not None:
        yield turn.say("Organiser: {name}", Style.LABEL, name=organiser.name)


def _card_buttons(turn: Turn, activity: Activity) -> Iterator[tuple[Button, ...]]:
    if activity.occurrences:
        calendar = _calendar_button(turn, activity.id)
        on_map = turn.button("Show on map", Action(Verb.MAP, activity.id, turn.language.id))
        yield (calendar, on_map) if activity.occurrences[0].place.point else (calendar,)
    yield from filter(None, [tuple(activity_buttons(turn, activity))])
    subject = Button(
        choice_name(turn, "subject", activity.subject),
        Action(Verb.WHATS_ON, f"subject{_PARTED_BY}{activity.subject}"),
        turn.texts.language,
    )
    organiser = turn.brain.programme.organisations.get(activity.organiser)
    if organiser is not None:
        yield subject, Button(organiser.name, Action(Verb.ORGANISATION, organiser.id), turn.brain.languages[SOURCE])
    else:
        yield (subject,)
    yield turn.activities_button, turn.areas_button


def on_map(turn: Turn, activity_id: str) -> Reply:
    """Where an activity takes place next, on a map; its card when no point is known."""
    activity = turn.brain.programme.shown.get(activity_id)
    place = activity.occurrences[0].place if activity and activity.occurrences else None
    if activity is None or place is None or place.point is None:
        return activity_card(turn, activity_id)
    blocks = (
        Block((Plain(where(place, turn.texts)),), turn.texts.language),
        Block((Link(turn.texts("Open the map"), place_link(place, turn.texts.language).url),), turn.texts.language),
    )
    rows = ((activity_button(turn, activity),), (turn.activities_button, turn.areas_button))
    return Reply(turn.texts.language, blocks, buttons=rows, places=(place,))


# Calendars ---------------------------------------------------------------------------------------------------------


def add_to_calendar(turn: Turn, about: str, now: datetime) -> Reply:
    """The file that puts an activity, or all of a choice, into the resident's own calendar; else what is on."""
    kind, _, key = about.partition(_PARTED_BY)
    if kind in CHOICES:
        activities, path = turn.brain.programme.chosen(**{kind: key}), feed_path(turn.language.id, about)
        name, back = f"{key}.ics", turn.activities_button
    else:
        activities = tuple(one for one in (turn.brain.programme.shown.get(about),) if one and one.occurrences)
        path, name = f"/calendar/activity/{about}/{turn.language.id}.ics", f"{about}.ics"
        back = activity_button(turn, activities[0]) if activities else turn.activities_button
    if not activities:
        return whats_on(turn)
    content = calendar_file(activities, turn.texts, turn.brain.languages, turn.language.id, now)
    return Reply(
        turn.texts.language,
        (turn.say("Open the file to put it in your own calendar. It reminds you two hours before."),),
        buttons=((back, turn.areas_button),),
        documents=(Document(name, MEDIA_TYPE, content, path),),
    )


def feed_path(language_id: str, about: str = "") -> str:
    """Where the web page offers a choice ("subject.swedish", or all) to calendar programs, in a language."""
    kind, _, key = about.partition(_PARTED_BY)
    return f"/calendar/{language_id}.ics" + (f"?{kind}={key}" if kind in CHOICES and key else "")


def _calendar_button(turn: Turn, about: str) -> Button:
    return turn.button("Add to my calendar", Action(Verb.CALENDAR, about, turn.language.id))
