"""The objective: what one trial's accuracy is measured by."""

from pydantic import BaseModel, ConfigDict, Field


class Objective(BaseModel):
    """The mean validation accuracy over every pair of a fold and a seed.

    A fold is a repeated hold-out: the faces split by another ``split_seed``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folds: int = Field(1, ge=1, le=50, description="splits, the same for all trials")
    seeds: int = Field(1, ge=1, le=50, description="runs in each fold, each with a seed of its own")

    @property
    def runs(self) -> int:
        """How many runs a trial has."""
        return self.folds * self.seeds

    def fold(self, pair: int) -> int:
        """The fold of a pair. Pairs 0, 1, 2 ... go over all folds before the next seed."""
        return pair % self.folds
