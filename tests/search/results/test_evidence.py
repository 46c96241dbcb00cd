"""What a verdict rests on: the predictions in run folders, if they are the trials' own."""

import dataclasses
import json

import pytest
from made_scores import make_scores
from made_snapshots import record, snapshot

from fer.scores import VALIDATION, write_scores
from search.results.evidence import read_evidence
from search.results.verdict import read_verdict


def with_runs(folder, **metrics):
    """A baseline and a trial whose run folders are there."""
    trials = []
    for number, accuracy in ((0, 0.75), (1, 0.85)):
        run = folder / str(number)
        run.mkdir()
        write_scores(run / VALIDATION, make_scores(accuracy, number))
        (run / "metrics.json").write_text(json.dumps(metrics))
        trials.append(record(number, accuracy, run=run))
    return snapshot(*trials)


def test_predictions_in_the_run_folders_make_the_verdict_paired(tmp_path):
    study = with_runs(tmp_path)
    assert read_evidence(study).held_out == 600
    assert read_verdict(study).comparison.gain.paired


def test_moved_run_folders_are_read_where_they_are_now(tmp_path):
    study = with_runs(tmp_path)
    away = [dataclasses.replace(t, run=tmp_path / "gone" / str(t.number)) for t in study.trials]
    moved = dataclasses.replace(study, trials=tuple(away))
    assert "is not here" in read_evidence(moved).best.problem
    assert read_evidence(moved, tmp_path).best.scores is not None


def test_without_predictions_the_number_of_faces_is_the_runs_own(tmp_path):
    study = with_runs(tmp_path, faces={"train": 2400, "validation": 612})
    for number in "01":
        (tmp_path / number / VALIDATION).unlink()
    recorded = read_evidence(study)
    assert recorded.held_out == 612
    assert "kept no predictions" in recorded.best.problem
    assert not read_verdict(study).comparison.gain.paired


def test_predictions_of_another_run_are_not_used(tmp_path):
    study = with_runs(tmp_path)
    write_scores(tmp_path / "1" / VALIDATION, make_scores(0.5))
    best = read_evidence(study).best
    assert best.scores is None
    assert "another run" in best.problem


def test_predictions_that_cannot_be_read_are_a_problem_and_no_error(tmp_path):
    study = with_runs(tmp_path)
    (tmp_path / "1" / VALIDATION).write_bytes(b"PK nothing")
    (tmp_path / "1" / "metrics.json").write_text("[")
    best = read_evidence(study).best
    assert best.damaged
    assert best.metrics == {}


@pytest.mark.parametrize("content", ["", "[1]", "{", "[" * 100_000])
def test_damaged_metrics_are_named_and_nothing_of_the_run_is_used(tmp_path, content):
    study = with_runs(tmp_path)
    (tmp_path / "1" / "metrics.json").write_text(content)
    best = read_evidence(study).best
    assert best.damaged
    assert f"{tmp_path / '1' / 'metrics.json'}: damaged: expected the metrics" in best.problem
    assert best.scores is None


def test_a_study_without_runs_has_the_splits_share_of_faces():
    assert read_evidence(snapshot(record(0, 0.7))).held_out == 600
