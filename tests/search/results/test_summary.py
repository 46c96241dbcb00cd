"""The results in a study's folder."""

import csv
import io
import json

import pytest
from made_confirmations import candidate, confirmation

from fer.errors import FerError
from fer.recipe import load_recipe
from search.confirmation.store import store
from search.results import summary
from search.results.best import not_confirmed
from search.results.snapshot import read_snapshot
from search.results.summary import (
    best_recipe,
    refresh_results,
    summarise,
    trials_csv,
    write_results,
)


def test_the_summary_tells_the_whole_study(study):
    summary = json.loads(json.dumps(summarise(read_snapshot(study))))
    trials = study.everything()
    assert next(iter(summary)) == "answer"
    assert summary["answer"]["line"] == (
        "Not confirmed: run `fer search confirm cheap --data tiny.zip`"
    )
    assert summary["answer"]["good"] is None
    assert summary["study"] == "cheap"
    assert summary["seed"] == 3
    assert summary["data"] == {
        "source": "tiny.zip",
        "source_hash": "0" * 64,
        "counts": {"angry": 4, "happy": 4, "neutral": 4},
    }
    assert summary["baseline"]["trial"] == 0
    assert summary["baseline"]["validation_accuracy"] == trials[0].value
    best = summary["best"]
    complete = [trial for trial in trials[1:] if trial.state.name == "COMPLETE"]
    assert best["validation_accuracy"] == max(trial.value for trial in complete)
    assert best["recipe"]["dropout"] == trials[best["trial"]].params["dropout"]
    assert sum(summary["trials"].values()) == 8
    assert summary["trials"]["failed"] == 1
    assert summary["epochs"]["full_budget"] == 5 + 7 * 4
    assert summary["epochs"]["run"] < summary["epochs"]["full_budget"]
    assert summary["command"] == "fer search run cheap --data tiny.zip", "without its folder"


def test_a_start_that_has_nothing_to_do_keeps_the_machine_and_versions_that_trained(
    study, tmp_path, monkeypatch
):
    write_results(study, tmp_path)
    before = json.loads((tmp_path / "summary.json").read_text())
    monkeypatch.setattr(summary, "version", lambda name: "of another day")
    monkeypatch.setattr(summary, "available_cores", lambda: 99)
    (tmp_path / "trials.csv").unlink()
    refresh_results(study, tmp_path)
    assert json.loads((tmp_path / "summary.json").read_text()) == before
    assert (tmp_path / "trials.csv").exists()
    (tmp_path / "summary.json").write_text(json.dumps(before | {"study": "another"}))
    refresh_results(study, tmp_path)
    assert json.loads((tmp_path / "summary.json").read_text())["machine"]["cores"] == 99


def test_pruned_and_failed_trials_never_win(study):
    best = summarise(read_snapshot(study))["best"]["trial"]
    assert study.everything()[best].state.name == "COMPLETE"


def test_the_best_recipe_is_ready_for_training(study, tmp_path):
    write_results(study, tmp_path)
    recipe = load_recipe(str(tmp_path / "best.toml"))
    assert recipe == best_recipe(study)
    assert recipe.model_dump(mode="json") == summarise(read_snapshot(study))["best"]["recipe"]


def test_the_confirmed_recipe_comes_before_the_best_trials(study, tmp_path):
    assert not_confirmed(read_snapshot(study)) == (
        "study cheap: not confirmed: fer search confirm cheap --data tiny.zip"
    )
    store(study, confirmation(choice=None))
    assert not_confirmed(read_snapshot(study)), "it has begun, and no recipe has won"
    made = confirmation()
    folds = tuple(run.model_copy(update={"n": 2}) for run in made.folds)  # of the 12 tiny faces
    store(study, made.model_copy(update={"folds": folds}))
    write_results(study, tmp_path)
    assert not_confirmed(read_snapshot(study)) == ""
    assert best_recipe(study).model_dump(mode="json") == candidate("trial-5").recipe
    assert load_recipe(str(tmp_path / "best.toml")) == best_recipe(study)


def test_trials_csv_has_a_row_a_trial(study):
    rows = list(csv.DictReader(io.StringIO(trials_csv(read_snapshot(study)))))
    assert [row["trial"] for row in rows] == [str(number) for number in range(8)]
    assert rows[0]["role"] == "baseline"
    assert rows[0]["dropout"] == ""
    assert rows[2]["state"] == "fail"
    assert rows[2]["reason"] == "RuntimeError: this trial"
    pruned = next(row for row in rows if row["state"] == "pruned")
    reported = study.everything()[int(pruned["trial"])].intermediate_values
    assert pruned["epochs"] == str(len(reported)) != pruned["epochs_planned"] == "4"
    assert float(pruned["last_accuracy"]) == reported[len(reported)]
    assert float(pruned["validation_accuracy"]) == reported[len(reported)]
    assert float(rows[3]["learning_rate"]) == study.everything()[3].params["learning_rate"]


def test_a_study_without_a_complete_trial_has_no_best_one(open_cheap):
    study = open_cheap()
    with pytest.raises(FerError, match="no trial has run to its end"):
        best_recipe(study)
    assert summarise(read_snapshot(study))["best"] is None
