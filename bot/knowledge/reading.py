"""From the files in `knowledge/` to content: every entry checked for its shape, every error placed in file and line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import TypeAdapter

from bot.knowledge.content import Content, Topic
from bot.knowledge.documents import Document, read_document
from bot.knowledge.problems import Problem, Problems, did_you_mean, say
from bot.knowledge.schema import (
    CrisisFile,
    FactEntry,
    FactKey,
    Key,
    LetterEntry,
    LetterText,
    OutOfScopeFile,
    Phrase,
    SourceEntry,
    SourceTopic,
    StateEntry,
    Title,
    TranslatedTopic,
)
from bot.knowledge.validating import validate, validate_entries
from bot.languages.table import SOURCE, Languages

E = TypeVar("E")
# Files in a language's folder that hold no topics: the shape of their values, and of their keys.
_BESIDE_TOPICS: dict[str, tuple[Any, Any]] = {
    "areas": (Title, Key),
    "ask": (list[Phrase], Key),
    "small-talk": (list[Phrase], str),
}
OUT_OF_SCOPE = "out-of-scope"
_IGNORED = re.compile(r"^\.|~$|\.(swp|tmp|bak|orig)$|^#.*#$|^\d+$")


@dataclass(slots=True)
class Reading:
    """What came of reading a folder: the content, where each text stands, and everything wrong with its shape."""

    content: Content = field(default_factory=Content)
    problems: Problems = field(default_factory=Problems)
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    others: dict[str, Document] = field(default_factory=dict)

    def fact_document(self, fact: str) -> Document:
        """The file in which a fact stands."""
        return next(one for path, one in self.others.items() if "/facts/" in path and fact in one.data)

    def state_document(self, language_id: str) -> Document:
        """The file that keeps the state of a language's texts."""
        return next(one for path, one in self.others.items() if path.endswith(f"/translations/{language_id}.yaml"))

    def document(self, language_id: str, topic_id: str) -> Document:
        """The file in which a topic's text in a language stands."""
        return self.documents[language_id, topic_id]


class ParsedFile(NamedTuple):
    """What a file without mistakes holds, with the SHA-256 of its bytes (hexadecimal)."""

    digest: str
    data: dict[str, Any]


