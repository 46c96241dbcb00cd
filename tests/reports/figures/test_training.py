"""Loss, accuracy and learning rate of each run."""

import base64
import dataclasses

import numpy as np
import pytest
from made_attempts import history_of
from made_snapshots import random_trials, record, snapshot

from reports.data.study_data import StudyData
from reports.figures.study import training
from search.results.histories import Histories
from search.results.trials import State

BASELINE = record(0, [0.5, 0.6, 0.7])
BEST = record(1, [0.4, 0.7, 0.8])
PRUNED = record(2, [0.3], State.PRUNED)


def study_of(*trials, problems=None) -> StudyData:
    problems = problems or {}
    known = {t.number: history_of(t) for t in trials if t.accuracies and t.number not in problems}
    return StudyData(snapshot(*trials), histories=Histories(known, problems))


def values(packed) -> list[float]:
    kind = {"f4": np.float32, "u1": np.uint8}[packed["dtype"]]
    return np.frombuffer(base64.b64decode(packed["bdata"]), kind).tolist()


def test_each_run_has_its_losses_accuracies_and_learning_rate():
    figure = training.build(study_of(BASELINE, BEST, PRUNED))
    of_best = [t for t in figure.plots[0].traces if t["legendgroup"] == "best: trial 1"]
    drawn = {(t["yaxis"], t["line"]["dash"]): values(t["y"]) for t in of_best}
    epochs = history_of(BEST)
    assert drawn[("y", "dot")] == pytest.approx([e.train_loss for e in epochs])
    assert drawn[("y", "solid")] == pytest.approx([e.validation_loss for e in epochs])
    assert drawn[("y2", "dot")] == pytest.approx([45, 75, 85])
    assert drawn[("y2", "solid")] == pytest.approx([40, 70, 80])
    assert drawn[("y3", "solid")] == pytest.approx([0.001] * 3)
    assert [values(t["x"]) for t in of_best] == [[1, 2, 3]] * 5
    shown = [t["legendgroup"] for t in figure.plots[0].traces if t["showlegend"]]
    assert shown == ["pruned", "baseline", "best: trial 1"], "once each, the best on top"


def test_the_sentence_says_where_the_validation_loss_was_lowest():
    sentence = training.build(study_of(BASELINE, BEST)).sentence.replace("\u00a0", " ")
    assert sentence.startswith(
        "The best trial ended with accuracy 85.00 % in training and 80.00 % in validation, and a "
        "loss of 0.333 in training and 0.330 in validation, which was its lowest. The baseline "
    )
    risen = [dataclasses.replace(e, validation_loss=0.1 * e.number) for e in history_of(BEST)]
    study = dataclasses.replace(study_of(BEST), histories=Histories({1: tuple(risen)}))
    assert "which was lowest, 0.100, at epoch 1 of 3." in training.build(study).sentence


def test_a_run_is_chosen_from_a_list_beside_the_best_and_the_baseline():
    figure = training.build(study_of(BASELINE, BEST, PRUNED, record(3, [0.2, 0.3, 0.4])))
    (menu,) = figure.plots[0].layout["updatemenus"]
    labels = [button["label"] for button in menu["buttons"]]
    assert labels == ["all runs", "best and baseline", "trial 2, pruned", "trial 3, complete"]
    groups = [trace["legendgroup"] for trace in figure.plots[0].traces]

    def chosen(label):
        (changed,) = menu["buttons"][labels.index(label)]["args"]
        visible = changed["visible"]
        assert min(changed["line.width"]) == (1 if label == "all runs" else 2)
        return {group for group, seen in zip(groups, visible, strict=True) if seen}

    assert chosen("all runs") == {"best: trial 1", "baseline", "pruned", "complete"}
    assert chosen("best and baseline") == {"best: trial 1", "baseline"}
    assert chosen("trial 2, pruned") == {"best: trial 1", "baseline", "pruned"}


def test_what_is_missing_is_said_with_its_reason():
    problems = {2: "the run folder is not here", 3: "the run folder is not here"}
    study = study_of(BASELINE, BEST, PRUNED, record(3, [0.2]), problems=problems)
    sentence = training.build(study).sentence.replace("\u00a0", " ")
    assert "Not drawn: 2 trials (the run folder is not here) of 4 trials with an epoch." in sentence
    nothing = study_of(BASELINE, problems={0: "the run folder is not here"})
    figure = training.build(nothing)
    assert not figure.plots
    assert "1\u00a0trial (the run folder is not here)" in figure.sentence
    assert "--runs" in figure.sentence
    assert training.build(study_of()).sentence == "No trial has finished an epoch."


def test_of_many_runs_the_best_are_drawn_and_that_is_said():
    trials = random_trials(300, epochs=30)
    study = study_of(*trials)
    figure = training.build(study)
    drawn = list(dict.fromkeys(row[0] for row in figure.data.rows))
    assert len(drawn) == training.MOST_RUNS
    best = [trial.number for trial in study.snapshot.complete[: training.MOST_RUNS - 1]]
    assert set(drawn) == {0, *best}
    assert "40 of 300 runs are drawn: the complete ones with the highest" in figure.sentence


def test_a_loss_that_diverged_does_not_flatten_the_others():
    epochs = history_of(PRUNED)
    diverged = (dataclasses.replace(epochs[0], train_loss=1e6),)
    study = study_of(BASELINE, BEST, PRUNED)
    by_trial = {**study.histories.by_trial, 2: diverged}
    figure = training.build(dataclasses.replace(study, histories=Histories(by_trial)))
    low, high = figure.plots[0].layout["yaxis"]["range"]
    assert low == 0
    assert high < 3


def test_a_run_without_held_out_faces_has_no_validation_curve():
    bare = tuple(
        dataclasses.replace(e, validation_loss=None, validation_accuracy=None)
        for e in history_of(BEST)
    )
    figure = training.build(dataclasses.replace(study_of(BEST), histories=Histories({1: bare})))
    assert [t["yaxis"] for t in figure.plots[0].traces] == ["y", "y2", "y3"]
    assert figure.sentence.startswith("The best trial ended with a training loss of 0.333 and")
