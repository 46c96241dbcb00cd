"""What figures say, where the answer is known."""

import csv
import dataclasses
import datetime
import io

import numpy as np
import pytest
from made_studies import BEGAN, make_material
from optuna.trial import TrialState

from fer.intervals import wilson
from fer.scores import Scores
from reports.data.advice import advice
from reports.data.study_data import Run
from reports.data.verdict import judge
from reports.figures.compare.edf import edf
from reports.figures.compare.progress import active, over_seconds
from reports.figures.study.calibration import calibration
from reports.figures.study.confusion import confusion, per_class
from reports.figures.study.contour import contour
from reports.figures.study.history import history
from reports.figures.study.importance import importances
from reports.figures.study.recipes import recipes
from reports.pages.compare import compare_page
from reports.pages.compare import recipes as compared_recipes
from reports.rendering.figure import Figure


def read_csv(figure: Figure) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(figure.data.csv())))


def with_states(material, *states: str):
    """The same study, whose last trials have these states instead."""
    for trial, state in zip(material.trials[-len(states) :], states, strict=True):
        trial.state = TrialState[state]
        trial.values = None
    return dataclasses.replace(material)


def test_trials_that_still_run_are_not_said_to_have_done_no_better():
    material = make_material(12, states=("COMPLETE",))
    best = material.best.number
    after = len(material.trials) - 1 - best
    assert after >= 2, "the made study's best trial is not among the last two"
    said = history(material, None).sentence
    assert f"{after}\u00a0trials begun after it did no better" in said
    running = with_states(make_material(12, states=("COMPLETE",)), "RUNNING", "RUNNING")
    assert running.best.number == best
    said = history(running, None).sentence
    assert f"{after - 2}\u00a0trial" in said


def test_trials_that_all_still_run_after_the_best_are_not_held_against_it():
    material = make_material(4, states=("COMPLETE",))
    material.trials[1].values = [0.99]
    running = with_states(material, "RUNNING", "RUNNING", "RUNNING")
    assert "none that began after it has ended yet" in history(running, None).sentence


def test_the_space_is_called_searched_out_by_trials_that_ended_alone():
    material = make_material(12, states=("COMPLETE",))
    material.trials[3].values = [0.99]
    hints = advice(material, judge(material), importances(material))
    assert any("brought nothing better" in hint for hint in hints)
    material = make_material(12, states=("COMPLETE",))
    material.trials[3].values = [0.99]
    running = with_states(material, *["RUNNING"] * 7)
    hints = advice(running, judge(running), importances(running))
    assert not any("brought nothing better" in hint for hint in hints)


@pytest.mark.parametrize("baseline", ["COMPLETE", "RUNNING"])
def test_recipes_stand_beside_the_baselines_whether_it_ran_or_not(baseline):
    material = make_material(8, baseline=baseline)
    figure = recipes(material)
    name = "baseline" if baseline == "COMPLETE" else "baseline, not run"
    assert figure.data.columns[-1] == name
    rows = {row[""]: row for row in (dict(zip(figure.shown[0].table.columns, row, strict=True))
                                     for row in figure.shown[0].table.rows)}  # fmt: skip
    assert rows["optimiser"][name] == "adam"
    assert set(rows["optimiser"].values()) == {"optimiser", "adamw", "adam"}
    assert "optimiser adamw" in figure.sentence


def test_what_the_best_share_with_the_baseline_is_not_said_to_set_them_apart():
    material = make_material(8)
    for trial in material.complete:
        trial.user_attrs["recipe"] |= {"optimiser": "adam", "schedule": "constant"}
    sentence = recipes(material).sentence
    assert "optimiser" not in sentence
    assert "schedule" not in sentence


def test_recipes_differ_where_their_values_do_and_not_their_first_digits():
    material = make_material(6)
    for i, trial in enumerate(material.complete):
        trial.user_attrs["recipe"]["weight_decay"] = 0.012345 + i / 1e6
    shown = {row[0]: row[1:] for row in recipes(material).shown[0].table.rows}
    assert len(set(shown["weight_decay"][:-1])) == len(material.complete)
    rows = {row["key"]: row for row in read_csv(recipes(material))}
    best = material.best
    assert float(rows["weight_decay"][f"trial {best.number}"]) == 0.012345
    assert float(rows["learning_rate"][f"trial {best.number}"]) == best.params["learning_rate"]
    assert rows["widths"]["baseline"].startswith("[32, 64")
    one, other = make_material(6, "one"), make_material(6, "other")
    other.best.user_attrs["recipe"]["weight_decay"] += 1e-9
    both = compared_recipes({"one": one, "other": other})
    assert "weight_decay" in both.sentence
    rows = {row["key"]: row for row in read_csv(both)}
    assert float(rows["learning_rate"]["one"]) == one.best.params["learning_rate"]
    assert float(rows["validation_accuracy"]["one"]) == one.best.values[0]


