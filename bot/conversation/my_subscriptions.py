"""My subscriptions: listed, ended, paused, and when to be quiet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.activities.wording import when
from bot.announcements.wishes import Interest, Mode, Quiet, Subscription, Wishes
from bot.conversation.actions import Action, Verb
from bot.conversation.activity_names import title_of
from bot.conversation.composing import Turn
from bot.conversation.effects import EndSubscription, PauseSubscriptions, ResumeSeries, SetQuietHours
from bot.conversation.interests import (
    PARTED_BY,
    end_button,
    interest_of,
    mine_button,
    name_of,
    series_name,
    subscribe_button,
)
from bot.conversation.replies import Block, Button, Reply, Style
from bot.knowledge.rendering import Plain
from bot.languages.bidi import isolate
from bot.languages.dates import ZONE, date_in_words

PAUSE_DAYS = 14
QUIET_CHOICES = (Quiet(21, 8), Quiet(19, 10), Quiet(0, 0))


def my_subscriptions(turn: Turn, wishes: Wishes, about: str, now: datetime) -> Reply:
    """Everything asked for, each with a button that ends it."""
    if not (wishes.subscriptions or wishes.reminders or wishes.stopped_series):
        return Reply(
            turn.texts.language,
            (turn.say("You have no subscriptions. Choose what you want to be told about under What's on."),),
            buttons=((subscribe_button(turn, Interest()),), (turn.activities_button, turn.areas_button)),
        )
    blocks = [turn.say("You have asked to be told about:", Style.HEADING), *_listed(turn, wishes)]
    paused = max((one.paused_until for one in wishes.subscriptions if one.paused_until), default=None)
    if paused is not None and paused > now:
        day = date_in_words(paused.astimezone(ZONE).date(), turn.texts.language)
        blocks.append(turn.say("All of it is paused until {date}.", Style.NOTICE, date=day))
        rest = turn.button("Go on at once", Action(Verb.PAUSE, "0"))
    else:
        blocks += quiet_line(turn, wishes)
        rest = turn.button("Pause for two weeks", Action(Verb.PAUSE, str(PAUSE_DAYS)))
    ends = [(end_button(turn, one.interest, named=True),) for one in wishes.subscriptions]
    resumes = [
        (turn.button("Tell me again: {name}", Action(Verb.RESUME_SERIES, series), name=series_name(turn, series)),)
        for series in sorted(wishes.stopped_series)
    ]
    quiet = turn.button("Quiet hours", Action(Verb.QUIET))
    stop = turn.button("Stop all", Action(Verb.STOP))
    return Reply(
        turn.texts.language, tuple(blocks), buttons=(*ends, *resumes, (rest, quiet), (stop, turn.activities_button))
    )


def _listed(turn: Turn, wishes: Wishes) -> Iterator[Block]:
    for one in wishes.subscriptions:
        line = f"{name_of(turn, one.interest)}: {_mode_name(turn, one)}"
        yield Block((Plain(line),), turn.texts.language, Style.ITEM)
    for activity_id, occasion in sorted(wishes.reminders):
        activity = turn.brain.programme.shown.get(activity_id)
        for occurrence in activity.occurrences if activity else ():
            if activity and occurrence.key == occasion:
                line = f"{title_of(turn, activity)[0]}: {when(occurrence, turn.texts)}"
                yield Block((Plain(line),), turn.texts.language, Style.ITEM)
    for series in sorted(wishes.stopped_series):
        yield turn.say("Nothing about: {name}", Style.ITEM, name=series_name(turn, series))


def _mode_name(turn: Turn, subscription: Subscription) -> str:
    texts = turn.texts
    return {
        Mode.INSTANT: texts("As soon as something is new"),
        Mode.WEEKLY: texts("Once a week"),
        Mode.EVENING: texts("The evening before"),
    }[subscription.mode]


def end(turn: Turn, wishes: Wishes, about: str, now: datetime) -> Reply:
    """Tell no more of one interest, and show what is left."""
    interest = interest_of(turn, about)
    ended = [one for one in wishes.subscriptions if one.interest == interest]
    left = replace(wishes, subscriptions=tuple(one for one in wishes.subscriptions if one not in ended))
    return replace(my_subscriptions(turn, left, "", now), effects=tuple(EndSubscription(one.id) for one in ended))


def pause(turn: Turn, wishes: Wishes, about: str, now: datetime) -> Reply:
    """Say nothing for two weeks, or go on at once."""
    until = now + timedelta(days=PAUSE_DAYS) if about == str(PAUSE_DAYS) else None
    paused = tuple(replace(one, paused_until=until) for one in wishes.subscriptions)
    reply = my_subscriptions(turn, replace(wishes, subscriptions=paused), "", now)
    return replace(reply, effects=(PauseSubscriptions(until),))


def quiet_hours(turn: Turn, wishes: Wishes, about: str, now: datetime) -> Reply:
    """The quiet hours to choose from, or the choice made."""
    chosen = next((one for one in QUIET_CHOICES if about == f"{one.start}{PARTED_BY}{one.end}"), None)
    if chosen is not None:
        return replace(my_subscriptions(turn, replace(wishes, quiet=chosen), "", now), effects=(SetQuietHours(chosen),))
    buttons = [
        Button(_hours(turn, one) if one.start != one.end else turn.texts("Never quiet"), action, turn.texts.language)
        for one in QUIET_CHOICES
        for action in (Action(Verb.QUIET, f"{one.start}{PARTED_BY}{one.end}"),)
    ]
    return Reply(
        turn.texts.language,
        (turn.say("When shall I be quiet? Only news that something is cancelled or moved may come then."),),
        buttons=(tuple(buttons), (mine_button(turn),)),
    )


def quiet_line(turn: Turn, wishes: Wishes) -> Iterator[Block]:
    """When nothing is said, if there is such a time."""
    if wishes.quiet.start != wishes.quiet.end:
        yield turn.say("I am quiet between {hours}.", Style.NOTICE, hours=_hours(turn, wishes.quiet))


def _hours(turn: Turn, quiet: Quiet) -> str:
    return isolate(f"{quiet.start:02}:00–{quiet.end:02}:00", turn.texts.language.direction)


def resume_series(turn: Turn, wishes: Wishes, about: str, now: datetime) -> Reply:
    """Tell of a series again, and show everything asked for."""
    left = replace(wishes, stopped_series=wishes.stopped_series - {about})
    return replace(my_subscriptions(turn, left, "", now), effects=(ResumeSeries(about),))
