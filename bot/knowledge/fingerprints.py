"""The state of each translation, computed from what it was made from, never typed by hand."""

from __future__ import annotations

import hashlib
import unicodedata
from enum import StrEnum

from bot.knowledge.schema import StateEntry, TranslatedTopic

LENGTH = 12


class TranslationState(StrEnum):
    """How far a text can be trusted to say what the Swedish text says."""

    MISSING = "missing"
    OUTDATED = "outdated"
    MACHINE = "machine"
    REVIEWED = "reviewed"


def fingerprint(topic: TranslatedTopic) -> str:
    """Twelve hex digits of SHA-256 over title, answer and parts, after NFC and folding of white space.

    Facts stand in the text as `{fact.id}`, so a changed phone number changes no fingerprint; `ask` is not counted,
    because phrases are written fresh per language.
    """
    parts = [topic.title, topic.answer]
    for key, part in sorted(topic.parts.items()):
        parts += [key, part.title, part.answer]
    folded = "\n".join(" ".join(unicodedata.normalize("NFC", text).split()) for text in parts)
    return hashlib.sha256(folded.encode()).hexdigest()[:LENGTH]


def translation_state(
    source: TranslatedTopic, text: TranslatedTopic | None, entry: StateEntry | None
) -> TranslationState:
    """The state of `text` against today's Swedish `source`.

    Without an entry nobody knows which Swedish text it was made from, so it counts as outdated. A text changed since
    somebody vouched for it is no longer vouched for.
    """
    if text is None:
        return TranslationState.MISSING
    if entry is None or entry.source != fingerprint(source):
        return TranslationState.OUTDATED
    if entry.status == "reviewed" and entry.text == fingerprint(text):
        return TranslationState.REVIEWED
    return TranslationState.MACHINE
