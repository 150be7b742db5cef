"""Who does what for integration in Uddevalla."""

from __future__ import annotations

from collections.abc import Iterator

from bot.activities.model import Activity, Organisation
from bot.activities.reading import text_in
from bot.conversation.actions import Action, Verb
from bot.conversation.activity_names import activity_button
from bot.conversation.answers import in_rows, topic_button
from bot.conversation.composing import Turn
from bot.conversation.menus import person_line
from bot.conversation.replies import Block, Button, Reply, Style
from bot.knowledge.rendering import Link, Phone, Plain, dialled
from bot.languages.bidi import isolate
from bot.languages.table import SOURCE

ACTIVITIES_SHOWN = 5


def organisations(turn: Turn) -> Reply:
    """Every organisation as a button, by name; their names are the same in every language."""
    swedish = turn.brain.languages[SOURCE]
    named = sorted(turn.brain.programme.organisations.values(), key=lambda one: one.name.casefold())
    buttons = [Button(one.name, Action(Verb.ORGANISATION, one.id, turn.language.id), swedish) for one in named]
    heading = turn.say("Organisations: who does what", Style.HEADING)
    blocks = (heading, turn.say("These organisations do something for integration in Uddevalla.")) if named else ()
    rows = (*in_rows(buttons, 2), (turn.activities_button, turn.areas_button))
    return Reply(turn.texts.language, (*blocks, person_line(turn)), buttons=rows)


def organisation(turn: Turn, organisation_id: str) -> Reply:
    """What one organisation does, how to reach it, and what it has on; all of them when it is gone."""
    found = turn.brain.programme.organisations.get(organisation_id)
    if found is None:
        return organisations(turn)
    on = [one for one in turn.brain.programme.shown.values() if one.organiser == found.id and one.occurrences]
    return Reply(turn.texts.language, tuple(_card(turn, found)), buttons=tuple(_buttons(turn, found, on)))


def _card(turn: Turn, found: Organisation) -> Iterator[Block]:
    languages = turn.brain.languages
    language_id, text = text_in(found.texts, (language.id for language in languages.chain(turn.language.id)))
    direction = turn.texts.language.direction
    yield Block((Plain(found.name),), languages[SOURCE], Style.HEADING)
    yield Block((Plain(text.description),), languages[language_id])
    if found.address:
        yield Block((Plain(isolate(found.address, direction, is_text=True)),), turn.texts.language)
    if found.phone:
        yield Block((Phone(isolate(found.phone, direction), dialled(found.phone), found.name),), turn.texts.language)
    if found.url:
        bare = found.url.removeprefix("https://").removeprefix("www.").rstrip("/")
        yield Block((Link(isolate(bare, direction), found.url),), turn.texts.language)
    if not (found.phone or found.url):
        yield person_line(turn)
    if language_id != SOURCE:
        yield turn.say("Translated by a machine. No person has checked the translation yet.", Style.LABEL)


def _buttons(turn: Turn, found: Organisation, on: list[Activity]) -> Iterator[tuple[Button, ...]]:
    yield from ((activity_button(turn, activity),) for activity in on[:ACTIVITIES_SHOWN])
    known = (topic for topic in found.topics if topic in turn.brain.content.topics)
    yield from ((topic_button(turn, topic),) for topic in known)
    yield turn.button("Organisations: who does what", Action(Verb.ORGANISATIONS)), turn.activities_button
