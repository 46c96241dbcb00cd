"""What the dashboard shows of a study: notes, figures and artifacts, which never harm a trial."""

import json
import logging

import numpy as np
import optuna
import plotly.graph_objects as go
import pytest
import sqlalchemy
from colours import contrast
from optuna.artifacts import get_all_artifact_meta
from optuna.trial import TrialState
from optuna_dashboard import get_note
from optuna_dashboard._custom_plot_data import get_plotly_graph_objects

from fer.scores import Scores, write_scores
from reports.dashboard import artifacts, figures, notes
from reports.dashboard import log_once as failsafe
from reports.dashboard.attribute_batch import Draft
from reports.dashboard.publish import Publisher
from search.results import published
from search.results.importance import ranked
from search.storage.sessions import begin_session


@pytest.fixture(params=["studies.db", "studies.journal"])
def study(open_cheap, request):
    return open_cheap(storage=request.param)


@pytest.fixture
def finished(study, run_serially, monkeypatch):
    """A study in which a trial failed, for a reason that would be a script."""
    monkeypatch.setenv("CHEAP_FAIL", '{"4": "raise"}')
    begin_session(study, 2, "fer search run cheap ```<script>")
    study.set_user_attr(
        "data", {"source": "faces.npz", "source_hash": "0", "counts": {"angry": 900, "happy": 700}}
    )
    run_serially(study)
    Publisher(study).publish()
    return study


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch):
    monkeypatch.setattr(failsafe, "_said", set())


def note_of(study, number: int) -> str:
    return get_note(optuna.Trial(study, study.everything()[number]._trial_id))


def figures_of(study) -> dict[str, dict]:
    stored = get_plotly_graph_objects(study._storage.get_study_system_attrs(study._study_id))
    return {name: json.loads(figure) for name, figure in stored.items()}


def many_trials(count: int, epochs: int):
    """Trials made by hand: the first the baseline, a third complete, the rest pruned."""
    space = {
        "dropout": optuna.distributions.FloatDistribution(0, 1),
        "learning_rate": optuna.distributions.FloatDistribution(1e-4, 1e-1, log=True),
    }
    draw, made = np.random.default_rng(0), []
    for number in range(count):
        done = number % 3 == 0
        length = epochs if done else 1 + number % (epochs - 1)
        curve = (0.8 * (1 - 0.9 ** np.arange(1, length + 1)) + draw.normal(0, 0.01, length)).clip(0)
        trial = optuna.trial.create_trial(
            state=TrialState.COMPLETE if done else TrialState.PRUNED,
            value=float(curve[-1]),
            params={"dropout": draw.uniform(), "learning_rate": 10 ** draw.uniform(-4, -1)},
            distributions=space,
            intermediate_values={i + 1: float(v) for i, v in enumerate(curve)},
            user_attrs={"role": "search" if number else "baseline"},
        )
        trial.number = number
        made.append(trial)
    return made


def test_the_studys_note_says_what_it_is_for_and_how_it_stands(finished):
    note = get_note(finished)
    best = notes.best_trial(finished.everything())
    assert f"Trial {best.number} leads with {100 * best.values[0]:.2f} %" in note
    assert "n = 160" in note
    assert "the budget of 8 trials is spent" in note
    for row in ("Target", "Baseline", "Budget", "Trials", "Faces", "Machine"):
        assert f"**{row}**" in note
    assert "trial 0, the published recipe, cut to 5 epochs" in note
    assert "8 of 8 trials" in note
    assert "2 workers" in note
    assert "````\nfer search run cheap ```<script>\n````" in note


def test_a_gain_is_judged_by_the_interval_of_the_difference_as_in_the_report(open_cheap):
    study = open_cheap()
    study.set_user_attr("data", {"counts": {"angry": 3995, "happy": 7215, "neutral": 4980}})
    assert notes.held_out_count(study) == 1619
    trials = many_trials(4, 5)
    for trial, accuracy in zip(trials, (0.7888, 0.7, 0.7, 0.8172), strict=True):
        trial.values = [accuracy]
    said = notes.verdict(study, trials)
    assert "2.84 points above" in said
    assert "by the two accuracies alone, more than chance explains" in said
    trials[3].values = [0.7988]
    assert "which chance alone could give" in notes.verdict(study, trials)


def test_before_anything_has_run_the_note_says_so(study):
    Publisher(study).publish()
    assert "No trial of the space has run to its end yet" in get_note(study)
    assert figures_of(study) == {}


