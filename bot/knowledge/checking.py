"""Whether the whole content makes sense: references, duplicates, limits, dates, and the state of translations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.knowledge.cards import make_card
from bot.knowledge.checking_glossary import check_glossary
from bot.knowledge.checking_phrases import check_phrases
from bot.knowledge.checking_small_talk import check_small_talk
from bot.knowledge.checking_texts import Fault, placeholder_faults, text_faults, title_faults
from bot.knowledge.content import PART_MARK, Topic
from bot.knowledge.documents import Document
from bot.knowledge.fingerprints import TranslationState
from bot.knowledge.problems import did_you_mean, say
from bot.knowledge.reading import Reading
from bot.knowledge.rendering import parse_date, placeholders
from bot.knowledge.schema import FactEntry, Part, TranslatedTopic
from bot.languages.table import SOURCE, Language, Languages

# Telegram's limit is 4096 UTF-16 units a message; the rest is room for the truth label and notices.
MAX_MESSAGE_UNITS = 4096
LABEL_UNITS = 900
# Longer than any fact when it is filled in; a text that is short enough with such facts need not be rendered.
LONGEST_FACT_UNITS = 300
# An id has to fit a button ("topic:<id>:sv-simple") of at most 64 bytes.
MAX_LABEL_BYTES = 47
MAX_REVIEW = timedelta(days=366)
REQUIRED_FACTS = ("municipality.switchboard", "municipality.web", "emergency.sos")


def utf16_units(text: str) -> int:
    """The length of `text` as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True, slots=True)
class _Place:
    """A text of a topic (or of one of its parts) with the keys that lead to it in its file."""

    topic: Topic
    language: Language
    text: TranslatedTopic | Part
    keys: tuple[str, ...]
    part: str | None = None


