"""Calibration by a temperature: on made logits whose right temperature is known."""

import numpy as np
import pytest

from fer.errors import BadInput
from fer.evaluation.calibration import (
    calibrate,
    cross_validate,
    error_by_chance,
    expected_calibration_error,
    fit_temperature,
    negative_log_likelihood,
    to_logits,
    to_probabilities,
)
from fer.scores import Scores


def made(n: int, temperature: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits ``[n, 3]`` and labels; the labels are drawn at the temperature."""
    draw = np.random.default_rng(seed)
    logits = draw.normal(0, 2, (n, 3))
    ends = to_probabilities(logits, temperature).cumsum(1)[:, :-1]
    return logits, (draw.random((n, 1)) > ends).sum(1).astype(np.int64)


def made_run(n: int, temperature: float, seed: int, first: int = 0) -> Scores:
    logits, labels = made(n, temperature, seed)
    index = np.arange(first, first + n, dtype=np.int64)
    return Scores(index, labels, to_probabilities(logits, 1).astype(np.float32))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_the_labels_were_drawn_at_is_found(temperature: float) -> None:
    assert fit_temperature(*made(50_000, temperature)) == pytest.approx(temperature, rel=0.03)


def test_the_fitted_temperature_has_the_least_loss() -> None:
    logits, labels = made(400, 2.0)
    best = fit_temperature(logits, labels)
    losses = [negative_log_likelihood(logits / (best * x), labels) for x in (0.98, 1, 1.02)]
    assert min(losses) == losses[1]


def test_probabilities_give_the_temperature_that_logits_give() -> None:
    logits, labels = made(2_000, 1.5)
    again = to_logits(to_probabilities(logits, 1).astype(np.float32))
    assert fit_temperature(again, labels) == pytest.approx(
        fit_temperature(logits, labels), abs=2e-4
    )
    assert np.isfinite(to_logits(np.array([[0.0, 1.0]], np.float32))).all()


@pytest.mark.parametrize("wrong", [False, True])
def test_labels_that_fit_no_temperature_are_refused(wrong: bool) -> None:
    logits, _ = made(50, 1.0)
    labels = (-logits if wrong else logits).argmax(1)
    with pytest.raises(BadInput, match=r"from 0\.05 to 20 fits 50 held-out predictions"):
        fit_temperature(logits, labels)


def test_the_expected_calibration_error_is_the_mean_gap_of_confidence_and_accuracy() -> None:
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.55, 0.55])
    probabilities = np.stack([confidence, 1 - confidence], 1)
    labels = np.array([0, 0, 0, 1, 1, 1])  # 3 of 4 right, then 0 of 2
    expected = (4 * abs(0.75 - 0.95) + 2 * abs(0 - 0.55)) / 6
    assert expected_calibration_error(probabilities, labels) == pytest.approx(expected)
    in_one_bin = abs(3 / 6 - confidence.mean())
    assert expected_calibration_error(probabilities, labels, bins=1) == pytest.approx(in_one_bin)


def test_a_confidence_of_exactly_0_and_1_has_a_bin() -> None:
    probabilities = np.array([[0.0, 0.0], [1.0, 0.0]])
    assert expected_calibration_error(probabilities, np.array([0, 0])) == pytest.approx(0.5)


def test_a_calibrated_model_has_no_more_than_the_error_by_chance() -> None:
    logits, labels = made(4_000, 1.0)
    probabilities = to_probabilities(logits, 1.0)
    chance = error_by_chance(probabilities)
    assert 0 < chance < 0.03
    assert expected_calibration_error(probabilities, labels) < 2 * chance
    assert chance < error_by_chance(probabilities[:500]), "it shrinks with the faces"


def test_an_overconfident_recipe_is_mended_by_its_folds() -> None:
    runs = [made_run(1_000, 2.0, seed, first=1_000 * seed) for seed in range(4)]
    calibration = calibrate(runs)
    assert (calibration.faces, calibration.runs) == (4_000, 4)
    assert calibration.temperature == pytest.approx(2.0, rel=0.1)
    assert calibration.error_before > 0.1
    assert calibration.error_after < 2 * calibration.error_by_chance


def test_a_run_is_measured_at_the_temperature_of_the_others() -> None:
    hot, cold = made(3_000, 3.0), made(3_000, 0.5, seed=1)
    logits, labels = (np.concatenate(parts) for parts in zip(hot, cold, strict=True))
    run = np.repeat([0, 1], 3_000)
    probabilities = cross_validate(logits, labels, np.arange(6_000), run)
    expected = to_probabilities(hot[0], fit_temperature(*cold))
    np.testing.assert_allclose(probabilities[:3_000], expected)


def test_a_face_that_two_runs_held_out_is_not_fitted_and_measured_at_once() -> None:
    logits, labels = made(900, 1.0)
    run = np.repeat([0, 1, 2], 300)
    index = np.concatenate([np.arange(300), np.arange(300), np.arange(300, 600)])
    probabilities = cross_validate(logits, labels, index, run)
    alone = fit_temperature(logits[600:], labels[600:])
    np.testing.assert_allclose(probabilities[:300], to_probabilities(logits[:300], alone))


@pytest.mark.parametrize("runs", [1, 2])
def test_without_several_folds_the_faces_are_cut_into_parts(runs: int) -> None:
    logits, labels = made(1_000 * runs, 2.0)
    index, run = np.tile(np.arange(1_000), runs), np.repeat(np.arange(runs), 1_000)
    probabilities = cross_validate(logits, labels, index, run)
    rest = index % 5 != 0
    expected = to_probabilities(logits[~rest], fit_temperature(logits[rest], labels[rest]))
    np.testing.assert_allclose(probabilities[~rest], expected)
