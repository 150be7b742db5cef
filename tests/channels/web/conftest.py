"""A web door with a small content in three languages, and an understanding that knows exactly what it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date
from typing import cast

import httpx
import pytest

from bot.channels.web import build_web
from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.knowledge.content import Content, Topic
from bot.knowledge.schema import FactEntry, Meta, Part, Sensitivity, SourceEntry, TranslatedTopic
from bot.languages.table import Languages
from bot.languages.words import Words
from bot.settings import ROOT
from bot.understanding import Candidate, CrisisHit, Decision, Understanding, Understood
from bot.understanding.letter_words import LetterWords

TODAY = date(2026, 11, 21)
ORIGIN = "http://tillsammans.test"

QUEUE, SCHOOL, HELPLINE = "housing-queue", "sfi", "helpline"
QUESTIONS = {
    "bostadskö": ("sv", QUEUE),
    "housing queue": ("en", QUEUE),
    "قائمة السكن": ("ar", QUEUE),
    "sfi": (None, SCHOOL),
}
DANGERS = {"jag vill dö": "sv", "i want to die": "en", "اريد ان اموت": "ar"}


def fact(**values: str) -> FactEntry:
    return FactEntry.model_validate({**values, "source": "page", "checked": TODAY})


FACTS = {
    "emergency.sos": fact(phone="112", name="SOS Alarm"),
    "helpline.number": fact(phone="90101", name="Mind"),
    "municipality.switchboard": fact(phone="0522-69 60 00", name="Uddevalla kommun"),
    "municipality.web": fact(url="https://www.uddevalla.se"),
    "queue.web": fact(url="https://www.uddevallahem.se"),
}


def topic(id_: str, texts: Mapping[str, tuple[str, str]], sensitivity: Sensitivity, *related: str) -> Topic:
    meta = Meta(
        owner="kontaktcenter",
        review_by=date(2027, 5, 1),
        checked=TODAY,
        sources=["page"],
        related=list(related),
        sensitivity=sensitivity,
    )
    parts = {"fee": Part(title="Vad kostar det?", answer="Det är gratis.", ask=["avgift"])} if id_ == QUEUE else {}
    translated = {
        key: TranslatedTopic(title=title, answer=answer, parts=parts if key == "sv" else {})
        for key, (title, answer) in texts.items()
    }
    return Topic(id_, "housing", meta, translated)


TOPICS = (
    topic(
        QUEUE,
        {
            "sv": (
                "Ställ dig i bostadskö",
                "Gå till {queue.web}.\n\n- Det är gratis.\n- Ring {municipality.switchboard}.",
            ),
            "en": ("Join the housing queue", "Go to {queue.web}.\n\n- It is free.\n- Call {municipality.switchboard}."),
            "ar": ("قائمة انتظار السكن", "اذهب إلى {queue.web}. اتصل على {municipality.switchboard} للسؤال."),
        },
        "normal",
        SCHOOL,
    ),
    topic(SCHOOL, {"sv": ("Svenska <för> invandrare", "Sfi & mer."), "en": ("Swedish", "Sfi.")}, "normal"),
    topic(
        HELPLINE,
        {
            "sv": ("Stöd i kris", "Ring {emergency.sos} nu, eller {helpline.number}."),
            "en": ("Support in a crisis", "Call {emergency.sos} now, or {helpline.number}."),
            "ar": ("دعم في الأزمات", "اتصل على {emergency.sos} الآن أو {helpline.number}."),
        },
        "crisis",
        QUEUE,
    ),
)
CONTENT = Content(
    facts=FACTS,
    sources={"page": SourceEntry(title="Bostad & mer", url="https://www.uddevalla.se/bostad")},
    areas={"sv": {"housing": "Bostad"}, "en": {"housing": "Housing"}, "ar": {"housing": "السكن"}},
    topics={one.id: one for one in TOPICS},
)


class ToldUnderstanding:
    """Knows QUESTIONS and DANGERS; asks back for "hem"; breaks on "bug"; knows nothing else."""

    def understand(self, text: str, chosen: str | None = None, suggested: str | None = None) -> Understood:
        if text == "bug":
            raise KeyError(text)
        if text in DANGERS:
            hit = CrisisHit(HELPLINE, DANGERS[text], "", "")
            return Understood(DANGERS[text], Decision.ANSWER, (Candidate(HELPLINE, 1.0),), crisis=hit)
        if text == "hem":
            candidates = (Candidate(QUEUE, 0.4), Candidate(f"{QUEUE}.fee", 0.3))
            return Understood(None, Decision.CHOOSE, candidates)
        if text in QUESTIONS:
            language, label = QUESTIONS[text]
            return Understood(language, Decision.ANSWER, (Candidate(label, 0.9),), topics=(label,))
        return Understood(None, Decision.UNKNOWN, ())


class Door:
    """The web door with what tests turn: the clock, the health, the brain in service."""

    def __init__(self, brain: Brain, clock: Callable[[], float] | None = None) -> None:
        self.brain = brain
        self.now = 0.0
        self.health: dict[str, object] = {"ok": True}
        self.app = build_web(
            Dialogue(lambda: self.brain, lambda: TODAY),
            brain=lambda: self.brain,
            health=lambda: self.health,
            clock=clock or (lambda: self.now),
        )


def door_of(languages: Languages, clock: Callable[[], float] | None = None) -> Door:
    """A door with the small content; without a clock, time stands still until a test moves `now`."""
    words = Words(ROOT / "locales", languages)
    understanding = cast(Understanding, ToldUnderstanding())
    return Door(Brain(CONTENT, languages, words, understanding, LetterWords({})), clock)


@pytest.fixture
def door(languages: Languages) -> Door:
    return door_of(languages)


@pytest.fixture
async def web(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without JavaScript: keeps cookies, follows nothing."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=door.app), base_url=ORIGIN) as client:
        yield client
