"""Write the Bot API specification, as aiogram's models have it, to `spec.json`: `python -m tests.standin.dump_spec`.

aiogram's models are generated from the official page; loading them takes seconds, loading the file milliseconds.
A field is written `name: type`; types are `int`, `float`, `str`, `bool`, `file`, `any`, `=literal`, the name of a type,
`[element]`, and `one|other`; a `?` at the end says that it may be missing.
"""

from __future__ import annotations

import inspect
import json
import types
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import aiogram
import aiogram.methods
import aiogram.types
from aiogram.client.default import Default
from aiogram.types import InputFile, TelegramObject
from pydantic import BaseModel
from pydantic.fields import FieldInfo

SPEC = Path(__file__).with_name("spec.json")
_PLAIN = {int: "int", float: "float", str: "str", bool: "bool", datetime: "int", timedelta: "int"}


def dump() -> dict[str, Any]:
    """The specification as plain data."""
    methods = {
        model.__api_method__: {"parameters": _fields(model), "returns": _type(model.__returning__)}
        for _, model in inspect.getmembers(aiogram.methods, inspect.isclass)
        if issubclass(model, aiogram.methods.TelegramMethod) and model is not aiogram.methods.TelegramMethod
    }
    objects = {
        name: _fields(model)
        for name, model in inspect.getmembers(aiogram.types, inspect.isclass)
        if issubclass(model, TelegramObject) and name != "ErrorEvent"  # aiogram's own
    }
    return {
        "bot_api": aiogram.__api_version__,
        "source": f"aiogram {aiogram.__version__}",
        "methods": dict(sorted(methods.items())),
        "types": objects,
    }


def _fields(model: type[BaseModel]) -> dict[str, str]:
    return {
        field.alias or name: _type(field.annotation) + ("" if field.is_required() or _is_fixed(field) else "?")
        for name, field in model.model_fields.items()
        if not _is_deprecated(field)
    }


def _is_fixed(field: FieldInfo) -> bool:
    """A constant like `type: "bold"` has a default in Python and is required all the same."""
    return get_origin(field.annotation) is Literal


def _is_deprecated(field: FieldInfo) -> bool:
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("deprecated"))


def _type(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if hasattr(annotation, "__value__"):
        return "any"  # a recursive alias: rich text, which the bot does not use
    if origin is Annotated:
        return _type(arguments[0])
    if origin is Literal:
        return "|".join(f"={value.value if isinstance(value, Enum) else value}" for value in arguments)
    if origin is list:
        return f"[{_type(arguments[0])}]"
    if origin in (Union, types.UnionType):
        parts = [_type(part) for part in arguments if part not in (type(None), Default)]
        return "|".join(dict.fromkeys(parts))
    if inspect.isclass(annotation) and issubclass(annotation, InputFile):
        return "file"
    if inspect.isclass(annotation) and issubclass(annotation, Enum):
        return "str"
    if inspect.isclass(annotation):
        return annotation.__name__
    raise TypeError(f"no notation for {annotation!r}")


if __name__ == "__main__":
    SPEC.write_text(json.dumps(dump(), indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