def test_every_trial_that_ended_has_a_paragraph(finished):
    for trial in finished.everything():
        note = note_of(finished, trial.number)
        assert len(note.splitlines()) == 1
        if trial.number and trial.state != TrialState.FAIL:
            assert note.startswith(f"Trial {trial.number} tried ")
            assert "the baseline had" in note
    assert note_of(finished, 0).startswith("The baseline: the published recipe")
    assert "It failed: RuntimeError: this trial." in note_of(finished, 4)


def test_a_pruned_trials_note_says_why(open_cheap, run_serially, cheap):
    class Worse(cheap.CheapTrainer):
        def train(self, recipe, faces, run, on_epoch, on_step):
            values = [0.9 - int(run.name) / 100] * recipe.epochs
            history = [cheap.CheapEpoch(i + 1, value) for i, value in enumerate(values)]
            for epoch in history:
                on_epoch(epoch)
            return tuple(history)

    study = open_cheap()
    trials = run_serially(study, Worse(1))
    Publisher(study).publish()
    pruned = [trial for trial in trials if trial.state == TrialState.PRUNED]
    assert pruned
    note = note_of(study, pruned[-1].number)
    assert f"pruned at epoch 1, where it was number {pruned[-1].number} of the" in note
    assert "median pruner stops what is below the median" in note


def test_a_note_that_ended_before_the_baseline_is_completed_later(study, run_serially):
    study._storage.create_new_trial(study._study_id)  # a search trial comes first, for once
    publisher = Publisher(study)
    trial = study.ask({"dropout": optuna.distributions.FloatDistribution(0, 1)})
    trial.report(0.5, 1)
    study.tell(trial, 0.5)
    publisher.publish()
    assert notes.NO_BASELINE in note_of(study, trial.number)
    run_serially(study)
    publisher.publish()
    assert "the baseline had" in note_of(study, trial.number)


def test_what_a_person_wrote_is_kept(finished):
    draft = Draft(finished)
    draft.write_note(get_note(finished) + "\n\nMy own thoughts.")
    draft.write_trial_note(finished.everything()[1]._trial_id, "Mine.")
    draft.store()
    Publisher(finished).publish()
    assert get_note(finished).endswith("My own thoughts.")
    assert "leads with" in get_note(finished)
    assert note_of(finished, 1) == "Mine."


def test_a_note_without_the_line_is_a_persons_and_is_kept(finished):
    draft = Draft(finished)
    draft.write_note("Mine alone.")
    draft.store()
    for _ in range(2):
        Publisher(finished).publish()
    assert get_note(finished).endswith(f"{notes.YOURS}\n\nMine alone.")
    assert get_note(finished).count("leads with") == 1


def test_the_published_result_is_set_against_its_own_faces_alone(finished):
    assert "published: " not in get_note(finished)
    data = {"source": "fer2013.zip", "source_hash": "0", "counts": published.COUNTS}
    finished.set_user_attr("data", data)
    Publisher(finished).publish()
    assert "published: 81.11 % there, 82.24 % on test faces" in get_note(finished)


def test_names_in_the_importance_are_text_and_stay_apart():
    trials = many_trials(60, 5)
    longest = "a name that is longer than its place on the page, "
    names = {"dropout": f"<b>{longest}</b>1", "learning_rate": f"<b>{longest}</b>2"}
    for trial in trials:
        trial.params = {names[name]: value for name, value in trial.params.items()}
        trial.distributions = {names[name]: d for name, d in trial.distributions.items()}
    (bars,) = json.loads(figures.importances(trials, 0))["data"]
    assert len(set(bars["y"])) == 2
    assert all(name.startswith("&lt;b&gt;a name") for name in bars["y"])


def test_states_differ_in_dash_and_colours_stand_out_on_white_and_on_black():
    trials = many_trials(9, 10)
    trials[1].state, trials[2].state = TrialState.FAIL, TrialState.RUNNING
    lines = [line["line"] for line in json.loads(figures.curves(trials))["data"] if "line" in line]
    assert {line.get("dash", "solid") for line in lines} == {
        "solid", "dash", "dot", "dashdot", "longdash",
    }  # fmt: skip
    for colour in (figures.BLUE, figures.SKY, figures.ORANGE, figures.GREEN, figures.RED,
                   figures.GREY):  # fmt: skip
        assert min(contrast(colour, "#ffffff"), contrast(colour, "#121212")) >= 3, colour