def test_the_csv_of_a_figure_holds_all_that_it_draws():
    material = make_material(40)
    matrices = read_csv(confusion(material))
    assert [row["model"] for row in matrices] == ["best"] * 9 + ["baseline"] * 9
    base = material.baseline_run.scores.confusion
    assert [int(row["faces"]) for row in matrices[9:]] == base.ravel().tolist()
    assert [row["model"] for row in read_csv(per_class(material))] == ["best"] * 3 + [
        "baseline"
    ] * 3
    dots = read_csv(contour(material, ["dropout", "learning_rate"]))
    states = [row["state"] for row in dots]
    assert states.count("complete") == len(material.complete)
    assert states.count("pruned") == len(material.pruned)


def sure_of(*groups: tuple[float, int, int]) -> Scores:
    """Predictions: so sure of ``n`` faces each, ``right`` of them rightly."""
    sure = np.concatenate([np.full(n, p) for p, n, _ in groups])
    right = np.concatenate([np.arange(n) < k for _, n, k in groups])
    label = np.zeros(len(sure), dtype=np.int64)
    said = np.where(right, 0, 1)
    probabilities = np.repeat(((1 - sure) / 2)[:, None], 3, axis=1)
    probabilities[np.arange(len(sure)), said] = sure
    return Scores(np.arange(len(sure)), label, probabilities.astype(np.float32))


def test_the_calibration_error_is_the_mean_gap_between_sure_and_right():
    # Ten bins of ten: 60 % sure and right 3 of 10 times, 90 % sure and right 9 of 10 times.
    scores = sure_of(*[(0.6, 10, 3)] * 5, *[(0.9, 10, 9)] * 5)
    material = dataclasses.replace(make_material(3), best_run=Run(scores=scores))
    figure = calibration(material)
    assert "On average it says 75.0\u00a0% and is right in 60.0\u00a0%" in figure.sentence
    assert "too sure of itself by 15.0\u00a0points" in figure.sentence
    assert "expected calibration error 15.0\u00a0points" in figure.sentence
    rows = read_csv(figure)
    assert [float(row["accuracy"]) for row in rows] == pytest.approx([0.3] * 5 + [0.9] * 5)
    assert [float(row["confidence"]) for row in rows] == pytest.approx([0.6] * 5 + [0.9] * 5)
    assert (float(rows[0]["low"]), float(rows[0]["high"])) == pytest.approx(wilson(3, 10))


def test_the_edf_steps_up_at_each_accuracy_by_one_over_their_number():
    one = make_material(3, "one", states=("COMPLETE",), baseline=None)
    two = make_material(2, "two", states=("COMPLETE",), baseline=None)
    for material, accuracies in ((one, (0.7, 0.8, 0.75)), (two, (0.6, 0.9))):
        for trial, accuracy in zip(material.trials, accuracies, strict=True):
            trial.values = [accuracy]
    figure = edf({"one": one, "two": two})
    assert [tuple(row.values()) for row in read_csv(figure)] == [
        ("one", "0.7", "0.333333"),
        ("one", "0.75", "0.666667"),
        ("one", "0.8", "1.0"),
        ("two", "0.6", "0.5"),
        ("two", "0.9", "1.0"),
    ]
    assert figure.plots[0].traces[1]["x"] == [60, 60, 90, 90]
    assert figure.plots[0].traces[1]["y"] == [0, 50, 100, 100]
    assert "reach 75.00\u00a0% or more, against 75.00\u00a0% in two" in figure.sentence


def test_over_seconds_counts_the_time_in_which_any_trial_ran():
    material = make_material(3, states=("COMPLETE",), baseline=None)
    # Two at once for 60 s, then nobody for an hour, then one for 30 s.
    spans, accuracies = ((0, 60), (10, 40), (3660, 3690)), (0.7, 0.8, 0.9)
    for trial, (begin, end), accuracy in zip(material.trials, spans, accuracies, strict=True):
        trial.datetime_start = BEGAN + datetime.timedelta(seconds=begin)
        trial.datetime_complete = BEGAN + datetime.timedelta(seconds=end)
        trial.values = [accuracy]
    assert [(s, t.number) for s, t in active(material.trials)] == [(40, 1), (60, 0), (90, 2)]
    rows = [tuple(row.values()) for row in read_csv(over_seconds({"made": material}))]
    assert [(float(s), float(y)) for _, s, y in rows] == [
        (40, 0.8), (60, 0.8), (90, 0.9), (90, 0.9),
    ]  # fmt: skip


def test_a_page_of_one_study_alone_claims_nothing():
    assert compare_page([make_material(4)], []).answer == "Nothing to compare with"
