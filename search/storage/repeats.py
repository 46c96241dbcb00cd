"""The runs of a recipe whose accuracy is a mean over several: a trial and its repeats.

A trial's own run is pair 0; each repeat is a trial of its own, with the role ``REPEAT``.
"""

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from optuna.trial import FrozenTrial, TrialState

from search.storage.attributes import is_baseline, is_repeat


@dataclass(frozen=True)
class RecipeRuns:
    """The runs of one recipe.

    Attributes:
        total: how many runs the objective asks for.
        accuracies: the final accuracy of each complete run, by its pair, ascending.
        failed: whether a run failed, and with it the recipe.
        stopped: that and why the pruner stopped it between two runs; empty if it did not.
    """

    total: int
    accuracies: Mapping[int, float]
    failed: bool = False
    stopped: str = ""

    @property
    def state(self) -> TrialState:
        """The recipe's state; ``RUNNING`` as long as runs are left."""
        if self.failed:
            return TrialState.FAIL
        if len(self.accuracies) == self.total:
            return TrialState.COMPLETE
        return TrialState.PRUNED if self.stopped else TrialState.RUNNING

    @property
    def mean(self) -> float:
        """The mean accuracy so far."""
        return sum(self.accuracies.values()) / len(self.accuracies)

    @property
    def in_order(self) -> tuple[float, ...]:
        """The accuracies of the pairs from 0 on, up to the first that is missing."""
        reached = range(self.total)
        known = [pair for pair in reached if all(p in self.accuracies for p in range(pair + 1))]
        return tuple(self.accuracies[pair] for pair in known)


def repeats_by_group(trials: Iterable[FrozenTrial]) -> dict[int, list[FrozenTrial]]:
    """The repeats, by the number of the trial whose recipe they train."""
    groups: dict[int, list[FrozenTrial]] = defaultdict(list)
    for trial in trials:
        if is_repeat(trial):
            groups[trial.user_attrs["group"]].append(trial)
    return groups


def runs_of(first: FrozenTrial, repeats: Iterable[FrozenTrial], total: int) -> RecipeRuns:
    """The runs of a recipe whose first run is complete.

    A failed repeat of the baseline is run again; that of another recipe fails the recipe: the mean
    over those of its runs that did not fail would flatter it.
    """
    repeats = list(repeats)
    accuracies = {0: float(first.values[0])} | {
        int(trial.user_attrs["pair"]): float(trial.values[0])
        for trial in repeats
        if trial.state == TrialState.COMPLETE
    }
    reasons = [str(trial.user_attrs.get("stopped", "")) for trial in (first, *repeats)]
    return RecipeRuns(
        total,
        dict(sorted(accuracies.items())),
        failed=not is_baseline(first) and any(t.state == TrialState.FAIL for t in repeats),
        stopped=next(filter(None, reasons), ""),
    )


def merged(trials: Iterable[FrozenTrial], total: int) -> list[FrozenTrial]:
    """The trials without the repeats, each with the outcome of all of its runs.

    A recipe with runs left counts as running, so that samplers that know constant liars keep away
    from it. Its value, and the last that it reported, is the mean over the runs so far.
    """
    if total == 1:
        return list(trials)
    trials = list(trials)
    groups = repeats_by_group(trials)
    rest = (trial for trial in trials if not is_repeat(trial))
    return [
        _merge(trial, groups.get(trial.number, []), total)
        if trial.state == TrialState.COMPLETE
        else trial
        for trial in rest
    ]


def _merge(trial: FrozenTrial, repeats: list[FrozenTrial], total: int) -> FrozenTrial:
    runs = runs_of(trial, repeats, total)
    whole = copy.copy(trial)
    whole.state = runs.state
    ended = [run.datetime_complete for run in (trial, *repeats) if run.datetime_complete]
    whole.datetime_complete = max(ended) if runs.state.is_finished() else None
    has_value = runs.state in (TrialState.COMPLETE, TrialState.PRUNED)
    whole.values = [runs.mean] if has_value else None
    if trial.last_step is not None:
        whole.intermediate_values = trial.intermediate_values | {trial.last_step: runs.mean}
    return whole
