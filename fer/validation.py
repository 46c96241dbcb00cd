"""Validate TOML as pydantic models, with errors that name the key, the value and the remedy."""

import difflib
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from fer.errors import BadInput
from fer.wording import in_words

M = TypeVar("M", bound=BaseModel)

MAX_TOML_BYTES = 1_000_000
SHOWN_CHARACTERS = 80


def nearest(word: str, known: list[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest known word, or the list of all of them."""
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"expected one of {', '.join(sorted(known))}"


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of at most 1 MB.

    Raises:
        BadInput: the file is missing, too large, not UTF-8 or not TOML.
    """
    try:
        if path.stat().st_size > MAX_TOML_BYTES:
            raise BadInput(f"{path}: expected a TOML file of at most {MAX_TOML_BYTES:,} bytes")
        return parse_toml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 text at byte {error.start}") from error
    except NotToml as error:
        raise BadInput(f"{path}: not valid TOML: {error}") from error


class NotToml(ValueError):
    """A text is not TOML, or goes past what Python parses; the message says which."""


def parse_toml(text: str) -> dict[str, Any]:
    """Parse TOML.

    Raises:
        NotToml: it is not TOML, is nested too deeply, or an integer has too many digits.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise NotToml("it is nested too deeply: remove the surplus brackets") from error
    except tomllib.TOMLDecodeError as error:
        raise NotToml(str(error)) from error
    except ValueError as error:  # Python's own limit, which would name one of its functions
        limit = sys.get_int_max_str_digits()
        raise NotToml(f"an integer has too many digits: expected at most {limit:,}") from error


def parse(model: type[M], values: Mapping[str, Any], origin: str) -> M:
    """Validate ``values`` as ``model``; ``origin`` is the file (or option) that an error names.

    Raises:
        BadInput: an unknown key (the nearest known one is named), or a value out of range.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise BadInput(f"{origin}: {_first_problem(model, error)}") from error


def _first_problem(model: type[BaseModel], error: ValidationError) -> str:
    problems = error.errors(include_url=False)
    # A misspelt key is also a missing one; its spelling is what helps.
    unknown = (each for each in problems if each["type"] == "extra_forbidden")
    problem = next(unknown, problems[0])
    key, message = in_words(problem)
    if problem["type"] == "extra_forbidden":
        *path, last = problem["loc"]
        return f"unknown key {key!r}: {nearest(str(last), _known_keys(model, path))}"
    if problem["type"] == "missing":
        return f"{key}: is missing"
    if not key:  # several keys do not go together; the message names them
        return message
    return f"{key} = {_shown(problem['input'])}: {message}"


def _shown(value: object) -> str:
    """The value as code, shortened: it may be a whole table."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 3]}..."


def _known_keys(model: type[BaseModel], path: list[int | str]) -> list[str]:
    for part in path:
        annotation = (
            model.model_fields[str(part)].annotation if part in model.model_fields else None
        )
        models = [each for each in (annotation, *get_args(annotation)) if _is_model(each)]
        if not models:
            return []
        model = models[0]
    return list(model.model_fields)


def _is_model(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