class ContentReader:
    """Reads the folder again and again, parsing only the files whose bytes have changed."""

    def __init__(self, folder: Path, languages: Languages, parsed: Mapping[str, ParsedFile] | None = None) -> None:
        """`parsed` is what an earlier reader's `newly_parsed` gave."""
        self.folder, self.languages = folder, languages
        self._parsed = dict(parsed or {})
        self._cache: dict[str, tuple[str, Document | None, list[Problem]]] = {}
        self._entries: dict[str, tuple[Document, dict[str, Any], list[Problem], set[str]]] = {}
        self._has_parsed = False

    def newly_parsed(self) -> dict[str, ParsedFile] | None:
        """What the files without mistakes hold, by name, if any had to be parsed since this was asked before."""
        if not self._has_parsed:
            return None
        self._has_parsed = False
        return {name: ParsedFile(digest, one.data) for name, (digest, one, _) in self._cache.items() if one and digest}

    def read(self) -> Reading:
        """Read everything; never raises for what is in the files."""
        reading = Reading()
        if not self.folder.is_dir():
            reading.problems.error(
                str(self.folder), 1, say("the folder is missing"), say("restore it from version control")
            )
            return reading
        facts: dict[str, FactEntry] = {}
        for path in self._files("facts", reading):
            self._merge(facts, self._load(path, FactEntry, FactKey, reading), path, reading)
        states, crisis = self._per_language(reading)
        topics, named = self._texts(reading)
        sources = self._load(self.folder / "sources.yaml", SourceEntry, str, reading)
        reading.content = Content(
            facts,
            sources,
            named["areas"],
            topics,
            states,
            crisis,
            small_talk=named["small-talk"],
            out_of_scope=named[OUT_OF_SCOPE],
            asked=named["ask"],
            glossary=self._glossary(reading),
        )
        return reading

    def _per_language(self, reading: Reading) -> tuple[dict[str, dict[str, StateEntry]], dict[str, CrisisFile]]:
        states, crisis = {}, {}
        for path in self._files("translations", reading):
            if self._is_language(path.stem, path, reading):
                states[path.stem] = self._load(path, StateEntry, Key, reading)
        for path in self._files("crisis", reading):
            if self._is_language(path.stem, path, reading):
                found = self._validated(path, CrisisFile, reading)
                if found is not None:
                    crisis[path.stem] = found
        return states, crisis

    def _glossary(self, reading: Reading) -> dict[str, dict[str, LetterText]]:
        glossary = {}
        for path in self._files("glossary", reading):
            if self._is_language(path.stem, path, reading):
                model = LetterEntry if path.stem == SOURCE else LetterText
                glossary[path.stem] = self._load(path, model, str, reading)
        return glossary

    def _texts(self, reading: Reading) -> tuple[dict[str, Topic], dict[str, dict[str, Any]]]:
        """The topics; and what stands beside them in the folder of each language, by file and language."""
        texts: dict[str, dict[str, Any]] = {}
        beside: dict[str, dict[str, Any]] = {name: {} for name in (*_BESIDE_TOPICS, OUT_OF_SCOPE)}
        placed: dict[str, str] = {}
        for folder in self._language_folders(reading):
            language_id = folder.name
            model = SourceTopic if language_id == SOURCE else TranslatedTopic
            for path in self._files(language_id, reading):
                if path.stem == OUT_OF_SCOPE:
                    outside = self._validated(path, OutOfScopeFile, reading)
                    beside[OUT_OF_SCOPE] |= {language_id: tuple(outside.ask)} if outside else {}
                elif path.stem in _BESIDE_TOPICS:
                    beside[path.stem][language_id] = self._load(path, *_BESIDE_TOPICS[path.stem], reading)
                else:
                    found = self._load(path, model, Key, reading)
                    self._merge(texts.setdefault(language_id, {}), found, path, reading)
                    self._place(language_id, found, path, reading)
                    if language_id == SOURCE:
                        placed |= dict.fromkeys(found, path.stem)
        return self._topics(texts, placed), beside

    def _topics(self, texts: Mapping[str, Mapping[str, Any]], placed: Mapping[str, str]) -> dict[str, Topic]:
        return {
            key: Topic(
                key, placed[key], source.meta, {lang: found[key] for lang, found in texts.items() if key in found}
            )
            for key, source in texts.get(SOURCE, {}).items()
        }

    def _place(self, language_id: str, found: Iterable[str], path: Path, reading: Reading) -> None:
        document = self._cache[self._name(path)][1]
        if document is not None:
            reading.documents |= {(language_id, key): document for key in found}

    def _merge(self, into: dict[str, Any], found: Mapping[str, Any], path: Path, reading: Reading) -> None:
        for key in found.keys() & into.keys():
            document = self._cache[self._name(path)][1]
            reading.problems.error(
                self._name(path),
                document.line(key) if document else 1,
                say("'{id}' stands in another file of this folder too", id=key),
                say("keep one of them"),
            )
        into |= found

    # Files ---------------------------------------------------------------------------------------------------------

    def _name(self, path: Path) -> str:
        """What staff call the file, wherever the folder lies."""
        return f"knowledge/{path.relative_to(self.folder).as_posix()}"

    def _files(self, name: str, reading: Reading) -> list[Path]:
        folder = self.folder / name
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
        for path in paths:
            if path.suffix == ".yml":
                reading.problems.error(
                    self._name(path), 1, say("files end in .yaml here"), say("rename it to {name}.yaml", name=path.stem)
                )
        return [path for path in paths if path.suffix == ".yaml" and not _IGNORED.search(path.name)]

    def _language_folders(self, reading: Reading) -> list[Path]:
        others = {"facts", "translations", "crisis", "activities", "calendars", "glossary", "schema"}
        folders = [path for path in sorted(self.folder.iterdir()) if path.is_dir() and path.name not in others]
        folders = [path for path in folders if not _IGNORED.search(path.name)]
        return [path for path in folders if self._is_language(path.name, path, reading)]

    def _is_language(self, name: str, path: Path, reading: Reading) -> bool:
        if name in self.languages:
            return True
        reading.problems.error(
            self._name(path),
            1,
            say("'{name}' is not a language of locales/languages.yaml", name=name),
            did_you_mean(name, self.languages),
        )
        return False

    def _open(self, path: Path, reading: Reading) -> Document | None:
        name = self._name(path)
        try:
            raw = path.read_bytes()
            digest = hashlib.sha256(raw).hexdigest()
        except OSError:
            raw, digest = b"", ""
        cached = self._cache.get(name)
        if not cached or not digest or cached[0] != digest:
            problems = Problems()
            known = self._parsed.pop(name, None)
            if known and known.digest == digest:
                document: Document | None = Document.of(name, known.data, raw)
            else:
                document = read_document(path, name, problems)
                self._has_parsed = True
            cached = self._cache[name] = (digest, document, problems.found)
        reading.problems.extend(cached[2])
        if cached[1] is None:
            reading.broken.add(name)
        else:
            reading.others[name] = cached[1]
        return cached[1]

    # Entries -------------------------------------------------------------------------------------------------------

    def _load(self, path: Path, model: Any, key_type: Any, reading: Reading) -> dict[str, Any]:
        """The entries of a file that are of the right shape; the others are told of and kept as `broken`."""
        document = self._open(path, reading)
        if document is None:
            return {}
        memory = self._entries.get(document.path)
        if memory is None or memory[0] is not document:
            problems, broken = Problems(), set[str]()
            entries = validate_entries(document, model, key_type, problems, broken)
            memory = self._entries[document.path] = (document, entries, problems.found, broken)
        reading.problems.extend(memory[2])
        reading.broken |= memory[3]
        return memory[1]

    def _validated(self, path: Path, model: type[E], reading: Reading) -> E | None:
        document = self._open(path, reading)
        if document is None:
            return None
        return validate(TypeAdapter(model), document.data, (), document, reading.problems)
