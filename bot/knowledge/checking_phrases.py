"""Whether every phrase residents may type can be told from the others: no phrase under two topics, none twice, none
both answered and out of scope."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.knowledge.checking_texts import phrase_faults
from bot.knowledge.content import PART_MARK
from bot.knowledge.documents import Document
from bot.knowledge.problems import did_you_mean, say
from bot.knowledge.reading import OUT_OF_SCOPE, Reading
from bot.languages.table import Languages


@dataclass(frozen=True, slots=True)
class _Asked:
    """A phrase, the topic or part it asks for, and where it stands."""

    phrase: str
    label: str
    language_id: str
    document: Document
    keys: tuple[str | int, ...]

    @property
    def line(self) -> int:
        return self.document.line(*self.keys)


def check_phrases(reading: Reading, languages: Languages) -> None:
    """Check the phrases of topics, `ask.yaml` and `out-of-scope.yaml`; faults are added to `reading.problems`."""
    seen: dict[tuple[str, str], _Asked] = {}
    for asked in (*_of_topics(reading), *_of_ask_files(reading), *_out_of_scope(reading)):
        for fault in phrase_faults(asked.phrase):
            reading.problems.error(asked.document.path, asked.line, fault.what, fault.remedy)
        key = (languages[asked.language_id].spoken, _spelled(asked.phrase))
        first = seen.setdefault(key, asked)
        if first is not asked:
            _check_repeated(first, asked, reading)
    for language_id, topics in reading.content.asked.items():
        document = _beside_topics(reading, language_id, "ask")
        for topic in topics.keys() - reading.content.topics.keys() - reading.broken:
            what = say("there is no topic '{id}'", id=topic)
            reading.problems.error(
                document.path, document.line(topic), what, did_you_mean(topic, reading.content.topics)
            )


def _of_topics(reading: Reading) -> Iterator[_Asked]:
    for topic in reading.content.topics.values():
        for language_id, text in topic.texts.items():
            document = reading.document(language_id, topic.id)
            for index, phrase in enumerate(text.ask):
                yield _Asked(phrase, topic.id, language_id, document, (topic.id, "ask", index))
            for part, part_text in text.parts.items():
                for index, phrase in enumerate(part_text.ask):
                    keys = (topic.id, "parts", part, "ask", index)
                    yield _Asked(phrase, topic.id + PART_MARK + part, language_id, document, keys)


def _of_ask_files(reading: Reading) -> Iterator[_Asked]:
    for language_id, topics in reading.content.asked.items():
        document = _beside_topics(reading, language_id, "ask")
        for topic, phrases in topics.items():
            for index, phrase in enumerate(phrases):
                yield _Asked(phrase, topic, language_id, document, (topic, index))


def _out_of_scope(reading: Reading) -> Iterator[_Asked]:
    for language_id, phrases in reading.content.out_of_scope.items():
        document = _beside_topics(reading, language_id, OUT_OF_SCOPE)
        for index, phrase in enumerate(phrases):
            yield _Asked(phrase, OUT_OF_SCOPE, language_id, document, ("ask", index))


def _beside_topics(reading: Reading, language_id: str, name: str) -> Document:
    return reading.others[f"knowledge/{language_id}/{name}.yaml"]


def _spelled(phrase: str) -> str:
    return " ".join(unicodedata.normalize("NFC", phrase).casefold().split())


def _check_repeated(first: _Asked, again: _Asked, reading: Reading) -> None:
    """The same phrase twice; in Swedish and in easy Swedish under one topic it may stand."""
    path = again.document.path
    if again.label == OUT_OF_SCOPE != first.label:
        what = say(
            "'{phrase}' is out of scope, but '{other}' answers it ({where})",
            phrase=again.phrase,
            other=first.label,
            where=f"{first.document.path}:{first.line}",
        )
        reading.problems.error(path, again.line, what, say("keep it under the topic if that answers it"))
    elif again.label != first.label:
        what = say(
            "'{phrase}' also asks for '{other}' ({where})",
            phrase=again.phrase,
            other=first.label,
            where=f"{first.document.path}:{first.line}",
        )
        reading.problems.error(path, again.line, what, say("keep it under the topic it fits best"))
    elif path == first.document.path:
        what = say("'{phrase}' stands twice under '{id}'", phrase=again.phrase, id=again.label)
        reading.problems.error(path, again.line, what, say("remove one of them"))
