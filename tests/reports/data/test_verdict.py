"""The verdict: claims that their statistics bear out."""

import dataclasses

import numpy as np
import pytest
from made_studies import make_scores, make_study, with_snapshot, with_trial
from scipy.stats import binomtest

from fer.intervals import newcombe, wilson
from reports.data.study_data import Run
from reports.data.verdict import Share, judge, paired, unpaired
from search.results import published


def with_scores(best: float, base: float, faces: int = 3000):
    study = make_study(6, states=("COMPLETE",))
    runs = [Run(scores=make_scores(value, i, faces)) for i, value in enumerate((best, base))]
    for trial, accuracy in ((study.snapshot.best, best), (study.snapshot.baseline, base)):
        study = with_trial(study, trial.number, value=accuracy)
    study = with_snapshot(study, data={**study.snapshot.data, "counts": dict(published.COUNTS)})
    return dataclasses.replace(study, best_run=runs[0], baseline_run=runs[1])


def test_a_large_gain_is_a_yes():
    verdict = judge(with_scores(0.86, 0.78))
    assert verdict.good is True
    assert verdict.answer == "Yes, it beats the baseline"
    assert "86.00\u00a0%" in verdict.sentences[0]
    assert "of 3,000 held-out faces" in verdict.sentences[0]
    assert "+8.00\u00a0points" in verdict.sentences[1]


def test_a_gain_within_chance_is_a_perhaps():
    verdict = judge(with_scores(0.80, 0.795))
    assert verdict.good is None
    assert verdict.answer.startswith("Perhaps")
    assert "which chance alone could give" in verdict.sentences[1]


def test_a_loss_is_a_no():
    assert judge(with_scores(0.70, 0.79)).good is False


@pytest.mark.parametrize(
    ("accuracy", "where"),
    [(0.90, "below that whole"), (0.70, "above that whole"), (0.82, "inside")],
)
def test_the_published_figure_is_set_against_the_interval(accuracy, where):
    said = " ".join(judge(with_scores(accuracy, 0.78)).sentences)
    assert f"82.244\u00a0% lies {where}" in said
    assert "test images" in said


def test_drawn_faces_are_not_compared_with_the_published_figure():
    study = with_scores(0.9, 0.8)
    study = with_snapshot(study, data={**study.snapshot.data, "source": "synthetic"})
    verdict = judge(study)
    assert verdict.published is None
    assert "does not apply" in " ".join(verdict.sentences)
    assert judge(with_scores(0.9, 0.8)).published == published.TEST


def test_the_published_figure_says_nothing_of_other_faces_of_the_same_classes():
    study = with_scores(0.9, 0.8)
    fewer = {**published.COUNTS, "happy": 7214}
    study = with_snapshot(study, data={**study.snapshot.data, "counts": fewer})
    verdict = judge(study)
    assert verdict.published is None
    assert "82.244" not in " ".join(verdict.sentences)


def test_without_predictions_the_interval_is_of_two_accuracies_measured_apart():
    study = dataclasses.replace(
        with_scores(0.86, 0.78),
        best_run=Run({"faces": {"validation": 3000}}),
        baseline_run=Run(),
    )
    gain = judge(study).gain
    assert gain is not None
    assert not gain.paired
    assert gain.low < 0.08 < gain.high


def test_newcombes_interval_is_the_published_example():
    # Newcombe 1998, table II, (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    gain = unpaired(Share(56 / 70, 70), Share(48 / 80, 80))
    assert (gain.low, gain.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(("right", "n"), [(0, 7), (1, 1), (81, 100), (1323, 1619), (100, 100)])
def test_wilsons_interval_is_scipys(right, n):
    theirs = binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_scores_of_other_faces_are_not_paired():
    one = make_scores(0.8)
    other = dataclasses.replace(one, index=one.index + 1)
    assert paired(one, other) is None
    assert paired(one, one).value == 0


def test_pairing_counts_faces_that_only_one_gets_right():
    one, other = make_scores(0.8, 1), make_scores(0.7, 2)
    won = (one.predicted == one.label) & (other.predicted != other.label)
    lost = (one.predicted != one.label) & (other.predicted == other.label)
    gain = paired(one, other)
    assert gain.value == pytest.approx((won.sum() - lost.sum()) / 600)
    assert gain.low < gain.value < gain.high
    assert gain.p is not None
    assert np.isfinite(gain.p)


def test_the_dashboard_and_the_report_say_the_same_of_two_accuracies():
    # Their own intervals overlap; that of the difference leaves out zero.
    base, best, n = 0.7888, 0.8172, 1619
    gain = unpaired(Share(best, n), Share(base, n))
    assert wilson(round(best * n), n)[0] < wilson(round(base * n), n)[1]
    assert gain.low > 0
    assert newcombe(best, n, base, n) == (gain.low, gain.high)
