"""What activities, and what they are chosen by, are called in the language of a turn."""

from __future__ import annotations

from collections.abc import Mapping

from bot.activities.model import Activity
from bot.activities.reading import text_in
from bot.activities.wording import marked
from bot.conversation.actions import Action, Verb
from bot.conversation.composing import Turn
from bot.conversation.replies import Button
from bot.languages.table import Language

CHOICES = ("subject", "area", "audience")


def names_of(turn: Turn, kind: str) -> Mapping[str, Mapping[str, str]]:
    """The keys of the subjects, areas or audiences with their names by language."""
    programme = turn.brain.programme
    return {"subject": programme.subjects, "area": programme.areas, "audience": programme.audiences}[kind]


def choice_name(turn: Turn, kind: str, key: str) -> str:
    """The name of a subject, area or audience in the language of the turn or its nearest fallback."""
    names = names_of(turn, kind)[key]
    return next(names[language.id] for language in turn.brain.languages.chain(turn.language.id) if language.id in names)


def title_of(turn: Turn, activity: Activity) -> tuple[str, Language]:
    """The title, marked when it is an example, with the language it is in."""
    language_id, text = text_in(activity.texts, _chain(turn))
    return marked(activity, text.title, turn.texts), turn.brain.languages[language_id]


def _chain(turn: Turn) -> list[str]:
    return [language.id for language in turn.brain.languages.chain(turn.language.id)]


def activity_button(turn: Turn, activity: Activity) -> Button:
    """A button that opens the card of an activity."""
    title, language = title_of(turn, activity)
    return Button(title, Action(Verb.ACTIVITY, activity.id, turn.language.id), language)
