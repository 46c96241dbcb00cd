"""A study that an earlier version began goes on in this one (tests/search/data/begun)."""

import shutil
from pathlib import Path

import pytest
from optuna.trial import TrialState
from rich.console import Console

import fer.training.state
from fer.faces import load_faces
from fer.recipe import Recipe
from search.config.limits import Budget
from search.config.study_file import read_study
from search.execution.budget import ending
from search.execution.events import StudyEvents
from search.execution.leases import acquire_lease
from search.execution.objective import run_trial
from search.execution.trainer import FerTrainer
from search.results.snapshot import read_snapshot
from search.results.summary import summarise
from search.results.terminal import screen
from search.storage.attributes import attributes_of
from search.storage.sessions import sessions
from search.storage.study import create_or_open, open_study
from search.storage.study_faces import check_data
from search.storage.trials import baseline, searched

DATA = Path(__file__).parents[1] / "data" / "begun"


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """A copy of the folder, on a machine that computes in fp32, as theirs did."""
    monkeypatch.setattr(fer.training.state, "precision", lambda device: "fp32")
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    return Path(shutil.copytree(DATA, tmp_path / "begun"))


def test_its_state_is_shown(begun, opened, capsys):
    study = open_study(opened(str(begun / "studies.db"), create=False), "begun")
    Console(width=120).print(screen(read_snapshot(study)))
    shown = capsys.readouterr().out
    assert "2 complete, 3 pruned, 0 failed, 1 stopped" in shown
    assert summarise(read_snapshot(study))["trials"] == {"complete": 2, "pruned": 3, "failed": 0}
    assert study.limits.budget.trials == 12
    assert len(sessions(study)) == 2
    assert baseline(study.everything()).number == 0
    assert [trial.number for trial in searched(study.everything())] == [1, 2, 3, 4, 5]


def test_its_stopped_trial_is_resumed_and_its_budget_counts_what_it_has(begun, opened):
    definition, limits = read_study(begun / "begun.toml")
    limits = limits.model_copy(update={"budget": Budget(trials=7)})
    study = create_or_open(opened(str(begun / "studies.db")), definition, limits)
    faces = load_faces(str(begun / "faces.npz"), "train", definition.recipe.classes)
    check_data(study, str(begun / "faces.npz"), faces)
    before = study.everything()
    stopped = before[5]
    assert attributes_of(stopped).resumable
    study.store(stopped, run=Path("/on/the/machine/that/made/it/5"))  # which this one could be
    began = []
    while lease := acquire_lease(study, begun / "runs" / "begun", "a session"):
        began.append((lease.trial.number, lease.run))
        run_trial(lease, faces, FerTrainer(1), StudyEvents(), lambda: None)
    # Seven in all: the stopped one goes on in its folder, and one more starts.
    assert began == [(number, begun / "runs" / "begun" / str(number)) for number in (5, 6)]
    after = study.everything()
    assert [trial.params for trial in after[:6]] == [trial.params for trial in before]
    assert [trial.values for trial in after[:5]] == [trial.values for trial in before[:5]]
    assert {trial.state for trial in after[5:]} <= {TrialState.COMPLETE, TrialState.PRUNED}
    resumed = after[5].intermediate_values
    assert list(resumed) == list(range(1, len(resumed) + 1))
    assert stopped.intermediate_values.items() < resumed.items(), "it did not train from the start"
    assert ending(study).reason == "the budget of 7 trials is spent"


@pytest.mark.parametrize("file", ["5/checkpoint.pt", "1/metrics.json"])
def test_a_damaged_run_is_trained_again_and_takes_no_trial_of_the_budget(
    begun, opened, capsys, file
):
    definition, limits = read_study(begun / "begun.toml")
    limits = limits.model_copy(update={"budget": Budget(trials=6)})
    study = create_or_open(opened(str(begun / "studies.db")), definition, limits)
    faces = load_faces(str(begun / "faces.npz"), "train", definition.recipe.classes)
    runs, trainer = begun / "runs" / "begun", FerTrainer(1)
    number = int(file[0])
    recipe = Recipe.model_validate(attributes_of(study.everything()[number]).recipe)
    assert trainer.past(recipe, faces, runs / str(number))
    (runs / file).write_bytes(b"")
    assert trainer.past(recipe, faces, runs / str(number)) == ()
    assert f"fer: warning: {runs / file}: damaged: " in capsys.readouterr().err
    while lease := acquire_lease(study, runs, "a session"):
        assert lease.trial.number == 5
        run_trial(lease, faces, trainer, StudyEvents(), lambda: None)
    trial = study.everything()[5]
    assert trial.state in (TrialState.COMPLETE, TrialState.PRUNED)
    assert list(trial.intermediate_values) == list(range(1, len(trial.intermediate_values) + 1))
