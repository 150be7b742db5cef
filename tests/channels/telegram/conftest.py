"""A stand-in per test that must not have been broken any rule of, and a dialogue that says what a test wants."""

from __future__ import annotations

import gettext
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.activities.model import Place
from bot.conversation.actions import Action, Verb
from bot.conversation.replies import Block, Button, ChooseLanguage, Document, Forget, Kind, Message, Reply, Style
from bot.knowledge.rendering import Plain
from bot.languages.table import Languages
from bot.languages.words import Texts
from tests.standin.running import Running, running_bot
from tests.standin.server import StandIn

DOCUMENT = Document("möte.ics", "text/calendar", b"BEGIN:VCALENDAR", "/calendar/activity/meeting/sv.ics")
PLACES = (Place("Biblioteket", "Kungsgatan 1", (58.35, 11.93)), Place("Okänd"))


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    async with StandIn() as standin:
        yield standin
        assert not standin.world.violations


@dataclass
class FakeDialogue:
    """Repeats what was said; "menu", "answer", "crisis" and "choose LANGUAGE" give replies of that sort.

    "file" brings a file, "places" a place on the map and one without a point; "slow" is answered when `may_answer` is set.
    """

    languages: Languages
    messages: list[Message] = field(default_factory=list)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def reply(self, message: Message) -> Reply:
        self.messages.append(message)
        language = self.languages[message.chosen or "sv"]
        said = message.action.encode() if message.action else message.text
        if said == "slow":
            assert self.may_answer.wait(30)
        if said == "bug":
            raise KeyError("what the resident wrote")
        if message.action and message.action.verb is Verb.CHOOSE_LANGUAGE:
            return self._say(message.action.about, "chosen", effects=(ChooseLanguage(message.action.about),))
        if message.action and message.action.verb is Verb.FORGET_CONFIRMED:
            return self._say("sv", "forgotten", effects=(Forget(),))
        kind = {"crisis": Kind.CRISIS, "answer": Kind.ANSWER}.get(said, Kind.MENU)
        rows = {
            "menu": (("Areas", Action(Verb.AREAS)), ("Uk", Action(Verb.CHOOSE_LANGUAGE, "uk"))),
            "crisis": (("Svenska", Action(Verb.SWEDISH, "crisis")),),
            "answer": (("Svenska", Action(Verb.SWEDISH, "sfi", "uk")), ("Areas", Action(Verb.AREAS))),
        }.get(said, ())
        buttons = tuple((Button(text, action, language),) for text, action in rows)
        return self._say(
            language.id,
            f"you said {said or 'nothing'}",
            kind=kind,
            buttons=buttons,
            topics={"answer": ("sfi",), "crisis": ("crisis",)}.get(said, ()),
            places=PLACES if said == "places" else (),
            documents=(DOCUMENT,) if said == "file" else (),
            is_sensitive=said in ("crisis", "swedish:crisis"),
        )

    def english(self, language_id: str) -> Texts:
        """The bot's own words, translated by nobody."""
        return Texts(self.languages[language_id], gettext.NullTranslations())

    def _say(self, language_id: str, text: str, **more: object) -> Reply:
        language = self.languages[language_id]
        return Reply(language, (Block((Plain(text),), language, Style.TEXT),), **more)  # type: ignore[arg-type]


@pytest.fixture
def fake(languages: Languages) -> FakeDialogue:
    return FakeDialogue(languages)


@pytest.fixture
async def bot(standin: StandIn, fake: FakeDialogue, tmp_path: Path) -> AsyncIterator[Running]:
    """The bot with the fake dialogue, polling the stand-in; its own words are English, as they are in the code."""
    async with running_bot(standin.url, fake, tmp_path / "bot.db", texts=fake.english) as running:
        yield running
