"""The rule of Optuna's ``WilcoxonPruner``, over the pairs of a fold and a seed."""

import itertools
from collections.abc import Sequence
from typing import Literal

import numpy as np
from optuna.pruners import BasePruner, NopPruner
from pydantic import Field

from fer.errors import BadInput
from search.config.pruners.base import PrunerSettings
from search.racing.paired import signed_rank


class Wilcoxon(PrunerSettings):
    """Ends a trial between two runs if the signed-rank test finds it worse than the best one.

    The exact one-sided p after ``k`` pairs is at least ``2**-k``, so ``p`` decides which pair is
    the first after which it can stop a trial. At 0.13, one in eight of the trials that are as good
    as the best one is stopped at the third pair; at 0.26, one in four at the second.
    """

    kind: Literal["wilcoxon"]
    p: float = Field(
        0.13,
        gt=0,
        lt=1,
        description="stops below it: 0.13 from the third pair of fold and seed on, 0.26 from the "
        "second; never before the second, nor within a run",
    )

    def build(self, epochs: int) -> BasePruner:
        return NopPruner()

    def stops(self, runs: Sequence[float], others: Sequence[Sequence[float]], total: int) -> bool:
        complete = [other for other in others if len(other) == total]
        if len(runs) < 2 or not complete:
            return False
        best = max(complete, key=lambda other: float(np.mean(other)))
        # As Optuna does: never a trial whose mean so far is at least the best one's mean.
        worse = float(np.mean(runs)) < float(np.mean(best))
        return worse and signed_rank(best[: len(runs)], runs) < self.p

    def rule(self) -> str:
        return f"the signed-rank test finds it worse than the best trial, at p below {self.p:g}"

    def rungs(self, epochs: int) -> tuple[int, ...]:
        return ()

    def check(self, epochs: int, runs: int, origin: str) -> None:
        first = next(pair for pair in itertools.count(2) if 0.5**pair < self.p)
        if runs <= first:
            way_out = "set objective.folds and objective.seeds to more pairs"
            if runs > 2:
                way_out += f", or p to more than {0.5 ** (runs - 1):g}"
            raise BadInput(
                f"{origin}: pruner.p = {self.p:g}: can stop a trial after {first} runs at the "
                f"earliest, so a trial needs at least {first + 1}, but objective.folds × "
                f"objective.seeds is {runs}: {way_out}"
            )
        if self.audit:
            raise BadInput(
                f"{origin}: pruner.audit = {self.audit:g}: must be 0 with wilcoxon, which stops no "
                "trial within a run: leave it out"
            )