class ContentCheck:
    """Checks a reading and adds what it finds to the reading's problems."""

    def __init__(self, reading: Reading, languages: Languages, today: date) -> None:
        self.reading, self.languages, self.today = reading, languages, today
        self.content, self.problems = reading.content, reading.problems
        self._figures = frozenset(_figure(fact.value) for fact in self.content.facts.values())
        self._facts_are_read = not any("/facts/" in name for name in reading.broken)
        self._facts_are_whole = self._facts_are_read and not any("." in name for name in reading.broken)

    def run(self) -> None:
        """Check everything."""
        self._check_facts()
        self._check_areas()
        for topic in self.content.topics.values():
            self._check_meta(topic)
            for place in self._places(topic):
                self._check_place(place)
        self._check_translations()

    # Facts and areas -----------------------------------------------------------------------------------------------

    def _check_facts(self) -> None:
        for key in REQUIRED_FACTS:
            if key not in self.content.facts and key not in self.reading.broken and self._facts_are_read:
                self.problems.error(
                    "knowledge/facts/contacts.yaml",
                    1,
                    say("the fact '{id}' is missing", id=key),
                    say("the bot itself shows it; restore it"),
                )
        for key, fact in self.content.facts.items():
            self._check_fact(key, fact)

    def _check_fact(self, key: str, fact: FactEntry) -> None:
        document = self.reading.fact_document(key)
        for source in fact.sources:
            self._check_source(document, (key, "source"), source)
        if fact.checked > self.today:
            what = say("'{id}' was checked on {date}, which is yet to come", id=key, date=fact.checked)
            self.problems.error(document.path, document.line(key), what, say("write the day it was read at the source"))
        if fact.kind == "date":
            try:
                parse_date(fact.value)
            except ValueError:
                self._facts_are_whole = False
                what = say("{value} is not a day in the calendar", value=fact.value)
                self.problems.error(document.path, document.line(key), what)

    def _check_source(self, document: Document, keys: tuple[str | int, ...], source: str) -> None:
        if source not in self.content.sources and self.content.sources:
            what = say("there is no source '{id}' in knowledge/sources.yaml", id=source)
            self.problems.error(document.path, document.line(*keys), what, did_you_mean(source, self.content.sources))

    def _check_areas(self) -> None:
        known = self.content.areas.get(SOURCE, {})
        for language_id, areas in self.content.areas.items():
            for area in areas.keys() - known.keys():
                self.problems.error(
                    f"knowledge/{language_id}/areas.yaml",
                    1,
                    say("'{area}' is not an area of knowledge/sv/areas.yaml", area=area),
                    did_you_mean(area, known),
                )
        for (language_id, topic_id), document in self.reading.documents.items():
            area = document.path.rsplit("/", 1)[-1].removesuffix(".yaml")
            if language_id == SOURCE and area not in known:
                self.problems.error(
                    document.path,
                    document.line(topic_id),
                    say("the file's name '{area}' is not an area of knowledge/sv/areas.yaml", area=area),
                    did_you_mean(area, known) or say("rename the file, or add the area"),
                )

    # Topics --------------------------------------------------------------------------------------------------------

    def _check_meta(self, topic: Topic) -> None:
        document, meta = self.reading.document(SOURCE, topic.id), topic.meta
        for index, source in enumerate(meta.sources):
            self._check_source(document, (topic.id, "meta", "sources", index), source)
        for index, related in enumerate(meta.related):
            self._check_related(document, topic, index, related)
        if meta.review_by < self.today:
            what = say("'{id}' should have been read again by {date}", id=topic.id, date=meta.review_by)
            remedy = say("check it against its sources, then set 'checked' and a new 'review_by'")
            self.problems.warn(document.path, document.line(topic.id, "meta", "review_by"), what, remedy)
        if meta.time_sensitive and meta.review_by - meta.checked > MAX_REVIEW:
            what = say("'{id}' is time-sensitive, but its review is more than 12 months away", id=topic.id)
            remedy = say("set 'review_by' within 12 months of 'checked'")
            self.problems.error(document.path, document.line(topic.id, "meta", "review_by"), what, remedy)
        if meta.checked > self.today:
            what = say("'{id}' was checked on {date}, which is yet to come", id=topic.id, date=meta.checked)
            self.problems.error(document.path, document.line(topic.id, "meta", "checked"), what)

    def _check_related(self, document: Document, topic: Topic, index: int, related: str) -> None:
        place = (topic.id, "meta", "related", index)
        if related == topic.id:
            what, remedy = say("a topic is not related to itself"), say("remove it from 'related'")
            self.problems.error(document.path, document.line(*place), what, remedy)
        elif related not in self.content.topics and related not in self.reading.broken:
            what = say("there is no topic '{id}'", id=related)
            self.problems.error(document.path, document.line(*place), what, did_you_mean(related, self.content.topics))

    def _places(self, topic: Topic) -> Iterator[_Place]:
        for language_id, text in topic.texts.items():
            language = self.languages[language_id]
            yield _Place(topic, language, text, (topic.id,))
            for key, part in text.parts.items():
                yield _Place(topic, language, part, (topic.id, "parts", key), key)

    def _check_place(self, place: _Place) -> None:
        self._report(place, "title", title_faults(place.text.title, self._figures if self._facts_are_whole else None))
        self._report(place, "answer", text_faults(place.text.answer))
        broken = self.reading.broken if self._facts_are_read else self.reading.broken | placeholders(place.text.answer)
        faults = list(placeholder_faults(place.text.answer, self.content.facts, broken))
        self._report(place, "answer", faults)
        label = place.topic.id + (PART_MARK + place.part if place.part else "")
        if len(label.encode()) > MAX_LABEL_BYTES:
            self._report(
                place,
                "title",
                [
                    Fault(
                        0,
                        say("'{id}' is too long for a button", id=label),
                        say("shorten it to {most} letters", most=MAX_LABEL_BYTES),
                    )
                ],
            )
        if self._facts_are_whole and not faults:
            self._check_length(place, label)

    def _check_length(self, place: _Place, label: str) -> None:
        longest = utf16_units(place.text.title + place.text.answer)
        longest += LONGEST_FACT_UNITS * place.text.answer.count("{") + LABEL_UNITS
        if longest <= MAX_MESSAGE_UNITS or any(key not in self.content.sources for key in place.topic.meta.sources):
            return
        card = make_card(self.content, self.languages, label, place.language.id)
        over = utf16_units(card.text) + LABEL_UNITS - MAX_MESSAGE_UNITS
        if over > 0:
            what = say("the answer is {n} characters too long for one Telegram message", n=over)
            self._report(place, "answer", [Fault(0, what, say("shorten it, or divide it into 'parts'"))])

    def _report(self, place: _Place, field: str, faults: Iterable[Fault], index: int | None = None) -> None:
        document = self.reading.document(place.language.id, place.topic.id)
        for fault in faults:
            keys: tuple[str | int, ...] = (*place.keys, field)
            line = document.line(*keys, index) if index is not None else document.text_line(fault.row, *keys)
            self.problems.error(document.path, line, fault.what, fault.remedy)

    # Translations --------------------------------------------------------------------------------------------------

    def _check_translations(self) -> None:
        for (language_id, topic_id), document in self.reading.documents.items():
            if topic_id not in self.content.topics:
                if topic_id not in self.reading.broken:
                    self.problems.error(
                        document.path,
                        document.line(topic_id),
                        say("'{id}' has no Swedish text", id=topic_id),
                        did_you_mean(topic_id, self.content.topics) or say("write it in knowledge/sv/ first"),
                    )
            elif language_id != SOURCE:
                self._check_translation(self.content.topics[topic_id], language_id)
        for language_id, entries in self.content.states.items():
            for topic_id in entries:
                self._check_still_there(language_id, topic_id)
        for language in self.languages.launch:
            self._check_missing(language)

    def _check_translation(self, topic: Topic, language_id: str) -> None:
        document = self.reading.document(language_id, topic.id)
        text = topic.texts[language_id]
        self._check_facts_of(document, (topic.id,), topic.source.answer, text.answer)
        for key, part in text.parts.items():
            keys = (topic.id, "parts", key)
            if key in topic.source.parts:
                self._check_facts_of(document, keys, topic.source.parts[key].answer, part.answer)
            else:
                what = say("the part '{key}' has no Swedish text", key=key)
                self.problems.error(document.path, document.line(*keys), what, did_you_mean(key, topic.source.parts))

    def _check_facts_of(self, document: Document, keys: tuple[str, ...], source: str, translated: str) -> None:
        for fact in sorted(placeholders(translated) - placeholders(source)):
            row = translated.count("\n", 0, translated.index(f"{{{fact}}}"))
            what = say("'{fact}' stands in this text but not in the Swedish one", fact=fact)
            line = document.text_line(row, *keys, "answer")
            self.problems.error(document.path, line, what, say("use the facts of the Swedish text"))
        for fact in sorted(placeholders(source) - placeholders(translated)):
            if self._is_contact(fact):
                what = say("'{fact}' stands in the Swedish text but not here", fact=fact)
                remedy = say("a resident loses a number or a link; write {{{fact}}} where it belongs", fact=fact)
                self.problems.warn(document.path, document.line(*keys, "answer"), what, remedy)

    def _is_contact(self, fact: str) -> bool:
        return fact in self.content.facts and self.content.facts[fact].kind in ("phone", "url", "email")

    def _check_still_there(self, language_id: str, topic_id: str) -> None:
        topic = self.content.topics.get(topic_id)
        if topic is not None and language_id in topic.texts:
            return
        if topic_id not in self.reading.broken and not self._unreadable(language_id):
            document = self.reading.state_document(language_id)
            what = say("the text of '{id}' in '{language}' is gone", id=topic_id, language=language_id)
            remedy = say(
                "restore it, or run: tillsammans accept {language} {id} --remove", language=language_id, id=topic_id
            )
            self.problems.error(document.path, document.line(topic_id), what, remedy)

    def _unreadable(self, language_id: str) -> bool:
        return any(name.startswith((f"knowledge/{language_id}/", "knowledge/sv/")) for name in self.reading.broken)

    def _check_missing(self, language: Language) -> None:
        missing = [topic.id for topic in self.content.topics.values() if language.id not in topic.texts]
        outdated = [
            topic.id
            for topic in self.content.topics.values()
            if self.content.state(topic.id, language.id) is TranslationState.OUTDATED
        ]
        path = f"knowledge/{language.id}"
        if missing:
            self.problems.warn(
                path,
                1,
                say(
                    "{n} topics have no text in {language}: {some}",
                    n=len(missing),
                    language=language.swedish_name,
                    some=_some(missing),
                ),
                say("residents get the fallback language with a notice until they are written"),
            )
        if outdated and language.id != SOURCE:
            self.problems.warn(
                path,
                1,
                say("{n} texts are older than the Swedish ones: {some}", n=len(outdated), some=_some(outdated)),
                say("bring them up to date, then run: tillsammans accept {language}", language=language.id),
            )


def _figure(value: str) -> str:
    return "".join(character for character in value if character.isdigit() or character == "+")


def _some(ids: Sequence[str], most: int = 5) -> str:
    return ", ".join(ids[:most]) + (" ..." if len(ids) > most else "")


def check_content(reading: Reading, languages: Languages, today: date) -> None:
    """Check everything that was read and add what is found to `reading.problems`."""
    ContentCheck(reading, languages, today).run()
    check_glossary(reading)
    check_small_talk(reading)
    check_phrases(reading, languages)
