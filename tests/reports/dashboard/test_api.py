"""The API's values: one importance, and attributes as readable lines."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from made_races import raced
from made_snapshots import definition, race_run, random_trials, record, snapshot
from stored_studies import store

from reports.dashboard import figures
from reports.dashboard.publish import Publisher
from reports.data.study_data import StudyData
from search.results.importance import importances
from search.results.snapshot import read_snapshot
from search.results.trials import State
from search.storage.study import open_study

BEGUN = Path(__file__).parents[2] / "search" / "data" / "begun"


def values(client, path: str) -> dict:
    answer = client.get(path)
    assert answer.status == 200
    return json.loads(answer.body)


def lines(attributes: list[dict]) -> dict[str, str]:
    return {attribute["key"]: attribute["value"] for attribute in attributes}


@pytest.fixture
def made(study):
    """A study of 40 trials in the storage that the client shows."""
    store(StudyData(snapshot(*random_trials(40))), study.opened.shown)
    return open_study(study.opened, "made")


@pytest.fixture
def detail(client, made):
    return lambda: values(client, f"/api/studies/{made._study_id}")


def test_the_librarys_importance_is_the_notes_and_the_reports(client, made):
    path = f"/api/studies/{made._study_id}/param_importances"
    (rows,) = values(client, path)["param_importances"]
    expected = importances(read_snapshot(made))
    assert [(row["name"], row["importance"]) for row in rows] == [
        (row.name, row.share) for row in expected
    ]
    assert {row["distribution"] for row in rows} == {"FloatDistribution"}


def test_few_trials_have_no_importance_and_no_warning(client, study):
    path = f"/api/studies/{study._study_id}/param_importances"
    assert values(client, path) == {"param_importances": [[]]}


def test_a_study_is_described_in_few_lines_without_json(client, made, detail):
    shown = lines(detail()["user_attrs"])
    assert shown["search space"].startswith(
        "dropout 0 to 0.5; learning_rate 0.0001 to 0.1 on a log"
    )
    assert shown["recipe"] == "as published, but epochs 10"
    assert shown["faces"] == "faces.zip: 1,500 angry, 2,700 happy, 1,800 neutral"
    assert len(shown) <= 5, "a page of the table"
    assert not any("{" in line for line in shown.values())
    summaries = values(client, "/api/studies")["study_summaries"]
    (summary,) = (each for each in summaries if each["study_name"] == "made")
    assert lines(summary["user_attrs"]) == shown


def test_a_trial_is_described_in_few_lines_without_json(detail):
    body = detail()
    for trial in (*body["trials"], *body["best_trials"]):
        shown = lines(trial["user_attrs"])
        assert list(shown) == ["role", "recipe", "seconds", "machine"]
        assert not any("{" in line for line in shown.values())
    assert {"key": "seconds", "sortable": True} in body["union_user_attrs"]
    assert {column["key"] for column in body["union_user_attrs"]} == set(shown)


def test_accuracies_are_shown_without_the_noise_of_single_precision(detail):
    for trial in detail()["trials"]:
        shown = trial["values"] + [step["value"] for step in trial["intermediate_values"]]
        assert shown
        assert all(len(str(accuracy)) <= len("0.123456") for accuracy in shown)


def test_a_running_trial_has_no_value(client, study):
    store(StudyData(snapshot(record(0, [0.5], State.RUNNING))), study.opened.shown)
    made = open_study(study.opened, "made")
    (trial,) = values(client, f"/api/studies/{made._study_id}")["trials"]
    assert "values" not in trial
    assert trial["intermediate_values"] == [{"step": 1, "value": 0.5}]


def test_a_race_run_is_no_best_trial_and_has_no_value_that_a_chart_could_draw(client, study):
    searched = snapshot(*random_trials(20))
    runs = race_run(20, 3, [0.5, 0.97]), race_run(21, 0, [0.5, 0.96])
    store(StudyData(snapshot(*searched.trials, *runs)), study.opened.shown)
    made = open_study(study.opened, "made")
    body = values(client, f"/api/studies/{made._study_id}")
    assert [trial["number"] for trial in body["best_trials"]] == [searched.best.number]
    by_number = {trial["number"]: trial for trial in body["trials"]}
    assert by_number[19]["values"]
    assert "values" not in by_number[20]
    assert by_number[20]["intermediate_values"]
    shown = lines(by_number[20]["user_attrs"])
    assert shown["role"] == "race run of trial 3"
    assert shown["accuracy"] == "97.00\u00a0%"
    assert lines(by_number[21]["user_attrs"])["role"] == "race run of the baseline"


def test_the_winner_of_a_race_is_the_best_with_the_mean_of_the_race(client, study):
    raced_study = raced()
    store(raced_study, study.opened.shown)
    made = open_study(study.opened, "made")
    body = values(client, f"/api/studies/{made._study_id}")
    (best,) = body["best_trials"]
    assert (best["number"], best["values"]) == (2, [0.8108])
    assert body["trials"][2]["values"] == [0.823], "what the screen reported"


def test_a_recipe_with_several_runs_has_the_outcome_of_all_of_them(client, study):
    firsts = record(0, 0.7), record(1, 0.9), dataclasses.replace(record(2, 0.8), stopped="why")
    repeats = [
        race_run(3 + group, group, accuracy, role="repeat", pair=1)
        for group, accuracy in enumerate((0.72, 0.60))
    ]
    two = definition(objective={"folds": 2})
    store(StudyData(snapshot(*firsts, *repeats, definition=two)), study.opened.shown)
    made = open_study(study.opened, "made")
    body = values(client, f"/api/studies/{made._study_id}")
    shown = [(trial["state"], trial.get("values")) for trial in body["trials"]]
    assert shown == [
        ("Complete", [0.71]), ("Complete", [0.75]), ("Pruned", [0.8]), ("Complete", None),
        ("Complete", None),
    ]  # fmt: skip
    assert [trial["number"] for trial in body["best_trials"]] == [1]


def test_attributes_of_other_programs_stay(client, made, detail):
    made._storage.set_study_user_attr(made._study_id, "mine", {"a": 1})
    body = detail()
    assert lines(body["user_attrs"])["mine"] == '{"a": 1}'


def test_a_study_of_another_program_stays_as_it_is(client, study):
    other = study._storage.create_new_study([study.direction], "another's")
    study._storage.set_study_user_attr(other, "definition", {"not": "ours"})
    assert lines(values(client, f"/api/studies/{other}")["user_attrs"]) == {
        "definition": '{"not": "ours"}'
    }
    assert client.get(f"/api/studies/{other}/param_importances").status == 200


def test_figures_stand_in_one_order(made, detail):
    Publisher(made).publish()
    shown = [figure["id"] for figure in detail()["plotly_graph_objects"]]
    assert shown == [figures.CURVES, figures.IMPORTANCE, figures.SECONDS]


def test_a_study_that_an_earlier_version_began_is_shown_and_not_changed(serve, opened, tmp_path):
    path = tmp_path / "begun.db"
    shutil.copy(BEGUN / "studies.db", path)
    storage = opened(str(path), create=False)
    study = open_study(storage, "begun")
    before = study.everything(), study.user_attrs
    client = serve(storage=storage)
    body = values(client, f"/api/studies/{study._study_id}")
    assert len(body["trials"]) == len(study.everything())
    shown = lines(body["trials"][1]["user_attrs"])
    assert shown["recipe"].startswith("as published, but ")
    assert "attempts" not in shown
    assert (study.everything(), study.user_attrs) == before
