"""The trials of a replayed search: a real sampler and a real pruner on measured curves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import optuna
from optuna.trial import TrialState

from search.config.pruners import PrunerSettings, build_pruner
from search.config.samplers import SamplerSettings, build_sampler
from search.replay.snapping import Pool, SnappingSampler
from search.replay.table import Table


@dataclass(frozen=True)
class ReplayedTrial:
    """One trial.

    Attributes:
        recipe: its number in the table.
        epochs: that it ran.
        accuracy: of its last epoch, on the slice that the search sees.
        complete: whether it ran to its end.
    """

    recipe: int
    epochs: int
    accuracy: float
    complete: bool


def replay_trials(
    table: Table,
    sampler: SamplerSettings,
    pruner: PrunerSettings,
    folds: Sequence[int],
    epochs: int,
    seed: int,
    enough: Callable[[list[ReplayedTrial]], bool],
) -> list[ReplayedTrial]:
    """Search one trial after the other, until there are ``enough`` or until no recipe is left.

    As in a study, a sampler of its own is built for each trial, and the pruner is asked after every
    epoch but the last.

    Args:
        folds: whose accuracies a trial is the mean of, each trained.
        epochs: of the complete schedule that every trial begins.
        seed: the study's.
    """
    pool = Pool(table)
    snapping = SnappingSampler(build_sampler(sampler, table.space, seed, 0), pool)
    study = optuna.create_study(
        study_name=f"replay {seed}",  # Hyperband derives its brackets from the name
        direction="maximize",
        sampler=snapping,
        pruner=build_pruner(pruner, epochs),
    )
    trials: list[ReplayedTrial] = []
    while len(pool) and not enough(trials):
        snapping.sampler = build_sampler(sampler, table.space, seed, len(trials))
        trial = study.ask(pool.distributions)
        recipe = snapping.taken[trial.number]
        trials.append(_run(study, trial, table, recipe, folds, epochs))
    return trials


def _run(
    study: optuna.Study,
    trial: optuna.Trial,
    table: Table,
    recipe: int,
    folds: Sequence[int],
    epochs: int,
) -> ReplayedTrial:
    seen = np.mean([table.curve(recipe, fold, epochs).seen for fold in folds], axis=0)
    for epoch, accuracy in enumerate(map(float, seen), start=1):
        trial.report(accuracy, epoch)
        if epoch < epochs and trial.should_prune():
            study.tell(trial, state=TrialState.PRUNED)
            return ReplayedTrial(recipe, len(folds) * epoch, accuracy, complete=False)
    study.tell(trial, accuracy)
    return ReplayedTrial(recipe, len(folds) * epochs, accuracy, complete=True)
