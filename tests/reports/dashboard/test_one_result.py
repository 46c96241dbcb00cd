"""Terminal, note, dashboard and report show one verdict and one importance."""

import io
import json

import pytest
from made_scores import make_scores
from made_snapshots import random_trials, record, snapshot
from rich.console import Console

from fer.formatting import points, signed
from fer.markdown import escape
from fer.scores import VALIDATION, write_scores
from reports.dashboard import figures
from reports.dashboard.study_note import study_note
from reports.data.study_data import StudyData
from reports.figures.study import importance as report_importance
from reports.pages.compare import compare_page
from reports.pages.study import study_page
from search.execution.budget import Ending
from search.results.accuracy import MeasuredAccuracy, compare
from search.results.evidence import RunEvidence, read_evidence
from search.results.importance import importances
from search.results.terminal import screen
from search.results.verdict import read_verdict


def words(text: str) -> str:
    return " ".join(text.split())


def on_terminal(study) -> str:
    console = Console(width=100, file=io.StringIO(), record=True)
    console.print(screen(study))
    return console.export_text()


@pytest.mark.parametrize("with_predictions", [True, False])
def test_terminal_note_and_report_give_the_same_verdict(tmp_path, with_predictions):
    trials = []
    for number, accuracy in ((0, 0.75), (1, 0.85), (2, 0.8)):
        run = tmp_path / str(number)
        run.mkdir()
        if with_predictions:
            write_scores(run / VALIDATION, make_scores(accuracy, number))
        trials.append(record(number, accuracy, run=run))
    study = snapshot(*trials)
    evidence = read_evidence(study)
    data = StudyData(study, best_run=evidence.best, baseline_run=evidence.baseline)
    verdict = read_verdict(study)
    assert verdict.gain.paired == with_predictions
    assert ("McNemar" in verdict.sentence) == with_predictions
    assert words(verdict.sentence) in words(on_terminal(study))
    assert escape(verdict.sentence) in study_note(data)
    page = study_page(data)
    assert page.verdict[:-1] == verdict.sentences, "the last one is that it is not confirmed"
    assert page.answer == verdict.answer


def test_note_dashboard_and_report_give_the_same_importance_of_260_trials():
    study = snapshot(*random_trials(260))
    data = StudyData(study)
    rows = importances(study)
    (plot,) = report_importance.build(data).plots
    (bars,) = json.loads(figures.importance(data))["data"]
    assert bars["y"] == list(plot.traces[0]["y"]) == [row.name for row in rows[::-1]]
    assert bars["x"] == plot.traces[0]["x"] == [round(100 * row.share, 1) for row in rows[::-1]]
    assert bars["error_x"]["array"] == plot.traces[0]["error_x"]["array"]
    shares = ", ".join(f"{escape(row.name)} {100 * row.share:.0f}\u00a0%" for row in rows[:3])
    assert f"| **Importance** | {shares} |" in study_note(data)


def test_the_comparison_of_studies_uses_the_same_statistics():
    names, accuracies = ("one", "other"), (0.85, 0.75)
    studies = [
        StudyData(
            snapshot(record(1, accuracy), name=name, ending=Ending("the budget is spent")),
            best_run=RunEvidence(scores=make_scores(accuracy, seed)),
        )
        for seed, (name, accuracy) in enumerate(zip(names, accuracies, strict=True))
    ]
    measured = [MeasuredAccuracy(accuracy, 600) for accuracy in accuracies]
    predictions = studies[0].best_run.scores, studies[1].best_run.scores
    expected = compare(*names, *measured, predictions)
    assert expected.gain.paired
    shown = " ".join(compare_page(studies, []).verdict)
    assert f"{signed(100 * expected.gain.low)} to {points(expected.gain.high, 1)}" in shown
