"""Figures of data whose result is known."""

import csv
import dataclasses
import datetime
import io

import numpy as np
import pytest
from made_studies import make_study, with_snapshot, with_trial
from made_trials import BEGAN

from fer.intervals import wilson
from fer.scores import Scores
from reports.data.comparison import Comparison
from reports.figures.compare import edf, progress_by_time
from reports.figures.compare import recipes as compared_recipes
from reports.figures.study import (
    calibration,
    confusion,
    contour,
    history,
    per_class,
    recipes,
)
from reports.pages.compare import compare_page
from reports.rendering.figure import Figure
from search.results.evidence import RunEvidence
from search.results.trials import State
from search.storage.sessions import Session


def read_csv(figure: Figure) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(figure.data.csv())))


def with_states(study, *states: str):
    """The same study, whose last trials have these states instead."""
    first = len(study.snapshot.trials) - len(states)
    for number, state in enumerate(states, start=first):
        study = with_trial(study, number, state=State[state], value=None, ended=None)
    return study


def test_later_trials_that_still_run_do_not_count_as_no_improvement():
    study = make_study(12, states=("COMPLETE",))
    best = study.snapshot.best.number
    after = len(study.snapshot.trials) - 1 - best
    assert after >= 2, "the made study's best trial is not among the last two"
    assert f"{after}\u00a0later trials did not improve" in history.build(study).sentence
    running = with_states(study, "RUNNING", "RUNNING")
    assert running.snapshot.best.number == best
    assert f"{after - 2}\u00a0later trial" in history.build(running).sentence


def test_if_all_later_trials_still_run_the_history_says_so():
    study = with_trial(make_study(4, states=("COMPLETE",)), 1, value=0.99)
    running = with_states(study, "RUNNING", "RUNNING", "RUNNING")
    assert "no later trial has ended yet" in history.build(running).sentence


@pytest.mark.parametrize("baseline", ["COMPLETE", "RUNNING"])
def test_recipes_stand_beside_the_baselines_whether_it_ran_or_not(baseline):
    study = make_study(8, baseline=baseline)
    figure = recipes.build(study)
    name = "baseline" if baseline == "COMPLETE" else "baseline, not run"
    assert figure.data.columns[-1] == name
    rows = {row[""]: row for row in (dict(zip(figure.tables[0].table.columns, row, strict=True))
                                     for row in figure.tables[0].table.rows)}  # fmt: skip
    assert rows["optimiser"][name] == "adam"
    assert set(rows["optimiser"].values()) == {"optimiser", "adamw", "adam"}
    assert "optimiser adamw" in figure.sentence


def with_recipes(study, changes):
    """The study whose complete trials have other values in their recipes, by their place."""
    for place, trial in enumerate(study.snapshot.complete):
        study = with_trial(study, trial.number, recipe={**trial.recipe, **changes(place)})
    return study


def test_values_that_the_best_share_with_the_baseline_are_no_differences():
    study = with_recipes(make_study(8), lambda place: {"optimiser": "adam", "schedule": "constant"})
    sentence = recipes.build(study).sentence
    assert "optimiser" not in sentence
    assert "schedule" not in sentence


def test_recipes_differ_where_their_values_do_and_not_their_first_digits():
    study = with_recipes(make_study(6), lambda place: {"weight_decay": 0.012345 + place / 1e6})
    shown = {row[0]: row[1:] for row in recipes.build(study).tables[0].table.rows}
    assert len(set(shown["weight_decay"][:-1])) == len(study.snapshot.complete)
    rows = {row["key"]: row for row in read_csv(recipes.build(study))}
    best = study.snapshot.best
    assert float(rows["weight_decay"][f"trial {best.number}"]) == 0.012345
    assert float(rows["learning_rate"][f"trial {best.number}"]) == best.params["learning_rate"]
    assert rows["widths"]["baseline"].startswith("[32, 64")


def test_the_best_recipes_of_two_studies_differ_where_their_values_do():
    one = make_study(6, "one")
    best = one.snapshot.best
    decay = best.recipe["weight_decay"] + 1e-9
    other = with_trial(
        make_study(6, "other"), best.number, recipe={**best.recipe, "weight_decay": decay}
    )
    both = compared_recipes.build(Comparison({"one": one, "other": other}))
    assert "weight_decay" in both.sentence
    rows = {row["key"]: row for row in read_csv(both)}
    assert float(rows["learning_rate"]["one"]) == best.params["learning_rate"]
    assert float(rows["validation_accuracy"]["one"]) == best.accuracy


