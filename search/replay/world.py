"""What a repeat of a replay searches: a table, and the truth about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.replay.plans import Outcome, Plan
from search.replay.table import FOLDS, FULL, Table
from search.replay.trials import ReplayedTrial
from search.replay.truth import Truth


@dataclass(frozen=True)
class Judgement:
    """How good the outcome of one search is; accuracies and differences are shares in [0, 1].

    Attributes:
        regret: true accuracy of the table's best recipe minus that of the chosen one.
        optimism: reported minus true accuracy of the chosen one, less what the search's faces are
            easier for all recipes; None where a short schedule's accuracy is reported.
        other_fold: accuracy of the chosen recipe's run on the other fold, of which the search has
            seen nothing; None for plans that look at both folds.
        tried, stopped: recipes of the truly best quarter that were tried, and of these, those that
            the pruner stopped.
    """

    regret: float
    optimism: float | None
    other_fold: float | None
    epochs: int
    trials: int
    exhausted: bool
    tried: int
    stopped: int


class World:
    """A table and the truth about it."""

    def __init__(self, table: Table, truth: Truth) -> None:
        self.table = table
        self.truth = truth
        self._index = {number: i for i, number in enumerate(table.numbers)}
        kept = ~truth.failed
        seen = [table.finals(fold, FULL)[:, 0] for fold in FOLDS]
        self._ease = [float((values - truth.mean)[kept].mean()) for values in seen]

    def judge(
        self, plan: Plan, fold: int, trials: Sequence[ReplayedTrial], outcome: Outcome
    ) -> Judgement:
        """Judge the outcome of a search of a fold."""
        truth, chosen = self.truth, self._index[outcome.chosen]
        ease = self._ease[fold] if plan.one_fold else sum(self._ease) / len(FOLDS)
        best = [
            trial
            for trial in trials[: outcome.trials]
            if truth.best_quarter[self._index[trial.recipe]]
        ]
        return Judgement(
            regret=float(truth.mean[truth.best] - truth.mean[chosen]),
            optimism=(
                outcome.reported - float(truth.mean[chosen]) - ease if plan.reports_full else None
            ),
            other_fold=float(truth.other_fold(fold)[chosen]) if plan.one_fold else None,
            epochs=outcome.epochs,
            trials=outcome.trials,
            exhausted=outcome.trials == len(self.table),
            tried=len(best),
            stopped=sum(not trial.complete for trial in best),
        )
