"""The bot's profile: its name and descriptions, per language."""

from __future__ import annotations

import re

from tests.standin.formatting import utf16_length
from tests.standin.methods import METHODS, Method
from tests.standin.world import ApiError, Json, World

# Method, the field it writes, and how long that may be.
_FIELDS = (
    ("MyName", "name", 64),
    ("MyDescription", "description", 512),
    ("MyShortDescription", "short_description", 120),
)


def _setter(field: str, longest: int) -> Method:
    async def write(world: World, parameters: Json) -> bool:
        text, language = parameters.get(field, ""), parameters.get("language_code", "")
        if language and not re.fullmatch(r"[a-z]{2}", language):
            raise ApiError(400, "Bad Request: invalid language code specified")
        if utf16_length(text) > longest:
            raise ApiError(400, f"Bad Request: {field} is too long")
        world.profile[field, language] = text
        await world.happened()
        return True

    return write


def _getter(field: str) -> Method:
    async def read(world: World, parameters: Json) -> Json:
        return {field: world.profile.get((field, parameters.get("language_code", "")), "")}

    return read


for _name, _field, _longest in _FIELDS:
    METHODS[f"set{_name}"] = _setter(_field, _longest)
    METHODS[f"get{_name}"] = _getter(_field)
