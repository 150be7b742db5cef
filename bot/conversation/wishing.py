"""What a tap on a button about being told does, where the channel can tell anyone anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.announcements.wishes import Wishes
from bot.conversation.actions import Action, Verb
from bot.conversation.composing import Turn
from bot.conversation.my_subscriptions import end, my_subscriptions, pause, quiet_hours, resume_series
from bot.conversation.reminding import remind, stop_series
from bot.conversation.replies import Reply
from bot.conversation.subscribing import narrow, subscribe

_ACTS: dict[Verb, Callable[[Turn, Wishes, str, datetime], Reply]] = {
    Verb.SUBSCRIPTIONS: my_subscriptions,
    Verb.SUBSCRIBE: subscribe,
    Verb.NARROW: narrow,
    Verb.END: end,
    Verb.PAUSE: pause,
    Verb.QUIET: quiet_hours,
    Verb.REMIND: remind,
    Verb.STOP_SERIES: stop_series,
    Verb.RESUME_SERIES: resume_series,
}
WISHES = frozenset(_ACTS)


def wish(turn: Turn, action: Action, now: datetime) -> Reply:
    """Do what was tapped; where nobody can be told anything, say where they can."""
    if turn.wishes is not None:
        return _ACTS[action.verb](turn, turn.wishes, action.about, now)
    return Reply(
        turn.texts.language,
        (turn.say("I can tell you about new activities in Telegram. Here you can put them in your own calendar."),),
        buttons=((turn.activities_button, turn.areas_button),),
    )
