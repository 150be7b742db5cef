"""The commands a resident can type in any channel, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.actions import Action, Verb
from bot.languages.words import N_, Texts


@dataclass(frozen=True, slots=True)
class Command:
    """`/name` (a-z, Telegram's rule), what it does, and its description in English for the catalogues."""

    name: str
    verb: Verb
    description: str


COMMANDS = (
    Command("topics", Verb.AREAS, N_("What you can ask about")),
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
    "sprak": Verb.LANGUAGES,
    "amnen": Verb.AREAS,
    "hjalp": Verb.HELP,
    "om": Verb.ABOUT,
    "integritet": Verb.PRIVACY,
    "glom": Verb.FORGET,
}
_VERBS = {command.name: command.verb for command in COMMANDS} | _ALIASES


def parse_command(text: str) -> Action | None:
    """The action of "/language" or "/start sfi" (a deep link to a topic); None when `text` is not a known command."""
    if not text.startswith("/"):
        return None
    name, *arguments = text[1:].split(maxsplit=1)[:2] or [""]
    verb = _VERBS.get(name.split("@")[0].lower())
    return None if verb is None else Action(verb, arguments[0].strip()[:40] if arguments else "")


def described_commands(texts: Texts) -> tuple[tuple[str, str], ...]:
    """Names and descriptions in the language of `texts`, for a menu of commands."""
    return tuple((command.name, texts(command.description)) for command in COMMANDS)
