"""Texts with their facts filled in: paragraphs of spans that every channel can draw and escape for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.knowledge.maps import map_search
from bot.knowledge.schema import DATE_FORMS, FactEntry
from bot.languages.bidi import isolate
from bot.languages.dates import date_in_words, day_in_words, month_in_words
from bot.languages.table import Language

PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")
# Two groups of figures swap places in right-to-left text unless they are held together.
_FIGURES = re.compile(r"\+?\d[\d\s:./–-]*\d")
_LEAP_YEAR = 2028


@dataclass(frozen=True, slots=True)
class Plain:
    """Text as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to tap: `text` as shown, `number` as dialled in a tel: link, `name` of who answers."""

    text: str
    number: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A web or e-mail address, or a place on a map: `text` as shown, `url` with its scheme."""

    text: str
    url: str


Span = Plain | Phone | Link


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or one item of a list."""

    spans: tuple[Span, ...]
    is_item: bool = False

    @property
    def text(self) -> str:
        """The paragraph as plain text."""
        return ("• " if self.is_item else "") + "".join(span.text for span in self.spans)


def placeholders(text: str) -> frozenset[str]:
    """The ids of the facts a text refers to."""
    return frozenset(PLACEHOLDER.findall(text))


def render_text(text: str, facts: Mapping[str, FactEntry], language: Language) -> tuple[Paragraph, ...]:
    """Fill facts into `text`; blank lines part paragraphs, lines beginning with "- " are items of a list.

    Raises KeyError for a fact that does not exist, which the check finds before content goes into service.
    """
    return tuple(Paragraph(tuple(_spans(row, facts, language)), is_item) for row, is_item in _rows(text))


def render_title(title: str, language: Language) -> str:
    """A title whose figures keep their order in right-to-left text."""
    if language.direction == "ltr":
        return title
    return _FIGURES.sub(lambda figures: isolate(figures.group(), language.direction), title)


def _rows(text: str) -> Iterator[tuple[str, bool]]:
    for block in re.split(r"\n\s*\n", text.strip()):
        pending: list[str] = []
        is_item = False
        for line in (line.strip() for line in block.splitlines()):
            if line.startswith("- "):
                if pending:
                    yield " ".join(pending), is_item
                pending, is_item = [line[2:].strip()], True
            else:
                pending.append(line)
        yield " ".join(pending), is_item


def _spans(row: str, facts: Mapping[str, FactEntry], language: Language) -> Iterator[Span]:
    end = 0
    for match in PLACEHOLDER.finditer(row):
        if match.start() > end:
            yield Plain(row[end : match.start()])
        yield fact_span(facts[match.group(1)], language)
        end = match.end()
    if end < len(row):
        yield Plain(row[end:])


def fact_span(fact: FactEntry, language: Language) -> Span:
    """One fact as it is shown in a language."""
    shown = isolate(fact.value, language.direction, is_text=fact.kind in ("name", "address"))
    match fact.kind:
        case "phone":
            return Phone(shown, dialled(fact.value), fact.name)
        case "url":
            bare = fact.value.removeprefix("https://").removeprefix("www.").rstrip("/")
            return Link(isolate(bare, language.direction), fact.value)
        case "email":
            return Link(shown, f"mailto:{fact.value}")
        case "address":
            return Link(shown, map_search(fact.value))
        case "date":
            return Plain(_date_in_words(fact.value, language))
        case "hours":
            return Plain(isolate(fact.value.replace("-", "–"), language.direction))
        case _:
            return Plain(shown)


def dialled(number: str) -> str:
    """The number for a tel: link: international (+46) where it can be dialled so, otherwise as it is.

    Short numbers (112, 1177, 116 111) and freephone 020 numbers work only inside Sweden, so they stay national.
    """
    digits = re.sub(r"[^\d+]", "", number)
    is_geographic = digits.startswith("0") and not digits.startswith("020") and len(digits) >= 8
    return "+46" + digits[1:] if is_geographic else digits


def parse_date(value: str) -> tuple[date, str]:
    """A fact's date and its precision ("date", "month" or "day"); raises ValueError for a day that does not exist."""
    match = DATE_FORMS.fullmatch(value)
    if match is None:
        raise ValueError(value)
    year, month, day, month_year, month_only, yearly_month, yearly_day = match.groups()
    if year:
        return date(int(year), int(month), int(day)), "date"
    if month_year:
        return date(int(month_year), int(month_only), 1), "month"
    return date(_LEAP_YEAR, int(yearly_month), int(yearly_day)), "day"


def _date_in_words(value: str, language: Language) -> str:
    day, precision = parse_date(value)
    return {"date": date_in_words, "month": month_in_words, "day": day_in_words}[precision](day, language)
