"""The axis of a hyperparameter: linear, logarithmic, or categorical."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reports.figures.log_axis import log_axis
from reports.rendering.formatting import distinct, plain, values
from search.config.definition import Definition
from search.config.space import CategoricalEntry, FloatEntry, IntEntry, VariantsEntry, label


@dataclass(frozen=True)
class Scale:
    """The axis of one hyperparameter.

    Attributes:
        choices: of a categorical hyperparameter, as stored; empty for a number.
    """

    name: str
    low: float
    high: float
    log: bool
    choices: tuple[Any, ...] = ()

    def position(self, stored: Any) -> float:
        """The position of a stored value, in [0, 1]."""
        if self.choices:
            return self.choices.index(stored) / max(1, len(self.choices) - 1)
        return (self._at(stored) - self._at(self.low)) / (self._at(self.high) - self._at(self.low))

    def value(self, position: float) -> float:
        """The number at a position in [0, 1]."""
        at = self._at(self.low) + position * (self._at(self.high) - self._at(self.low))
        return 10.0**at if self.log else at

    def shown(self, stored: Any) -> Any:
        """The value for plotly: a number, or the choice as text."""
        return self._texts[self.choices.index(stored)] if self.choices else stored

    @cached_property
    def _texts(self) -> list[str]:
        return distinct(values(self.choices))

    def axis(self, title: str | None = None) -> dict[str, Any]:
        """plotly's axis."""
        axis: dict[str, Any] = {"title": {"text": plain(title or self.name)}}
        if self.choices:
            order = {"categoryorder": "array", "categoryarray": self._texts}
            return axis | {"type": "category"} | order
        if self.log:
            return axis | log_axis((self.low, self.high))
        return axis

    def _at(self, number: float) -> float:
        return math.log10(number) if self.log else float(number)


def scales(definition: Definition) -> dict[str, Scale]:
    """The scale of each hyperparameter of the search space, in the order of the study's file."""
    by_name = {}
    for name, entry in definition.space.entries.items():
        if isinstance(entry, CategoricalEntry):
            choices = tuple(label(choice) for choice in entry.choices)
            by_name[name] = Scale(name, 0, len(choices) - 1, log=False, choices=choices)
        elif isinstance(entry, VariantsEntry):
            names = tuple(entry.variants)
            by_name[name] = Scale(name, 0, len(names) - 1, log=False, choices=names)
        elif isinstance(entry, FloatEntry | IntEntry):
            by_name[name] = Scale(name, float(entry.low), float(entry.high), entry.log)
    return by_name
