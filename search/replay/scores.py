"""How good the choices of replayed searches are, with intervals, and which strategies differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from search.replay.world import Judgement
from search.results.accuracy import SIGNIFICANT
from search.results.holm import holm

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Mean:
    """A mean over repeats with its 95 % t interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Score:
    """One strategy at one budget: means over repeats of what a ``Judgement`` holds.

    Attributes:
        n: repeats.
        exhausted: share of the repeats that tried every recipe of the table.
        stopped: share of the tried recipes of the truly best quarter that the pruner stopped.
        behind: regret minus that of the best strategy, in pairs; None for the best one.
        p: of the paired t-test of ``behind``, with Holm's correction.
    """

    strategy: str
    budget: int
    n: int
    regret: Mean
    optimism: Mean | None
    other_fold: Mean | None
    epochs: float
    trials: float
    exhausted: float
    stopped: float
    behind: Mean | None = None
    p: float | None = None

    @property
    def differs(self) -> bool:
        """Whether it is significantly worse than the best strategy."""
        return self.p is not None and self.p < SIGNIFICANT


def scores(judgements: Mapping[str, Sequence[Judgement]], budget: int) -> list[Score]:
    """The scores of strategies at one budget, the lowest regret first.

    Args:
        judgements: of each strategy's repeats, by its name; all strategies share the repeats.
    """
    rows = {name: _score(name, budget, own) for name, own in judgements.items()}
    regrets = {name: np.array([j.regret for j in own]) for name, own in judgements.items()}
    best = min(rows.values(), key=lambda row: row.regret.value).strategy
    others = [name for name in rows if name != best]
    differences = {name: regrets[name] - regrets[best] for name in others}
    adjusted = holm([paired_p(differences[name]) for name in others])
    for name, p in zip(others, adjusted, strict=True):
        rows[name] = replace(rows[name], behind=mean(differences[name]), p=p)
    return sorted(rows.values(), key=lambda row: row.regret.value)


def _score(name: str, budget: int, judgements: Sequence[Judgement]) -> Score:
    tried = sum(judgement.tried for judgement in judgements)
    stopped = sum(judgement.stopped for judgement in judgements)
    return Score(
        name,
        budget,
        len(judgements),
        regret=mean(np.array([j.regret for j in judgements])),
        optimism=_mean_of([j.optimism for j in judgements]),
        other_fold=_mean_of([j.other_fold for j in judgements]),
        epochs=float(np.mean([j.epochs for j in judgements])),
        trials=float(np.mean([j.trials for j in judgements])),
        exhausted=float(np.mean([j.exhausted for j in judgements])),
        stopped=stopped / tried if tried else 0.0,
    )


def _mean_of(values: Sequence[float | None]) -> Mean | None:
    known = [value for value in values if value is not None]
    return mean(np.array(known)) if known else None


def mean(values: Array) -> Mean:
    """The mean of at least two values with its 95 % t interval."""
    from scipy.special import stdtrit  # the t quantile, without the weight of scipy.stats

    n, centre = len(values), float(values.mean())
    half = float(stdtrit(n - 1, 0.975) * values.std(ddof=1) / np.sqrt(n))
    return Mean(centre, centre - half, centre + half)


def paired_p(differences: Array) -> float:
    """The p-value of the paired t-test; 1 where no pair differs."""
    from scipy.stats import ttest_1samp

    if not differences.any():
        return 1.0
    if np.ptp(differences) == 0:
        return 0.0
    return float(ttest_1samp(differences, 0).pvalue)
