"""The Bot API specification, against which every call and every result is checked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

Predicate = Callable[[Any], bool]

_INTEGER = re.compile(r"-?\d+")
_PLAIN: Mapping[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "str": (str,), "bool": (bool,)}


class Specification:
    """Methods and types by name; the notation of `spec.json` is explained in `dump_spec.py`."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.version: str = data["bot_api"]
        self._methods: Mapping[str, Any] = data["methods"]
        self._types: Mapping[str, Mapping[str, str]] = data["types"]
        self._official = {method.lower(): method for method in self._methods}
        self._predicates: dict[str, Predicate] = {}
        self._calls = {name: self._object(method["parameters"]) for name, method in self._methods.items()}

    @classmethod
    def load(cls) -> Specification:
        """Read the dumped specification."""
        return cls(json.loads(Path(__file__).with_name("spec.json").read_text(encoding="utf-8")))

    def method(self, name: str) -> str | None:
        """The method as it is written officially; Telegram takes any mixture of cases."""
        return self._official.get(name.lower())

    def decode(self, method: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of a form, where all are text, with their types. What does not fit stays text."""
        wanted = self._methods[method]["parameters"]
        return {name: _decode(value, wanted.get(name, "str").rstrip("?")) for name, value in raw.items()}

    def faults_in_call(self, method: str, parameters: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters of a call: unknown, missing, of another type."""
        if self._calls[method](parameters):
            return []
        return list(self._faults_in_fields(parameters, self._methods[method]["parameters"], method))

    def faults_in_result(self, method: str, result: Any) -> list[str]:
        """What is wrong with a result."""
        return self._found(result, self._methods[method]["returns"], f"{method} ->")

    def faults_in(self, value: Any, type_name: str) -> list[str]:
        """What is wrong with an object of a named type."""
        return self._found(value, type_name, type_name)

    def fits(self, value: Any, wanted: str) -> bool:
        """Whether nothing is wrong with a value. Quick; `faults_in` tells what is."""
        return self._predicate(wanted)(value)

    def _found(self, value: Any, wanted: str, where: str) -> list[str]:
        return [] if self.fits(value, wanted) else list(self._faults(value, wanted, where))

    # Whether anything is wrong: made once for each type, so that a load test is not a test of this file.

    def _predicate(self, wanted: str) -> Predicate:
        if wanted not in self._predicates:
            self._predicates[wanted] = self._make_predicate(wanted)
        return self._predicates[wanted]

    def _make_predicate(self, wanted: str) -> Predicate:
        alternatives = _split(wanted)
        if len(alternatives) > 1:
            several = [self._predicate(one) for one in alternatives]
            return lambda value: any(fits(value) for fits in several)
        if wanted.startswith("["):
            element = self._predicate(wanted[1:-1])
            return lambda value: isinstance(value, list) and all(map(element, value))
        if wanted in self._types:
            return self._object(self._types[wanted])
        return lambda value: _fits(value, wanted)

    def _object(self, fields: Mapping[str, str]) -> Predicate:
        required = frozenset(name for name, wanted in fields.items() if not wanted.endswith("?"))
        # Filled when a field is first met: types hold one another.
        checks: dict[str, Predicate] = {}

        def fits(value: Any) -> bool:
            if not isinstance(value, dict) or not required <= value.keys():
                return False
            for name, content in value.items():
                check = checks.get(name)
                if check is None:
                    if name not in fields:
                        return False
                    check = checks[name] = self._predicate(fields[name].rstrip("?"))
                if not check(content):
                    return False
            return True

        return fits

    # What is wrong --------------------------------------------------------------------------------------------------

    def _faults(self, value: Any, wanted: str, where: str) -> Iterator[str]:
        alternatives = _split(wanted)
        if len(alternatives) > 1:
            found = [list(self._faults(value, one, where)) for one in alternatives]
            if all(found):
                yield from min(found, key=len)
        elif wanted.startswith("["):
            if not isinstance(value, list):
                yield f"{where}: a list is wanted"
                return
            for index, element in enumerate(value):
                yield from self._faults(element, wanted[1:-1], f"{where}[{index}]")
        elif wanted in self._types:
            if not isinstance(value, dict):
                yield f"{where}: an object of type {wanted} is wanted"
                return
            yield from self._faults_in_fields(value, self._types[wanted], where)
        elif not _fits(value, wanted):
            yield f"{where}: {wanted} is wanted, not {type(value).__name__}"

    def _faults_in_fields(self, value: Mapping[str, Any], fields: Mapping[str, str], where: str) -> Iterator[str]:
        for name in value.keys() - fields.keys():
            yield f"{where}: unknown '{name}'"
        for name, wanted in fields.items():
            if name in value:
                yield from self._faults(value[name], wanted.rstrip("?"), f"{where}.{name}")
            elif not wanted.endswith("?"):
                yield f"{where}: '{name}' is missing"


def _fits(value: Any, wanted: str) -> bool:
    if wanted in ("any", "file"):
        return True
    if wanted.startswith("="):
        return str(value) == wanted[1:]
    return isinstance(value, _PLAIN[wanted]) and (wanted == "bool" or not isinstance(value, bool))


def _split(wanted: str) -> list[str]:
    """The alternatives of a type, leaving those inside brackets together."""
    return re.findall(r"\[.*\]|[^|]+", wanted)


def _decode(value: Any, wanted: str) -> Any:
    if not isinstance(value, str) or wanted in ("str", "file"):
        return value
    if wanted == "int|str":
        return int(value) if _INTEGER.fullmatch(value) else value
    try:
        return json.loads(value)
    except ValueError:
        return value
