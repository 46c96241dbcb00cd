"""Kinds of samplers, pruners and space entries: from the word in a file to a validated class."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from fer.errors import BadInput
from fer.validation import nearest, parse

M = TypeVar("M", bound=BaseModel)


class Kinds(Mapping[str, type[M]], Generic[M]):
    """Classes by the ``kind`` that files name them by.

    Args:
        places: where each class is, as ``module:class``. It is imported when it is first used.
    """

    def __init__(self, places: dict[str, str]) -> None:
        self.places = places

    def __getitem__(self, kind: str) -> type[M]:
        module, _, name = self.places[kind].partition(":")
        kind_class: type[M] = getattr(import_module(module), name)
        return kind_class

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def parse(self, table: Mapping[str, Any], origin: str) -> M:
        """Validate a table of a file by the class that its ``kind`` names.

        Raises:
            BadInput: an unknown kind or key, or a value out of range.
        """
        kind = table.get("kind")
        if not isinstance(kind, str) or kind not in self.places:
            raise BadInput(f"{origin}.kind = {kind!r}: {nearest(str(kind), list(self.places))}")
        return parse(self[kind], table, origin)
