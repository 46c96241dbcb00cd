"""How good the choices of replayed searches are, with intervals, and which strategies differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fer.errors import BadInput
from search.replay.plans import Outcome, Plan
from search.replay.simulate import Repeat
from search.replay.strategies import Strategy
from search.replay.table import FOLDS, FULL, Table
from search.replay.truth import Truth
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
    """One strategy at one budget; accuracies and differences are shares in [0, 1].

    Attributes:
        n: repeats.
        regret: true accuracy of the table's best recipe minus that of the chosen one.
        optimism: reported minus true accuracy of the chosen one, less what the search's slice of
            the faces is easier for all recipes; None where a short schedule's is reported.
        other_fold: accuracy of the chosen recipe's run on the other fold, of which the search has
            seen nothing; None for plans that look at both folds.
        epochs, trials: means, of what was trained.
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


def scores(
    table: Table,
    truth: Truth,
    strategies: Sequence[Strategy],
    repeats: Mapping[str, Sequence[Repeat]],
    budget: int,
) -> list[Score]:
    """The scores of strategies at one budget, the lowest regret first.

    Raises:
        BadInput: the budget is too small for a strategy.
    """
    index = {number: i for i, number in enumerate(table.numbers)}
    regrets, rows = {}, {}
    for strategy in strategies:
        own = repeats[strategy.name]
        outcomes = [_outcome(repeat, strategy.name, budget) for repeat in own]
        chosen = np.array([index[outcome.chosen] for outcome in outcomes])
        regrets[strategy.name] = truth.mean[truth.best] - truth.mean[chosen]
        rows[strategy.name] = Score(
            strategy.name,
            budget,
            len(own),
            mean(regrets[strategy.name]),
            _optimism(table, truth, strategy.plan, own, outcomes, chosen),
            _other_fold(truth, strategy.plan, own, chosen),
            float(np.mean([outcome.epochs for outcome in outcomes])),
            float(np.mean([outcome.trials for outcome in outcomes])),
            float(np.mean([outcome.trials == len(table) for outcome in outcomes])),
            _stopped(truth, own, outcomes, index),
        )
    best = min(rows.values(), key=lambda row: row.regret.value).strategy
    others = [name for name in rows if name != best]
    differences = {name: regrets[name] - regrets[best] for name in others}
    adjusted = holm([paired_p(differences[name]) for name in others])
    for name, p in zip(others, adjusted, strict=True):
        rows[name] = replace(rows[name], behind=mean(differences[name]), p=p)
    return sorted(rows.values(), key=lambda row: row.regret.value)


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


def _outcome(repeat: Repeat, name: str, budget: int) -> Outcome:
    outcome = repeat.outcomes[budget]
    if outcome is None:
        raise BadInput(f"--budget {budget}: too few epochs for strategy {name}")
    return outcome


def _optimism(
    table: Table,
    truth: Truth,
    plan: Plan,
    repeats: Sequence[Repeat],
    outcomes: Sequence[Outcome],
    chosen: npt.NDArray[np.int_],
) -> Mean | None:
    if not plan.reports_full:
        return None
    ease = {fold: _ease(table, truth, fold) for fold in FOLDS}
    both = (ease[0] + ease[1]) / 2
    easier = [ease[repeat.fold] if plan.one_fold else both for repeat in repeats]
    reported = np.array([outcome.reported for outcome in outcomes])
    return mean(reported - truth.mean[chosen] - np.array(easier))


def _ease(table: Table, truth: Truth, fold: int) -> float:
    """How much the slice that a search sees is easier than all faces, for recipes in general."""
    return float((table.finals(fold, FULL)[:, 0] - truth.mean)[~truth.failed].mean())


def _other_fold(
    truth: Truth, plan: Plan, repeats: Sequence[Repeat], chosen: npt.NDArray[np.int_]
) -> Mean | None:
    if not plan.one_fold:
        return None
    unseen = [truth.other_fold(r.fold)[i] for r, i in zip(repeats, chosen, strict=True)]
    return mean(np.array(unseen))


def _stopped(
    truth: Truth, repeats: Sequence[Repeat], outcomes: Sequence[Outcome], index: Mapping[int, int]
) -> float:
    tried = [
        trial
        for repeat, outcome in zip(repeats, outcomes, strict=True)
        for trial in repeat.trials[: outcome.trials]
        if truth.best_quarter[index[trial.recipe]]
    ]
    return float(np.mean([not trial.complete for trial in tried])) if tried else 0.0
