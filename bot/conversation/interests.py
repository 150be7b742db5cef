"""What can be subscribed to, in words and on buttons: an interest is "subject.area.audience", an empty place is any."""

from __future__ import annotations

from bot.announcements.wishes import ANY, Interest, Mode
from bot.conversation.actions import Action, Verb
from bot.conversation.activity_names import CHOICES, choice_name, names_of, title_of
from bot.conversation.composing import Turn
from bot.conversation.replies import Button

PARTED_BY = "."


def interest_of(turn: Turn, about: str) -> Interest | None:
    """The interest behind "subject.area.audience" (an empty place is any); None for one there is no list entry for."""
    keys = [key or ANY for key in (about.split(PARTED_BY) + [""] * len(CHOICES))[: len(CHOICES)]]
    is_known = all(key == ANY or key in names_of(turn, kind) for kind, key in zip(CHOICES, keys, strict=True))
    return Interest(*keys) if is_known else None


def mode_of(about: str) -> Mode | None:
    """The mode that follows an interest, INSTANT where none does; None for one there is not."""
    rest = about.split(PARTED_BY)[len(CHOICES) :]
    try:
        return Mode(rest[0]) if rest and rest[0] else Mode.INSTANT
    except ValueError:
        return None


def keys_of(interest: Interest) -> list[str]:
    """The keys of subject, area and audience, empty for any."""
    return ["" if key == ANY else key for key in (interest.subject, interest.area, interest.audience)]


def subscribe_button(turn: Turn, interest: Interest) -> Button:
    """The way to be told of an interest at once."""
    return turn.button("Tell me about this", subscribe_action(interest, Mode.INSTANT))


def subscribe_action(interest: Interest, mode: Mode) -> Action:
    """What subscribes to an interest."""
    return Action(Verb.SUBSCRIBE, PARTED_BY.join([*keys_of(interest), mode]))


def end_button(turn: Turn, interest: Interest, *, named: bool = False) -> Button:
    """The way to hear no more of an interest, which is `named` among others."""
    action = Action(Verb.END, PARTED_BY.join(keys_of(interest)))
    if named:
        return turn.button("Stop: {name}", action, name=name_of(turn, interest))
    return turn.button("Stop", action)


def mine_button(turn: Turn) -> Button:
    """The way to everything subscribed to."""
    return turn.button("My subscriptions", Action(Verb.SUBSCRIPTIONS))


def name_of(turn: Turn, interest: Interest) -> str:
    """ "Swedish and language practice, Dalaberg", or "all activities"."""
    names = [choice_name(turn, kind, key) for kind, key in zip(CHOICES, keys_of(interest), strict=True) if key]
    return ", ".join(names) or turn.texts("all activities")


def series_name(turn: Turn, series: str) -> str:
    """The title of an activity of the series; the name of the series when there is none any more."""
    activities = turn.brain.programme.shown.values()
    found = next((one for one in activities if series in (one.series, one.id)), None)
    return title_of(turn, found)[0] if found else series
