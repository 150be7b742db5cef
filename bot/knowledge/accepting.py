"""Saying of translations which Swedish text they were made from, and who vouches for them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from bot.knowledge.content import Content
from bot.knowledge.fingerprints import fingerprint

_HEADER = "Kept by `tillsammans accept`: which Swedish text each text was made from, and who vouches for it."


class AcceptError(ValueError):
    """The topics cannot be accepted; the message says why."""


def accept(
    folder: Path,
    content: Content,
    language_id: str,
    topics: Iterable[str],
    *,
    status: Literal["machine", "reviewed"],
    by: str,
    day: date,
) -> list[str]:
    """Stamp today's texts of `topics` in a language with today's Swedish text; returns the ids whose line changed.

    Raises AcceptError for a topic that has no text in the language.
    """
    path = folder / "translations" / f"{language_id}.yaml"
    entries = _read(path)
    changed = []
    for topic_id in topics:
        topic = content.topics.get(topic_id)
        if topic is None or language_id not in topic.texts:
            raise AcceptError(f"'{topic_id}' has no text in '{language_id}', so there is nothing to accept")
        stamp = {
            "source": fingerprint(topic.source),
            "text": fingerprint(topic.texts[language_id]),
            "status": status,
            "by": by,
        }
        if {key: entries.get(topic_id, {}).get(key) for key in stamp} != stamp:
            entries[topic_id] = _flow({**stamp, "date": day.isoformat()})
            changed.append(topic_id)
    _write(path, entries)
    return changed


def remove(folder: Path, language_id: str, topics: Iterable[str]) -> list[str]:
    """Take the lines of `topics` away, for texts that were deleted on purpose; returns the ids that had one."""
    path = folder / "translations" / f"{language_id}.yaml"
    entries = _read(path)
    removed = [topic_id for topic_id in topics if entries.pop(topic_id, None) is not None]
    _write(path, entries)
    return removed


def _yaml() -> YAML:
    yaml = YAML()
    yaml.width = 200
    return yaml


def _read(path: Path) -> CommentedMap:
    if not path.exists():
        entries = CommentedMap()
        entries.yaml_set_start_comment(_HEADER)
        return entries
    return _yaml().load(path.read_text(encoding="utf-8")) or CommentedMap()


def _flow(values: dict[str, str]) -> CommentedMap:
    entry = CommentedMap(values)
    entry.fa.set_flow_style()
    return entry


def _write(path: Path, entries: CommentedMap) -> None:
    """Write beside the file and rename, so that a reader never meets half of it."""
    buffer = io.StringIO()
    _yaml().dump(entries, buffer)
    path.parent.mkdir(exist_ok=True)
    beside = path.with_suffix(".yaml.tmp")
    beside.write_text(buffer.getvalue(), encoding="utf-8")
    beside.replace(path)
