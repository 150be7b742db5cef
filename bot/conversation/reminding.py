"""Being told of one activity: the reminder of an occasion, and nothing more of a series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.activities.model import Activity, Occurrence, Status
from bot.activities.wording import when
from bot.announcements.wishes import Interest, Wishes
from bot.conversation.actions import Action, Verb
from bot.conversation.activity_names import activity_button
from bot.conversation.composing import Turn
from bot.conversation.effects import Remind, StopSeries
from bot.conversation.interests import mine_button, series_name, subscribe_button
from bot.conversation.my_subscriptions import my_subscriptions
from bot.conversation.replies import Block, Button, Reply, Style
from bot.knowledge.rendering import Plain


def activity_buttons(turn: Turn, activity: Activity) -> Iterator[Button]:
    """Under a card: the reminder of the next occasion, and the subscription to its subject."""
    wishes = turn.wishes
    occurrence = next_occurrence(activity)
    if wishes is None or activity.is_sample:
        return
    if occurrence is not None and (activity.id, occurrence.key) not in wishes.reminders:
        yield turn.button("Remind me", Action(Verb.REMIND, activity.id))
    yield subscribe_button(turn, Interest(subject=activity.subject))


def next_occurrence(activity: Activity) -> Occurrence | None:
    """The next occasion that takes place."""
    return next((one for one in activity.occurrences if one.status is not Status.CANCELLED), None)


def remind(turn: Turn, wishes: Wishes, about: str, now: datetime) -> Reply:
    """Remind of the next occasion of an activity."""
    activity = turn.brain.programme.shown.get(about)
    occurrence = next_occurrence(activity) if activity else None
    if activity is None or occurrence is None or activity.is_sample:
        return my_subscriptions(turn, wishes, "", now)
    line = Block((Plain(when(occurrence, turn.texts)),), turn.texts.language, Style.ITEM)
    said = turn.say("I will remind you the evening before, and tell you if it is moved or cancelled.")
    rows = ((activity_button(turn, activity),), (mine_button(turn), turn.activities_button))
    return Reply(turn.texts.language, (said, line), buttons=rows, effects=(Remind(activity.id, occurrence.key),))


def stop_series_button(turn: Turn, activity: Activity) -> Button:
    """The way to hear no more of a series."""
    return turn.button("Nothing more about this", Action(Verb.STOP_SERIES, activity.series or activity.id))


def stop_series(turn: Turn, wishes: Wishes, about: str, now: datetime) -> Reply:
    """Tell nothing more of a series, with a way back."""
    said = turn.say("I tell you nothing more about: {name}", name=series_name(turn, about))
    again = turn.button("Undo", Action(Verb.RESUME_SERIES, about))
    rows = ((again, mine_button(turn)),)
    return Reply(turn.texts.language, (said,), buttons=rows, effects=(StopSeries(about),))
