"""Subscribing to a subject, an area or an audience: at once, once a week or the evening before; and narrowing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.announcements.wishes import Interest, Mode, Wishes
from bot.conversation.actions import MAX_BYTES, Action, Verb
from bot.conversation.activity_names import CHOICES, choice_name, names_of
from bot.conversation.answers import in_rows
from bot.conversation.composing import Turn
from bot.conversation.effects import EndSubscription, Subscribe
from bot.conversation.interests import (
    PARTED_BY,
    end_button,
    interest_of,
    keys_of,
    mine_button,
    mode_of,
    name_of,
    subscribe_action,
)
from bot.conversation.my_subscriptions import my_subscriptions, quiet_line
from bot.conversation.replies import Block, Button, Reply
from bot.languages.words import N_

_NARROWER = (N_("Only one subject"), N_("Only one area"), N_("Only for some"))


def subscribe(turn: Turn, wishes: Wishes, about: str, now: datetime) -> Reply:
    """Begin to tell of "subject.area.audience.mode"; of two with one mode that tell of the same, the newer stays."""
    interest = interest_of(turn, about)
    mode = mode_of(about)
    if interest is None or mode is None:
        return my_subscriptions(turn, wishes, "", now)
    replaced = [one for one in wishes.subscriptions if one.mode is mode and _overlap(one.interest, interest)]
    ends = tuple(EndSubscription(one.id) for one in replaced if one.interest != interest)
    said = turn.say("I will tell you about: {what}.", what=name_of(turn, interest))
    narrower = [
        turn.button(label, Action(Verb.NARROW, PARTED_BY.join([kind, *keys_of(interest), mode])))
        for kind, label, key in zip(CHOICES, _NARROWER, keys_of(interest), strict=True)
        if not key
    ]
    rows = (
        *in_rows(list(_mode_buttons(turn, interest, mode)), 2),
        *in_rows(narrower, 2),
        (end_button(turn, interest),),
    )
    return Reply(
        turn.texts.language,
        (said, _mode_line(turn, mode), *quiet_line(turn, wishes)),
        buttons=(*rows, (mine_button(turn), turn.activities_button)),
        effects=(*ends, Subscribe(interest, mode)),
    )


def _overlap(one: Interest, other: Interest) -> bool:
    """Whether one of the two means everything the other does: then both would tell of the same."""
    pairs = list(zip(keys_of(one), keys_of(other), strict=True))
    return all(not a or a == b for a, b in pairs) or all(not b or a == b for a, b in pairs)


def _mode_buttons(turn: Turn, interest: Interest, current: Mode) -> Iterator[Button]:
    labels = {
        Mode.INSTANT: "As soon as something is new",
        Mode.WEEKLY: "Once a week",
        Mode.EVENING: "The evening before",
    }
    for mode, label in labels.items():
        if mode is not current:
            yield turn.button(label, subscribe_action(interest, mode))


def _mode_line(turn: Turn, mode: Mode) -> Block:
    match mode:
        case Mode.WEEKLY:
            return turn.say("I write once a week, with everything that is on.")
        case Mode.EVENING:
            return turn.say("I write the evening before.")
        case _:
            return turn.say("I write as soon as there is something new, and when it is moved or cancelled.")


def narrow(turn: Turn, wishes: Wishes, about: str, now: datetime) -> Reply:
    """The subjects, areas or audiences that a subscription can be narrowed to."""
    kind, _, rest = about.partition(PARTED_BY)
    interest, mode = interest_of(turn, rest), mode_of(rest)
    if kind not in CHOICES or interest is None or mode is None:
        return my_subscriptions(turn, wishes, "", now)
    narrowed = [(key, replace(interest, **{kind: key})) for key in names_of(turn, kind)]
    buttons = [
        Button(choice_name(turn, kind, key), action, turn.texts.language)
        for key, one in narrowed
        for action in (subscribe_action(one, mode),)
        if len(f"{action.verb}:{action.about}".encode()) <= MAX_BYTES
    ]
    return Reply(
        turn.texts.language,
        (turn.say("What do you want to be told about?"),),
        buttons=(*in_rows(buttons, 2), (mine_button(turn), turn.activities_button)),
    )
