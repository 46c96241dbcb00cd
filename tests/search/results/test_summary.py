"""What a study leaves behind, and what it shows."""

import csv
import io
import json

import pytest
from rich.console import Console
from rich.live import Live

from fer.errors import FerError
from fer.recipe import load_recipe
from search.results import summary
from search.results.summary import (
    best_recipe,
    refresh_results,
    summarise,
    trials_csv,
    write_results,
)
from search.results.terminal import LiveView, best_five, line, screen
from search.storage.sessions import begin_session
from search.storage.study import check_data


@pytest.fixture
def study(open_cheap, run_serially, cheap, monkeypatch):
    monkeypatch.setenv("CHEAP_FAIL", '{"2": "raise"}')
    study = open_cheap()
    begin_session(study, 2, "fer search run cheap --data somewhere/tiny.zip")
    check_data(study, "tiny.zip", cheap.tiny_faces("", "train", ("angry", "happy", "neutral")))
    run_serially(study)
    return study


def text(renderable) -> str:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(renderable)
    return console.export_text()


def test_the_summary_tells_the_whole_study(study):
    summary = json.loads(json.dumps(summarise(study)))
    trials = study.everything()
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
    best = summarise(study)["best"]["trial"]
    assert study.everything()[best].state.name == "COMPLETE"


def test_the_best_recipe_is_ready_for_training(study, tmp_path):
    write_results(study, tmp_path)
    recipe = load_recipe(str(tmp_path / "best.toml"))
    assert recipe == best_recipe(study)
    assert recipe.model_dump(mode="json") == summarise(study)["best"]["recipe"]


def test_trials_csv_has_a_row_a_trial(study):
    rows = list(csv.DictReader(io.StringIO(trials_csv(study))))
    assert [row["trial"] for row in rows] == [str(number) for number in range(8)]
    assert rows[0]["role"] == "baseline"
    assert rows[0]["dropout"] == ""
    assert rows[2]["state"] == "fail"
    assert rows[2]["reason"] == "RuntimeError: this trial"
    assert float(rows[3]["learning_rate"]) == study.everything()[3].params["learning_rate"]


def test_a_study_without_a_complete_trial_has_no_best_one(open_cheap):
    study = open_cheap()
    with pytest.raises(FerError, match="no trial has run to its end"):
        best_recipe(study)
    assert summarise(study)["best"] is None
    assert "no trial yet" in text(screen(study))
    assert text(best_five(study))


def test_the_table_shows_the_best_five_against_the_baseline(study):
    shown = text(best_five(study))
    assert "the baseline, cut to 5 epochs" in shown
    best = summarise(study)["best"]
    baseline = summarise(study)["baseline"]
    gain = 100 * (best["validation_accuracy"] - baseline["validation_accuracy"])
    assert f"{100 * best['validation_accuracy']:.2f} %" in shown
    assert f"{gain:+.2f}" in shown


@pytest.mark.parametrize("terminal", [True, False])
def test_the_live_view_shows_what_changed(study, terminal):
    file = io.StringIO()
    console = Console(width=120, file=file, force_terminal=terminal)
    view = LiveView(study, console)
    if terminal:
        with Live(console=console, auto_refresh=False) as view.live:
            view()
    else:
        view()
    assert "1 failed" in file.getvalue()
    shown = file.getvalue()
    view()
    assert file.getvalue() == shown, "not drawn again at once"


def test_the_state_fits_one_screen_and_one_line(study):
    shown = text(screen(study))
    assert "1 failed" in shown
    assert "the budget of 8 trials is spent" in shown
    assert len(shown.splitlines()) < 24
    assert "\n" not in line(study)
    assert "1 failed" in line(study)
