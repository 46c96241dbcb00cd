import numpy as np
import pytest

from fer.evaluation import ClassMetrics, evaluate_predictions

CLASSES = ("angry", "happy", "neutral")


def test_figures_by_hand() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2])
    predictions = np.array([0, 0, 0, 1, 1, 1, 2, 2, 0, 1])
    evaluation = evaluate_predictions(labels, predictions, CLASSES)
    assert evaluation.n == 10
    assert evaluation.accuracy == 0.7
    assert evaluation.confusion.tolist() == [[3, 1, 0], [0, 2, 0], [1, 1, 2]]
    angry, happy, neutral = evaluation.per_class.values()
    assert (angry.precision, angry.recall, angry.f1, angry.n) == (0.75, 0.75, 0.75, 4)
    assert (happy.precision, happy.recall, happy.f1, happy.n) == (0.5, 1.0, pytest.approx(2 / 3), 2)
    assert (neutral.precision, neutral.recall, neutral.n) == (1.0, 0.5, 4)
    assert evaluation.macro_f1 == pytest.approx((0.75 + 2 / 3 + 2 / 3) / 3)


def test_the_interval_is_wilsons() -> None:
    # 3,261 of 3,965 is the published 0.82244; Wilson's interval by his formula.
    n, k, z = 3965, 3261, 1.959963984540054
    labels = np.zeros(n, dtype=np.int64)
    predictions = (np.arange(n) >= k).astype(np.int64)
    low, high = evaluate_predictions(labels, predictions, CLASSES).ci95
    p = k / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert (low, high) == pytest.approx((centre - half, centre + half))


def test_a_class_that_is_never_predicted_or_never_there_scores_0() -> None:
    evaluation = evaluate_predictions(np.array([0, 0, 1]), np.array([0, 0, 0]), CLASSES)
    assert evaluation.per_class["happy"].precision == 0
    assert evaluation.per_class["neutral"] == ClassMetrics(n=0, predicted=0, correct=0)
    assert evaluation.as_json()["per_class"]["neutral"] == {
        "precision": 0,
        "recall": 0,
        "f1": 0,
        "n": 0,
    }
    assert evaluation.per_class["neutral"].recall_ci95 == (0, 1)
    assert evaluation.as_json()["confusion"] == [[2, 0, 0], [1, 0, 0], [0, 0, 0]]
