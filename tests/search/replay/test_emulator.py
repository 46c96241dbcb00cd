"""Made tables: as noisy as the measured one, and with folds enough for a race."""

from pathlib import Path

import numpy as np
import pytest
from made_tables import RUN_SD, SLICE, make_table

from search.replay.emulator import MOST_FOLDS, Emulator
from search.replay.simulate import Source, simulate
from search.replay.strategies import parse_strategy
from search.replay.table import Table
from search.replay.truth import estimate_truth
from search.replay.world import World

FACES_SD = np.sqrt(0.77 * 0.23 / SLICE)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return make_table(tmp_path_factory.mktemp("large"), 96)


@pytest.fixture(scope="module")
def worlds(large: Table) -> list[World]:
    emulator = Emulator(large, estimate_truth(large))
    return [emulator.world(200, seed) for seed in range(4)]


def errors(worlds: list[World], fold: int) -> np.ndarray:
    """What a search sees at the end minus the truth."""
    return np.concatenate(
        [[w.table.curve(n, fold, 20).seen[-1] for n in w.table.numbers] - w.truth.mean
         for w in worlds]
    )  # fmt: skip


@pytest.mark.parametrize("fold", range(MOST_FOLDS))
def test_noise_is_as_measured_in_every_fold(worlds: list[World], fold: int) -> None:
    noise = errors(worlds, fold)
    assert noise.std() == pytest.approx(np.hypot(RUN_SD, FACES_SD), rel=0.2)
    assert noise.mean() == pytest.approx(errors(worlds, 0).mean(), abs=0.002)


def test_noise_is_independent_between_folds(worlds: list[World]) -> None:
    for one, other in ((0, 1), (0, 2), (3, 4)):
        correlation = np.corrcoef(errors(worlds, one), errors(worlds, other))[0, 1]
        assert abs(correlation) < 0.15


def test_true_accuracies_spread_as_the_measured_ones(large: Table, worlds: list[World]) -> None:
    truth = estimate_truth(large)
    made = np.concatenate([world.truth.mean for world in worlds])
    assert made.std() == pytest.approx(truth.mean.std(), rel=0.25)
    assert made.mean() == pytest.approx(truth.mean.mean(), abs=0.004)


def test_the_same_seed_makes_the_same_table(large: Table) -> None:
    emulator = Emulator(large, estimate_truth(large))
    one, again, other = emulator.world(20, 1), emulator.world(20, 1), emulator.world(20, 2)
    assert one.truth.mean.tolist() == again.truth.mean.tolist()
    assert one.table.params(7) == again.table.params(7)
    assert one.table.params(7) != other.table.params(7)


def test_strategies_share_the_tables_of_their_repeats(table: Table) -> None:
    source = Source(Path(table.origin).with_name("curves.csv.gz"), recipes=60)
    names = ("random", "tpe/race3")
    both = simulate(source, [parse_strategy(name) for name in names], 3, (250,), 1)
    alone = simulate(source, [parse_strategy("tpe/race3")], 3, (250,), 1)
    assert both["tpe/race3"] == alone["tpe/race3"]
    assert len({judged[250].regret for judged in both["random"]}) == 3
    assert all(judged[250].epochs <= 250 for judged in both["tpe/race3"])