def test_the_csv_of_a_figure_holds_all_that_it_draws():
    study = make_study(40)
    matrices = read_csv(confusion.build(study))
    assert [row["model"] for row in matrices] == ["best"] * 9 + ["baseline"] * 9
    base = study.baseline_run.scores.confusion
    assert [int(row["faces"]) for row in matrices[9:]] == base.ravel().tolist()
    assert [row["model"] for row in read_csv(per_class.build(study))] == ["best"] * 3 + [
        "baseline"
    ] * 3
    dots = read_csv(contour.build(study))
    states = [row["state"] for row in dots]
    assert states.count("complete") == len(study.snapshot.complete)
    assert states.count("pruned") == len(study.snapshot.pruned)


def predictions(*groups: tuple[float, int, int]) -> Scores:
    """Predictions in groups of (confidence, faces, correct ones)."""
    confidence = np.concatenate([np.full(n, p) for p, n, _ in groups])
    correct = np.concatenate([np.arange(n) < k for _, n, k in groups])
    faces = np.arange(len(confidence))
    probabilities = np.repeat(((1 - confidence) / 2)[:, None], 3, axis=1)
    probabilities[faces, np.where(correct, 0, 1)] = confidence
    return Scores(faces, np.zeros(len(faces), dtype=np.int64), probabilities.astype(np.float32))


def test_the_calibration_error_is_the_mean_gap_between_confidence_and_accuracy():
    # Ten bins of ten: confidence 60 % and 3 of 10 correct, confidence 90 % and 9 of 10 correct.
    scores = predictions(*[(0.6, 10, 3)] * 5, *[(0.9, 10, 9)] * 5)
    study = dataclasses.replace(make_study(3), best_run=RunEvidence(scores=scores))
    figure = calibration.build(study)
    assert "mean confidence is 75.0\u00a0%, its accuracy 60.0\u00a0%" in figure.sentence
    assert "overconfident by 15.0\u00a0points" in figure.sentence
    assert "expected calibration error 15.0\u00a0points" in figure.sentence
    rows = read_csv(figure)
    assert [float(row["accuracy"]) for row in rows] == pytest.approx([0.3] * 5 + [0.9] * 5)
    assert [float(row["confidence"]) for row in rows] == pytest.approx([0.6] * 5 + [0.9] * 5)
    assert (float(rows[0]["low"]), float(rows[0]["high"])) == pytest.approx(wilson(3, 10))


def test_the_edf_steps_up_at_each_accuracy_by_one_over_their_number():
    studies = {}
    for name, accuracies in (("one", (0.7, 0.8, 0.75)), ("two", (0.6, 0.9))):
        study = make_study(len(accuracies), name, states=("COMPLETE",), baseline=None)
        for number, accuracy in enumerate(accuracies):
            study = with_trial(study, number, value=accuracy)
        studies[name] = study
    figure = edf.build(Comparison(studies))
    assert [tuple(row.values()) for row in read_csv(figure)] == [
        ("one", "0.7", "0.333333"),
        ("one", "0.75", "0.666667"),
        ("one", "0.8", "1.0"),
        ("two", "0.6", "0.5"),
        ("two", "0.9", "1.0"),
    ]
    assert figure.plots[0].traces[1]["x"] == [60, 60, 90, 90]
    assert figure.plots[0].traces[1]["y"] == [0, 50, 100, 100]
    assert (
        "75.00\u00a0% over 3\u00a0complete searched trials in one, "
        "75.00\u00a0% over 2\u00a0complete searched trials in two" in figure.sentence
    )


def test_progress_by_time_leaves_out_the_time_in_which_the_study_did_not_run():
    study = make_study(3, states=("COMPLETE",), baseline=None)

    def at(seconds):
        return BEGAN + datetime.timedelta(seconds=seconds)

    # Two trials at once for 60 s, an hour without the study, then one for 30 s.
    trials = ((0, 60, 0.7), (10, 40, 0.8), (3660, 3690, 0.9))
    for number, (begin, end, accuracy) in enumerate(trials):
        study = with_trial(study, number, began=at(begin), ended=at(end), value=accuracy)
    spans = ((0, 60), (3660, 3690))
    sessions = tuple(Session(str(begin), at(begin), at(end), 2, "") for begin, end in spans)
    study = with_snapshot(study, sessions=sessions)
    rows = [
        tuple(row.values()) for row in read_csv(progress_by_time.build(Comparison({"": study})))
    ]
    assert [(float(seconds), float(best)) for _, seconds, best in rows] == [
        (40, 0.8), (60, 0.8), (90, 0.9), (90, 0.9),
    ]  # fmt: skip


def test_a_page_of_one_study_alone_compares_nothing():
    assert compare_page([make_study(4)], []).answer == "Only one study"
