"""A complete, tiny content: two topics in Swedish and English, made to be broken by tests."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.conversation.loading import BrainLoader, Loaded
from bot.knowledge.problems import Problems
from bot.languages.table import Languages
from bot.settings import ROOT
from tests import conftest

FILES = {
    "sources.yaml": """\
municipal-page: {title: "Bostad (Uddevalla kommun)", url: "https://www.uddevalla.se/bostad", date: "2026"}
""",
    "facts/contacts.yaml": """\
municipality.switchboard: {phone: "0522-69 60 00", name: "Uddevalla kommun", source: municipal-page, checked: 2026-11-21}
emergency.sos: {phone: "112", name: "SOS Alarm", source: municipal-page, checked: 2026-11-21}
municipality.web: {url: "https://www.uddevalla.se", source: municipal-page, checked: 2026-11-21}
queue.web: {url: "https://www.uddevallahem.se", source: municipal-page, checked: 2026-11-21}
queue.age: {number: "16", source: municipal-page, checked: 2026-11-21}
queue.secret: {phone: "0771-567 567", source: municipal-page, checked: 2026-11-21, status: secondary}
""",
    "sv/areas.yaml": "housing: Bostad\nemergency-and-safety: Nöd\n",
    "en/areas.yaml": "housing: Housing\nemergency-and-safety: Emergency\n",
    "sv/housing.yaml": """\
housing-queue:
  title: Ställ dig i bostadskö
  answer: |
    Registrera dig på {queue.web}. Du ska ha fyllt {queue.age}.

    - Det är gratis.
    - Logga in en gång om året.

    Fråga på {municipality.switchboard}.
  ask:
    - bostadskö
    - söka lägenhet
  meta:
    owner: kontaktcenter
    review_by: 2027-05-01
    checked: 2026-11-21
    sources: [municipal-page]
    related: [emergency-112]
""",
    "sv/emergency-and-safety.yaml": """\
emergency-112:
  title: Ring 112
  answer: |
    Ring {emergency.sos} om någon är i fara.
  ask:
    - ambulans
    - det brinner
  meta:
    owner: kontaktcenter
    review_by: 2027-05-01
    checked: 2026-11-21
    sources: [municipal-page]
    sensitivity: crisis
""",
    "en/housing.yaml": """\
housing-queue:
  title: Join the housing queue
  answer: |
    Register at {queue.web}. You must be {queue.age}.

    Ask at {municipality.switchboard}.
  ask:
    - housing queue
    - find a flat
""",
    "crisis/sv.yaml": """\
rules:
  - topic: emergency-112
    danger: life
    match: ["andas inte"]
must_match:
  emergency-112: ["min man andas inte"]
must_not_match: ["jag andas ut"]
""",
}


@dataclass(frozen=True, slots=True)
class SmallContent:
    """The folders of the content, and ways to break it."""

    knowledge: Path
    locales: Path

    @classmethod
    def write(cls, folder: Path) -> SmallContent:
        content = cls(folder / "knowledge", folder / "locales")
        for name, text in FILES.items():
            content.save(name, text)
        shutil.copytree(ROOT / "locales", content.locales)
        return content

    def path(self, name: str) -> Path:
        return self.knowledge / name

    def save(self, name: str, text: str | bytes) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a text that must be there once, so that a test cannot pass by changing nothing."""
        text = self.path(name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.save(name, text.replace(old, new))

    def loader(self, languages: Languages) -> BrainLoader:
        return BrainLoader(self.knowledge, self.locales, languages)

    def load(self, languages: Languages) -> Loaded:
        return self.loader(languages).load(conftest.TODAY)


def lines(problems: Problems) -> list[str]:
    """Every problem as staff read it, in English."""
    return [problem.render() for problem in problems]
