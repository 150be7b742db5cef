"""What a button stands for, short enough for Telegram's 64 bytes and readable in a web address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_BYTES = 64
_PARTED_BY = ":"


class Verb(StrEnum):
    """What can be done by tapping; the value is what travels."""

    START = "start"
    LANGUAGES = "languages"
    CHOOSE_LANGUAGE = "choose"
    AREAS = "areas"
    AREA = "area"
    TOPIC = "topic"
    SWEDISH = "swedish"
    OTHER_LANGUAGE = "in"
    PERSON = "person"
    HELP = "help"
    PRIVACY = "privacy"
    ABOUT = "about"
    STOP = "stop"
    WHATS_ON = "on"
    CHOOSE_BY = "by"
    ACTIVITY = "activity"
    CALENDAR = "ics"
    MAP = "map"
    ORGANISATIONS = "who"
    ORGANISATION = "org"
    SUBSCRIPTIONS = "mine"
    SUBSCRIBE = "tell"
    NARROW = "only"
    END = "end"
    PAUSE = "pause"
    QUIET = "quiet"
    REMIND = "remind"
    STOP_SERIES = "mute"
    RESUME_SERIES = "unmute"
    FORGET = "forget"
    FORGET_CONFIRMED = "forget-yes"


@dataclass(frozen=True, slots=True)
class Action:
    """A verb with what it is about: a language, an area or a topic, and for topics the language to show it in."""

    verb: Verb
    about: str = ""
    language: str = ""

    def encode(self) -> str:
        """ "topic:sfi:uk"; raises ValueError when it would be longer than MAX_BYTES."""
        code = _PARTED_BY.join([self.verb.value, self.about, self.language]).rstrip(_PARTED_BY)
        if len(code.encode()) > MAX_BYTES:
            raise ValueError(f"{code!r} is longer than {MAX_BYTES} bytes; shorten the id of the topic or part")
        return code

    @classmethod
    def decode(cls, code: str) -> Action | None:
        """The action of a code, or None for anything that is not one (an old button, a forged request)."""
        verb, about, language, *rest = [*code.split(_PARTED_BY), "", ""]
        if verb not in set(Verb) or any(rest) or len(code.encode()) > MAX_BYTES:
            return None
        return cls(Verb(verb), about, language)
