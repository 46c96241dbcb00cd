"""Made tables: as noisy as the measured one, and with folds enough for a race."""

from pathlib import Path

import numpy as np
import pytest
from made_tables import RUN_SD, SLICE, made_curves, make_table

from search.replay.emulator import MOST_FOLDS, Emulator
from search.replay.simulate import Source, simulate
from search.replay.strategies import parse_strategy
from search.replay.table import Table, read_table
from search.replay.truth import estimate_truth
from search.replay.world import World
from tools.pack_curves import pack

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


def test_one_failed_short_run_bends_the_curves_of_no_other_recipe(tmp_path: Path) -> None:
    curves = made_curves(24)
    failed = next(c for c in curves if (c["recipe"], c["fold"], c["epochs"]) == (9, 0, 7))
    failed["rows"][-1][2], failed["slices"] = 720, [720] * 5
    pack(curves, tmp_path)
    table = read_table(tmp_path / "curves.csv.gz")
    truth = estimate_truth(table)
    assert not truth.failed.any(), "its 20 epochs are as good as any"
    world = Emulator(table, truth).world(500, 0)
    ends = [world.table.curve(n, fold, 7).seen[-1] for n in world.table.numbers for fold in (0, 1)]
    low = np.sort(ends)[: np.sum(np.array(ends) < 0.6)]
    assert low == pytest.approx(720 / SLICE)
    assert 0.005 < len(low) / len(ends) < 0.04, "1 of 48 measured runs"


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
