"""Replaying strategies: many repeats, in parallel processes."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fer.errors import BadInput
from search.config.seeds import derive_seed
from search.replay.emulator import Emulator
from search.replay.snapping import quiet
from search.replay.strategies import Strategy, parse_strategy
from search.replay.table import FOLDS, read_table
from search.replay.trials import replay_trials
from search.replay.truth import estimate_truth
from search.replay.world import Judgement, World

Judged = dict[int, Judgement]
"""The judgement of one repeat at each budget."""


def simulate(
    source: "Source",
    strategies: Sequence[Strategy],
    repeats: int,
    budgets: Sequence[int],
    workers: int,
) -> dict[str, list[Judged]]:
    """The repeats of each strategy, by its name.

    All strategies share the folds, seeds and tables of the repeats, so that they can be compared in
    pairs. Fold 0 and fold 1 take turns as the one that is searched.

    Raises:
        BadInput: a budget is too small for a strategy.
    """
    jobs = [
        (tuple(strategy.name for strategy in strategies), number, tuple(budgets))
        for number in range(repeats)
    ]
    if workers == 1:
        quiet()
        results = [_repeat(source, *job) for job in jobs]
    else:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, spawn, _begin, (source.path, source.recipes)) as pool:
            results = list(pool.map(_job, jobs, chunksize=max(1, repeats // (4 * workers))))
    names = [strategy.name for strategy in strategies]
    return {name: [result[name] for result in results] for name in names}


class Source:
    """Where the worlds of the repeats come from: the measured table, or made ones.

    Args:
        recipes: of each made table; 0 for the measured table itself.
    """

    def __init__(self, path: Path, recipes: int = 0) -> None:
        self.path = path
        self.recipes = recipes
        self.table = read_table(path)
        self.truth = estimate_truth(self.table)
        self._measured = World(self.table, self.truth)
        self._emulator = Emulator(self.table, self.truth) if recipes else None

    def world(self, repeat: int) -> World:
        """The world of a repeat."""
        if self._emulator is None:
            return self._measured
        return self._emulator.world(self.recipes, repeat)


_SOURCE: Source


def _begin(path: Path, recipes: int) -> None:
    global _SOURCE  # noqa: PLW0603 - read once a process, not once a repeat
    quiet()
    _SOURCE = Source(path, recipes)


def _job(job: tuple[tuple[str, ...], int, tuple[int, ...]]) -> dict[str, Judged]:
    return _repeat(_SOURCE, *job)


def _repeat(
    source: Source, names: Sequence[str], number: int, budgets: tuple[int, ...]
) -> dict[str, Judged]:
    world, fold = source.world(number), FOLDS[number % len(FOLDS)]
    seed = derive_seed(0, number, "replay")
    return {name: _search(world, parse_strategy(name), fold, seed, budgets) for name in names}


def _search(
    world: World, strategy: Strategy, fold: int, seed: int, budgets: tuple[int, ...]
) -> Judged:
    plan = strategy.plan
    trials = replay_trials(
        world.table,
        strategy.sampler,
        strategy.pruner,
        (fold, 1 - fold)[: plan.folds],
        plan.epochs,
        seed,
        lambda trials: plan.enough(trials, max(budgets)),
    )
    judged = {}
    for budget in budgets:
        outcome = plan.outcome(world.table, trials, fold, budget)
        if outcome is None:
            raise BadInput(f"--budget {budget}: too few epochs for strategy {strategy.name}")
        judged[budget] = world.judge(plan, fold, trials, outcome)
    return judged
