"""The commands a resident can type in any channel, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.actions import Action, Verb
from bot.knowledge.content import PART_MARK
from bot.languages.words import N_, Texts


@dataclass(frozen=True, slots=True)
class Command:
    """`/name` (a-z, Telegram's rule), what it does, and its description in English for the catalogues."""

    name: str
    verb: Verb
    description: str


COMMANDS = (
    Command("topics", Verb.AREAS, N_("What you can ask about")),
    Command("activities", Verb.WHATS_ON, N_("What is on in the network")),
    Command("subscriptions", Verb.SUBSCRIPTIONS, N_("What you want to be told about")),
    Command("language", Verb.LANGUAGES, N_("Choose another language")),
    Command("help", Verb.HELP, N_("How to ask, and how to reach a person")),
    Command("privacy", Verb.PRIVACY, N_("What is kept about you")),
    Command("about", Verb.ABOUT, N_("Who answers here")),
    Command("forget", Verb.FORGET, N_("Delete what is kept about you")),
)
_ALIASES = {
    "start": Verb.START,
    "stop": Verb.STOP,
    "stopp": Verb.STOP,
    "aktiviteter": Verb.WHATS_ON,
    "prenumerationer": Verb.SUBSCRIPTIONS,
    "organisations": Verb.ORGANISATIONS,
    "sprak": Verb.LANGUAGES,
    "amnen": Verb.AREAS,
    "hjalp": Verb.HELP,
    "om": Verb.ABOUT,
    "integritet": Verb.PRIVACY,
    "glom": Verb.FORGET,
}
# Only A-Z, a-z, 0-9, _ and - may stand in Telegram's links, and ids are made of a-z, 0-9 and -.
_PART_IN_LINK, _LANGUAGE_IN_LINK = "_", "__"
_LONGEST_PAYLOAD = 64
_VERBS = {command.name: command.verb for command in COMMANDS} | _ALIASES


def parse_command(text: str) -> Action | None:
    """The action of "/language" or "/start sfi" (a link to a topic or area); None when it is not a known command."""
    if not text.startswith("/"):
        return None
    name, *arguments = text[1:].split(maxsplit=1)[:2] or [""]
    verb = _VERBS.get(name.split("@")[0].lower())
    about, _, language = (arguments[0].strip()[:_LONGEST_PAYLOAD] if arguments else "").partition(_LANGUAGE_IN_LINK)
    return None if verb is None else Action(verb, about.replace(_PART_IN_LINK, PART_MARK), language)


def start_payload(label: str, language_id: str = "") -> str:
    """What follows "/start" in a link that opens a topic, a part of one or an area, in a language if one is given."""
    return label.replace(PART_MARK, _PART_IN_LINK) + (_LANGUAGE_IN_LINK + language_id if language_id else "")


def described_commands(texts: Texts) -> tuple[tuple[str, str], ...]:
    """Names and descriptions in the language of `texts`, for a menu of commands."""
    return tuple((command.name, texts(command.description)) for command in COMMANDS)