def test_an_update_without_news_writes_nothing(finished):
    before = finished._storage.get_study_system_attrs(finished._study_id)
    Publisher(finished).publish()
    after = finished._storage.get_study_system_attrs(finished._study_id)
    # The note tells the time that was used; no session beats here, so it stands still.
    assert after == before


def test_an_update_is_one_transaction(open_cheap, run_serially):
    study = open_cheap(storage="studies.db")
    run_serially(study)
    commits = []
    engine = study._storage._backend.engine
    sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *a: commits.append(a[2]))
    Publisher(study).publish()
    begun = [text for text in commits if text.startswith("BEGIN")]
    writing = [text for text in commits if text.startswith(("INSERT", "UPDATE"))]
    assert writing
    first = next(i for i, text in enumerate(commits) if text.startswith(("INSERT", "UPDATE")))
    assert not any(text.startswith("BEGIN") for text in commits[first:]), begun


def test_the_figures_have_fixed_ids_and_are_plotlys(finished):
    drawn = figures_of(finished)
    assert set(drawn) == {figures.CURVES, figures.SECONDS, figures.IMPORTANCE}
    for figure in drawn.values():
        go.Figure(figure)  # raises on a property that plotly does not have
    Publisher(finished).publish()
    assert set(figures_of(finished)) == set(drawn)


def test_curves_end_where_trials_were_pruned():
    trials = many_trials(9, 10)
    figure = json.loads(figures.curves(trials))
    lines = {line["name"]: line for line in figure["data"]}
    for trial in trials:
        name = "baseline" if trial.number == 0 else f"trial {trial.number}"
        line = lines.get(name) or lines[f"best: {name}"]
        assert line["x"] == list(trial.intermediate_values)
    crosses = lines["pruned here"]
    pruned = [trial for trial in trials if trial.state == TrialState.PRUNED]
    assert crosses["x"] == [trial.last_step for trial in pruned]


@pytest.mark.parametrize(("count", "epochs"), [(1000, 50), (40, 10_000), (1, 2)])
def test_figures_stay_small(count, epochs):
    trials = many_trials(count, epochs)
    for figure in (
        figures.curves(trials),
        figures.seconds(trials, [], 0.9),
        figures.importances(trials, 0),
    ):
        assert figure is None or len(figure) <= figures.MAX_BYTES
    assert figures.curves(trials) is not None


def test_the_importance_finds_what_matters_and_says_how_sure_it_is():
    trials = many_trials(600, 5)
    for trial in trials:
        trial.values = [1 - abs(np.log10(trial.params["learning_rate"]) + 2.5)]
        trial.state = TrialState.COMPLETE
    (bars,) = json.loads(figures.importances(trials, 0))["data"]
    assert bars["y"][-1] == "learning_rate"
    assert bars["x"][-1] > 0.6
    assert max(bars["error_x"]["array"] + bars["error_x"]["arrayminus"]) > 0
    assert figures.importances(trials, 0) == figures.importances(trials, 0)
    assert figures.importances(trials[:4], 0) is None, "the baseline and three"


def test_a_pruned_trial_ranks_below_every_complete_one_and_by_how_far_it_got():
    trials = many_trials(10, 10)
    for trial in trials:
        if trial.state == TrialState.PRUNED:
            trial.intermediate_values = dict.fromkeys(trial.intermediate_values, 0.99)
    order = sorted(ranked(trials), key=lambda trial: trial.values[0])
    lengths = [trial.last_step for trial in order if trial.state == TrialState.PRUNED]
    assert lengths == sorted(lengths)
    assert [trial.state.name for trial in order][-4:] == ["COMPLETE"] * 4


def test_nothing_that_goes_wrong_with_notes_reaches_the_study(study, monkeypatch, caplog):
    def fails(*_):
        raise OSError("disk full")

    monkeypatch.setattr("reports.dashboard.publish.study_note", fails)
    publisher = Publisher(study)
    with caplog.at_level(logging.WARNING):
        publisher.publish()
        publisher.publish()
    assert [record.getMessage() for record in caplog.records] == [
        "notes and figures for the dashboard: OSError: disk full"
    ]


def test_updates_take_a_small_share_of_the_time(study, monkeypatch):
    updates = []
    publisher = Publisher(study)
    monkeypatch.setattr(publisher, "_publish", lambda: updates.append(1))
    for _ in range(5):
        publisher()
    assert len(updates) == 1, "nothing has ended since"
    monkeypatch.undo()
    publisher.publish()
    assert publisher._rest > 0


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


ALL = ["confusion.png", "history.csv", "mistakes.png", "model.safetensors", "recipe.toml"]


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
