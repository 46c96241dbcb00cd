"""Artifacts of trials: attached before they end, and never at the cost of a trial."""

import logging

import numpy as np
import pytest
from optuna.artifacts import get_all_artifact_meta
from optuna.trial import TrialState

from fer.scores import Scores, write_scores
from reports.dashboard import artifacts

ALL = ["confusion.png", "history.csv", "mistakes.png", "model.safetensors", "recipe.toml"]


@pytest.fixture
def scored(cheap):
    """A trainer that leaves what a real run does; its accuracies are given."""

    class Scored(cheap.CheapTrainer):
        def __init__(self, accuracies):
            super().__init__(1)
            self.accuracies = iter(accuracies)

        def train(self, recipe, faces, run, on_epoch, on_step):
            accuracy = next(self.accuracies)
            history = tuple(cheap.CheapEpoch(i + 1, accuracy) for i in range(recipe.epochs))
            (run / "recipe.toml").write_text(recipe.to_toml())
            for epoch in history:
                on_epoch(epoch)
            (run / "model.safetensors").write_bytes(b"weights")
            (run / "history.csv").write_text("number\n1\n")
            probabilities = np.full((4, 3), 0.2, np.float32)
            probabilities[:, 0] = 0.6
            write_scores(
                run / "validation.npz", Scores(np.arange(4), np.array([0, 1, 2, 0]), probabilities)
            )
            return history

    return Scored


def attached(study) -> list[list[str]]:
    return [
        sorted(meta.filename for meta in get_all_artifact_meta(trial, storage=study._storage))
        for trial in study.everything()
    ]


def test_a_finished_trial_has_all_artifacts_and_a_pruned_one_its_recipe(
    study, run_serially, scored
):
    trials = run_serially(study, scored([0.8, 0.5, 0.7, 0.6, 0.75, 0.4, 0.4, 0.76]))
    states = [trial.state for trial in trials]
    assert states.count(TrialState.COMPLETE) > 2
    assert TrialState.PRUNED in states
    expected = [ALL if state == TrialState.COMPLETE else ["recipe.toml"] for state in states]
    assert attached(study) == expected
    folder = artifacts.artifact_folder(study.opened)
    assert len(list(folder.iterdir())) == sum(map(len, expected))


def test_a_trial_that_is_resumed_attaches_nothing_twice(study, run_serially, scored, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(study), "tell", killed)
    with pytest.raises(KeyboardInterrupt):
        run_serially(study, scored([0.8]))
    monkeypatch.undo()
    run_serially(study, scored([0.8] * 8), session="another")
    assert attached(study)[0] == ALL


def test_an_artifact_that_cannot_be_attached_costs_no_trial(
    study, run_serially, scored, monkeypatch, caplog
):
    def fails(**_):
        raise OSError("disk full")

    monkeypatch.setattr(artifacts, "upload_artifact", fails)
    with caplog.at_level(logging.WARNING):
        trials = run_serially(study, scored([0.8] * 8))
    assert {trial.state for trial in trials} <= {TrialState.COMPLETE, TrialState.PRUNED}
    assert len(caplog.records) == 1


def test_scores_that_are_broken_cost_no_trial(study, run_serially, scored, monkeypatch):
    def broken(path, _scores):
        path.write_bytes(b"PK nothing")

    monkeypatch.setattr(f"{__name__}.write_scores", broken)
    trials = run_serially(study, scored([0.8] * 8))
    assert {trial.state for trial in trials} <= {TrialState.COMPLETE, TrialState.PRUNED}
