"""Learning rate and batch size whose best values depend on each other."""

import math

import numpy as np
import pytest
from made_snapshots import definition, evidence, record, snapshot
from optuna.distributions import CategoricalDistribution, FloatDistribution
from scipy.stats import pearsonr

from fer.recipe import Recipe
from search.results.findings import Material, coupled
from search.results.findings.coupled import normal_scores, partial_correlation
from search.results.verdict import judge

SPACE = {
    "learning_rate": {"kind": "float", "low": 1e-4, "high": 1e-2, "log": True},
    "batch_size": {"kind": "categorical", "choices": [32, 64, 128, 256]},
}
KNOWN = {
    "learning_rate": FloatDistribution(1e-4, 1e-2, log=True),
    "batch_size": CategoricalDistribution([32, 64, 128, 256]),
}


def told(trials, space=SPACE):
    study = snapshot(record(0, 0.7), *trials, definition=definition(space=space))
    material = Material(study, judge(study, evidence(600)), ())
    return [f"{f.action}: {f.evidence}" for f in coupled.find(material)]


def trials(slope, count=28, noise=0.004, seed=1):
    """Best learning rate: 1e-3 at a batch of 128, and proportional to batch ** slope."""
    draw = np.random.default_rng(seed)
    made = []
    for number in range(1, count + 1):
        rate, batch = float(10 ** draw.uniform(-4, -2)), int(draw.choice([32, 64, 128, 256]))
        off = math.log10(rate) + 3 - slope * math.log10(batch / 128)
        accuracy = 0.82 - 0.03 * off**2 + draw.normal(0, noise)
        params = {"learning_rate": rate, "batch_size": batch}
        recipe = Recipe(epochs=10, **params).model_dump(mode="json")
        made.append(
            record(number, float(accuracy), params=params, distributions=KNOWN, recipe=recipe)
        )
    return made


def test_a_best_learning_rate_that_rises_with_the_batch_is_told_with_p_and_n():
    (only,) = told(trials(slope=1))
    assert only.startswith(
        "Fix batch_size, or choose learning_rate for each batch_size by itself: the best "
        "learning_rate rises with batch_size: partial rank correlation of accuracy with log "
        "learning_rate × log batch_size +0."
    )
    assert "p\u00a0=\u00a0" in only
    assert "n\u00a0=\u00a028\u00a0complete trials" in only
    assert "32: " in only
    assert "falls with batch_size" in told(trials(slope=-1))[0]


def test_a_best_learning_rate_that_is_the_same_for_each_batch_is_not_told():
    assert [told(trials(slope=0, seed=seed)) for seed in range(12)] == [[]] * 12


def test_by_chance_it_is_told_as_seldom_as_the_level_says():
    found = sum(bool(told(trials(slope=0, count=20, noise=0.05, seed=s))) for s in range(100, 300))
    assert found <= 8, "1.25 % of 200 are 2.5"


def test_one_diverged_trial_decides_nothing():
    made = trials(slope=0, noise=0.002)
    worst = max(made, key=lambda t: t.params["learning_rate"] * t.params["batch_size"])
    params = dict(worst.params)
    made[worst.number - 1] = record(
        worst.number, 0.33, params=params, distributions=KNOWN, recipe=worst.recipe
    )
    assert told(made) == []


def test_few_trials_one_batch_size_or_another_space_say_nothing():
    assert told(trials(slope=1, count=14)) == []
    assert told([t for t in trials(slope=1, count=80) if t.params["batch_size"] == 32]) == []
    assert (
        told(trials(slope=1), space={"dropout": {"kind": "float", "low": 0.0, "high": 0.5}}) == []
    )


def test_the_partial_correlation_is_that_of_the_residuals():
    draw = np.random.default_rng(0)
    control, one, other = draw.normal(size=(3, 30))
    one, other = one + control, other + control
    correlation, p = partial_correlation(one, other, np.column_stack([np.ones(30), control]))
    rest = [np.polyval(np.polyfit(control, y, 1), control) for y in (one, other)]
    assert correlation == pytest.approx(pearsonr(one - rest[0], other - rest[1]).statistic)
    assert 0 < p < 1
    alone, p = partial_correlation(one, other, np.ones((30, 1)))
    assert (alone, p) == pytest.approx(tuple(pearsonr(one, other)))
    assert partial_correlation(control, other, np.column_stack([np.ones(30), control])) is None


def test_normal_scores_keep_the_order_and_share_ties():
    scores = normal_scores([0.3, 0.1, 0.3, 0.9])
    assert scores[0] == scores[2]
    assert scores[1] < scores[0] < scores[3]
    assert scores[3] == pytest.approx(-scores[1])
