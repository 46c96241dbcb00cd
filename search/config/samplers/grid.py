"""Every combination of values once; which were tried is in the storage."""

import math
from collections.abc import Sequence
from typing import Any, Literal

from optuna.samplers import BaseSampler, GridSampler
from optuna.trial import FrozenTrial

from fer.errors import BadInput
from search.config.samplers.base import SamplerSettings
from search.config.space import Space


class Grid(SamplerSettings):
    """Grid search; the study ends when every point has been tried."""

    kind: Literal["grid"]

    def build(self, space: Space, study_seed: int, seed: int) -> BaseSampler:
        return GridSampler(grid_values(space), seed=study_seed)

    def check(self, space: Space, origin: str) -> None:
        for name, entry in space.entries.items():
            if entry.when:
                raise BadInput(f"{origin}: space.{name}.when: the grid sampler takes no conditions")
            if entry.grid() is None:
                raise BadInput(f"{origin}: space.{name}: the grid sampler needs a step")

    def exhausted(self, space: Space, trials: Sequence[FrozenTrial]) -> str | None:
        visited = {t.system_attrs["grid_id"] for t in trials if "grid_id" in t.system_attrs}
        done = len(visited) >= grid_size(space)
        return "every point of the grid has been tried" if done else None


def grid_values(space: Space) -> dict[str, list[Any]]:
    """Every value of every entry."""
    return {name: entry.grid() or [] for name, entry in space.entries.items()}


def grid_size(space: Space) -> int:
    """The number of points of the grid."""
    return math.prod(len(values) for values in grid_values(space).values())
