"""Estimates of the truth, on made tables whose truth is known."""

from pathlib import Path

import numpy as np
import pytest
from made_tables import RUN_SD, SLICE, make_table, true_accuracy
from scipy.stats import spearmanr

from search.replay.prediction import predictions, spearman
from search.replay.table import Curve, Table
from search.replay.truth import estimate_truth

BINOMIAL_SD = np.sqrt(0.77 * 0.23 / (5 * SLICE))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return make_table(tmp_path_factory.mktemp("large"), 96)


def known(table: Table) -> np.ndarray:
    return np.array([true_accuracy(table.params(number)) for number in table.numbers])


def test_the_estimates_are_nearer_to_the_truth_than_the_measured_means(large: Table) -> None:
    truth = estimate_truth(large)
    measured = (truth.other_fold(0) + truth.other_fold(1)) / 2
    errors = [np.abs(values - known(large)).mean() for values in (truth.mean, measured)]
    assert errors[0] < 0.6 * errors[1]


def test_the_best_recipe_is_not_credited_with_its_luck(large: Table) -> None:
    truth, true = estimate_truth(large), known(large)
    measured = (truth.other_fold(0) + truth.other_fold(1)) / 2
    assert measured.max() > true.max() + RUN_SD / 2
    assert truth.mean.max() == pytest.approx(true.max(), abs=RUN_SD / 2)


def test_the_noise_of_a_run_is_that_of_its_seed_and_of_its_faces(large: Table) -> None:
    truth = estimate_truth(large)
    assert truth.run_sd == pytest.approx(np.hypot(RUN_SD, BINOMIAL_SD), rel=0.2)
    assert truth.faces_sd == pytest.approx(np.sqrt(5) * BINOMIAL_SD, rel=0.1)
    assert truth.seen_sd == pytest.approx(np.hypot(RUN_SD, np.sqrt(5) * BINOMIAL_SD), rel=0.1)


def test_one_fold_predicts_the_other(large: Table) -> None:
    calibration = estimate_truth(large).calibration
    assert calibration.slope == pytest.approx(1, abs=0.15)
    assert calibration.covered == pytest.approx(0.95, abs=0.05)
    assert calibration.n == 2 * 96


def test_a_recipe_that_failed_to_train_does_not_widen_the_noise(tmp_path: Path) -> None:
    table = make_table(tmp_path)
    before = estimate_truth(table)
    for fold, accuracy in ((0, 0.34), (1, 0.6)):
        for epochs in (20, 7):
            curve = table.curve(5, fold, epochs)
            slices = np.full(5, accuracy)
            table.curves[5, fold, epochs] = Curve(curve.seen, slices, curve.seconds)
    truth = estimate_truth(table)
    assert truth.failed.tolist() == [number == 5 for number in table.numbers]
    assert truth.mean[4] == pytest.approx(0.47)
    assert truth.run_sd == pytest.approx(before.run_sd, rel=0.1)
    assert truth.best_quarter.sum() == 6
    assert truth.best_quarter[truth.best]
    assert not truth.best_quarter[4]


def test_rank_correlations_are_scipys() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.integers(0, 9, (2, 3, 20)).astype(float)
    expected = [spearmanr(a, b).statistic for a, b in zip(one, other, strict=True)]
    assert spearman(one, other) == pytest.approx(expected)


def test_the_accuracy_at_the_end_says_how_good_a_recipe_is(large: Table) -> None:
    found = {(p.epoch, p.epochs): p for p in predictions(large, estimate_truth(large))}
    end = found[20, 20]
    assert 0.5 < end.low < end.rho < end.high
    assert end.half >= end.quarter > 0.5
