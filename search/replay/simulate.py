"""Replaying strategies: many repeats, in parallel processes."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from search.config.seeds import derive_seed
from search.replay.plans import Outcome
from search.replay.snapping import quiet
from search.replay.strategies import Strategy, parse_strategy
from search.replay.table import FOLDS, Table, read_table
from search.replay.trials import ReplayedTrial, replay_trials


@dataclass(frozen=True)
class Repeat:
    """One repeat of one strategy: the search's fold, its trials, and its outcome by budget."""

    fold: int
    trials: tuple[ReplayedTrial, ...]
    outcomes: dict[int, Outcome | None]


def simulate(
    path: Path,
    table: Table,
    strategies: Sequence[Strategy],
    repeats: int,
    budgets: Sequence[int],
    workers: int,
) -> dict[str, list[Repeat]]:
    """The repeats of each strategy, by its name.

    All strategies share the folds and the seeds of the repeats, so that they can be compared in
    pairs. Fold 0 and fold 1 take turns as the one that is searched.
    """
    jobs = [(s.name, number, tuple(budgets)) for s, number in product(strategies, range(repeats))]
    if workers == 1:
        quiet()
        results = [_repeat(table, *job) for job in jobs]
    else:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, spawn, _begin, (path,)) as pool:
            results = list(pool.map(_job, jobs, chunksize=max(1, repeats // 4)))
    by_name: dict[str, list[Repeat]] = {}
    for (name, _, _), result in zip(jobs, results, strict=True):
        by_name.setdefault(name, []).append(result)
    return by_name


_TABLE: Table


def _begin(path: Path) -> None:
    global _TABLE  # noqa: PLW0603 - read once a process, not once a repeat
    quiet()
    _TABLE = read_table(path)


def _job(job: tuple[str, int, tuple[int, ...]]) -> Repeat:
    return _repeat(_TABLE, *job)


def _repeat(table: Table, name: str, number: int, budgets: tuple[int, ...]) -> Repeat:
    strategy = parse_strategy(name)
    plan, fold = strategy.plan, FOLDS[number % len(FOLDS)]
    trials = replay_trials(
        table,
        strategy.sampler,
        strategy.pruner,
        (fold, 1 - fold)[: plan.folds],
        plan.epochs,
        derive_seed(0, number, "replay"),
        lambda trials: plan.enough(trials, max(budgets)),
    )
    outcomes = {budget: plan.outcome(table, trials, fold, budget) for budget in budgets}
    return Repeat(fold, tuple(trials), outcomes)
