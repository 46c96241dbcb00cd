"""Histories of trials are read from their run folders, or it is said why not."""

import dataclasses
from pathlib import Path

import pytest
from made_attempts import history_of
from made_snapshots import record, snapshot

from fer.history import HISTORY, write_history
from search.results.histories import read_histories
from search.results.trials import State


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def in_folder(trial, runs: Path):
    """The trial, whose run folder is there."""
    write_history(runs / str(trial.number) / HISTORY, history_of(trial))
    return dataclasses.replace(trial, run=runs / str(trial.number))


def test_all_trials_with_an_epoch_are_read_unfinished_ones_too(runs):
    trials = [record(0, [0.5, 0.6]), record(1, [0.4], State.RUNNING), record(2, [], State.FAILED)]
    study = snapshot(*[in_folder(trial, runs) for trial in trials])
    histories = read_histories(study)
    assert histories.by_trial == {0: history_of(trials[0]), 1: history_of(trials[1])}
    assert not histories.problems


def test_run_folders_that_were_moved_are_read_where_they_are_now(runs, tmp_path):
    study = snapshot(in_folder(record(3, [0.5]), runs))
    runs.rename(tmp_path / "moved")
    assert read_histories(study).problems == {3: "the run folder is not here"}
    assert list(read_histories(study, tmp_path / "moved").by_trial) == [3]


def test_what_is_not_the_trials_is_not_read(runs):
    trials = [in_folder(record(number, [0.5]), runs) for number in (1, 2, 3)]
    trials[0] = dataclasses.replace(trials[0], accuracies={1: 0.7})
    (runs / "2" / HISTORY).write_text("number,train_loss\n1,much\n")
    (runs / "3" / HISTORY).unlink()
    histories = read_histories(snapshot(*trials))
    assert not histories.by_trial
    assert histories.problems == {
        1: "history.csv is of another run",
        2: "history.csv is damaged",
        3: "the run folder has no history.csv",
    }
