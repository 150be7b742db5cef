"""Values out of a file held to their models: every fault placed in file and line, and said with a remedy."""

from __future__ import annotations

import typing
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.knowledge.documents import Document
from bot.knowledge.problems import Problems, did_you_mean, say
from bot.knowledge.schema import FactKey, Key

E = TypeVar("E")
_KEYS: dict[Any, TypeAdapter[str]] = {kind: TypeAdapter(kind) for kind in (Key, FactKey)}


def validate_entries(
    document: Document, model: Any, key_type: Any, problems: Problems, broken: set[str]
) -> dict[str, Any]:
    """The entries of a document that are of the shape of `model`; the others are told of and named in `broken`.

    `key_type` says how their names are written; Key and FactKey are held to it, anything else is free.
    """
    adapter: TypeAdapter[Any] = TypeAdapter(model)
    entries = {}
    for key, value in document.data.items():
        if key_type in _KEYS and not _good_key(key, key_type):
            problems.error(
                document.path,
                document.line(key),
                say("'{name}' cannot be a name here", name=key),
                say("use a-z, 0-9 and hyphens") if key_type is Key else say("use group.name with a-z, 0-9 and hyphens"),
            )
        entry = validate(adapter, value, (key,), document, problems)
        if entry is None:
            broken.add(key)
        else:
            entries[key] = entry
    return entries


def _good_key(key: str, key_type: Any) -> bool:
    try:
        _KEYS[key_type].validate_python(key)
    except ValidationError:
        return False
    return True


def validate(
    adapter: TypeAdapter[E], value: Any, place: tuple[str, ...], document: Document, problems: Problems
) -> E | None:
    """`value` in the shape of `adapter`, or None, every fault told with its line under `place`."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        model = getattr(adapter, "_type", None)
        for fault in error.errors(include_url=False):
            _tell(fault, model, place, document, problems)
        return None


def _tell(fault: Any, model: Any, place: tuple[str, ...], document: Document, problems: Problems) -> None:
    where: tuple[Any, ...] = (*place, *fault["loc"])
    line = document.line(*where)
    name = str(where[-1]) if where else document.path
    match fault["type"]:
        case "extra_forbidden":
            problems.error(
                document.path,
                line,
                say("'{name}' is not a field here", name=name),
                did_you_mean(name, _fields(model, fault["loc"][:-1])),
            )
        case "missing":
            problems.error(
                document.path,
                line,
                say("'{name}' is missing", name=name),
                say("add a line '{name}:' with its value", name=name),
            )
        case "string_too_short" | "too_short":
            problems.error(document.path, line, say("'{name}' is empty", name=name), say("write its value"))
        case "model_type" | "dict_type" | "list_type" | "string_type":
            problems.error(
                document.path,
                line,
                say("'{name}' has the wrong form: {reason}", name=name, reason=fault["msg"]),
                say("compare with an entry above or below that works"),
            )
        case _:
            problems.error(
                document.path,
                line,
                say(
                    "'{value}' is not right for '{name}': {reason}",
                    value=_short(fault["input"]),
                    name=name,
                    reason=fault["msg"],
                ),
                _hint(model, fault["loc"]),
            )


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


def _fields(model: Any, steps: Iterable[Any]) -> list[str]:
    """The names of the fields there are at `steps` inside `model`."""
    for step in steps:
        model = _inside(model, step)
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _inside(model: Any, step: Any) -> Any:
    if isinstance(model, type) and issubclass(model, BaseModel) and step in model.model_fields:
        return _without_none(model.model_fields[step].annotation)
    inner = [kind for kind in typing.get_args(model) if kind is not str]
    return inner[-1] if inner else None


def _without_none(annotation: Any) -> Any:
    """The one kind a value may have besides being left out."""
    kinds = typing.get_args(annotation)
    return kinds[0] if len(kinds) == 2 and kinds[1] is type(None) else annotation


def _hint(model: Any, steps: tuple[Any, ...]) -> Any:
    for step in steps[:-1]:
        model = _inside(model, step)
    known = getattr(model, "model_fields", {}).get(steps[-1]) if steps else None
    return (
        say("it should look like: {example}", example=known.description)
        if known is not None and known.description
        else None
    )
