"""Files of a programme, small and right, for tests that break them."""

from __future__ import annotations

from pathlib import Path

from bot.activities.reading import ProgrammeReader, ProgrammeReading
from bot.knowledge.content import Content
from bot.knowledge.schema import FactEntry
from bot.languages.table import Languages
from tests import conftest

LISTS = """\
subjects: {swedish: {sv: Svenska, en: Swedish, ar: السويدية}}
areas: {centre: {sv: Centrum, en: Town centre, ar: مركز المدينة}, dalaberg: {sv: Dalaberg}}
audiences: {everyone: {sv: Alla, en: Everyone, ar: الجميع}, parents: {sv: Föräldrar}}
"""
ORGANISATIONS = """\
red-cross: {name: Röda Korset, does: {sv: Hjälper., en: Helps.}, phone: municipality.switchboard}
"""
ONE = """\
meeting:
  subject: swedish
  area: centre
  audience: [everyone]
  organiser: red-cross
  start: 2026-12-05 18:00
  end: 20:00
  place: {name: Biblioteket, address: Junogatan 2, point: [58.348, 11.938], step_free: true}
  languages: [sv, ar]
  cost: free
  texts: {sv: {title: Möte, description: Vi ses.}, en: {title: Meeting}}
"""
SERIES = """\
language-cafe:
  subject: swedish
  area: dalaberg
  audience: [everyone, parents]
  organiser: red-cross
  start: 2026-11-24 18:00
  end: 20:00
  repeat: {every: week, on: [tuesday, thursday], until: 2026-12-17}
  except: [2026-12-01]
  cancelled: [2026-12-03]
  moved:
    2026-12-08: {start: 2026-12-09 17:00, place: {name: Folkets Hus}}
  place: {name: Biblioteket}
  texts: {sv: {title: Språkkafé}}
"""
FACTS = {
    "municipality.switchboard": FactEntry.model_validate(
        {"phone": "0522-69 60 00", "source": "municipal-page", "checked": "2026-11-21"}
    )
}


def write_programme(folder: Path, **files: str) -> None:
    """The lists, one organisation and whatever activities are named, under knowledge/."""
    (folder / "activities" / "samples").mkdir(parents=True, exist_ok=True)
    (folder / "programme.yaml").write_text(LISTS, encoding="utf-8")
    (folder / "organisations.yaml").write_text(ORGANISATIONS, encoding="utf-8")
    for name, text in files.items():
        (folder / "activities" / f"{name}.yaml").write_text(text, encoding="utf-8")


def read_programme(folder: Path, languages: Languages, *, with_samples: bool = False) -> ProgrammeReading:
    """What the files come to on the day of the tests."""
    return ProgrammeReader(folder, languages, with_samples=with_samples).read(Content(facts=FACTS), conftest.TODAY)
