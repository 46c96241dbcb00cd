"""Counts, and pydantic's validation errors, in plain words."""

import re
from collections.abc import Mapping
from typing import Any

_EXPECTED = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "string": "a text in quotes",
    "list": "a list",
    "tuple": "a list",
    "dict": "a table",
    "model": "a table",
    "mapping": "a table",
    "datetime": "a date and time",
}
"""What a type of value is called, by the beginning of pydantic's error types."""

_KINDS = re.compile(r"bool|int|float|str|list\[.*\]")
_SCALAR_OR_LIST = "must be a number, a text in quotes, true or false, or a list of these"


def counted(number: float, noun: str, plural: str = "") -> str:
    """``1 trial``, ``2,000 trials`` with a plain space, for errors and terminals.

    ``plural`` where it is not the noun with an s: ``counted(n, "image is", "images are")``.
    """
    shown = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{shown} {noun if number == 1 else plural or noun + 's'}"


def in_words(problem: Mapping[str, Any]) -> tuple[str, str]:
    """The key that a validation error is about, and what its value must be.

    Args:
        problem: one of ``ValidationError.errors()``.
    """
    location = [str(part) for part in problem["loc"]]
    if len(location) > 1 and _KINDS.fullmatch(location[-1]):
        # A value that may be of several kinds: pydantic names each that it tried.
        return ".".join(location[:-1]), _SCALAR_OR_LIST
    return ".".join(location), _expected(problem)


def _expected(problem: Mapping[str, Any]) -> str:
    kind, _, ending = str(problem["type"]).rpartition("_")
    if problem["type"] == "int_from_float":
        return "must be a whole number"
    if ending in ("type", "parsing") and kind in _EXPECTED:
        return f"must be {_EXPECTED[kind]}"
    if problem["type"] == "string_pattern_mismatch":
        return "has characters or a form that is not allowed here"
    message = str(problem["msg"]).removeprefix("Value error, ").replace(" after validation", "")
    return re.sub(r"^(Input|String|List|Dictionary|Tuple|Value) should ", "must ", message)
