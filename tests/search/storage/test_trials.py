"""The one module that uses Optuna's private parts, checked against the installed version."""

import inspect
import re
from pathlib import Path

import optuna
import pytest
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import JournalStorage, RDBStorage
from optuna.trial import TrialState

import search
from fer.clock import utc_now
from search.storage.attributes import BASELINE, SEARCH, Deaths, Owner, attributes_of
from search.storage.trials import (
    SampleStudy,
    baseline,
    baselines,
    database_of,
    searched,
    trial_id,
)

STORAGES = ["studies.db", "studies.journal"]


@pytest.fixture(params=STORAGES)
def study(open_cheap, request):
    return open_cheap(storage=request.param)


def test_only_two_modules_use_what_optuna_keeps_private():
    private = re.compile(
        r"optuna[\w.]*\._|\._(storage|study_id|trial_id|thread_local|backend|cached_\w+)\b"
        r"|\._(system|user)_attrs\b"
        r"|_CachedStorage|\bstudy\._get_"
    )
    root = Path(search.__file__).parent.parent
    users = {
        str(path.relative_to(root))
        for package in ("fer", "search", "benchmarks", "reports", "tools")
        for path in (root / package).rglob("*.py")
        if private.search(path.read_text(encoding="utf-8"))
    }
    assert users == {
        "search/storage/trials.py",
        "search/storage/backends/trials_database.py",
    }


def test_optuna_reads_trials_and_caches_them_as_the_study_expects():
    # Samplers and pruners go through these two, and a trial's id has no public name.
    source = inspect.getsource(optuna.Study)
    assert "def _get_trials(" in source
    assert "def _get_best_trial(" in source
    assert "_thread_local.cached_all_trials = None" in inspect.getsource(optuna.Study.ask)
    assert list(inspect.signature(optuna.Study._get_trials).parameters) == [
        "self",
        "deepcopy",
        "states",
        "use_cache",
    ]


def test_a_trial_of_the_space_sees_no_baseline_and_the_trials_before_it(study):
    study.tell(study.start_trial(BASELINE), 0.9)
    for value in (0.4, 0.5):
        visible = study._get_trials(use_cache=True)
        study.tell(study.start_trial(SEARCH), value)
        assert all(attributes_of(trial).role == SEARCH for trial in visible)
    assert [trial.value for trial in study._get_trials(use_cache=True)] == [0.4, 0.5]
    assert study.best_value == 0.5


def test_the_baseline_is_told_from_the_searched_trials(study):
    failed, done, other = (study.start_trial(role) for role in (BASELINE, BASELINE, SEARCH))
    study.fail(failed, "no reason")
    assert baseline(study.everything()) is None
    study.tell(done, 0.5)
    trials = study.everything()
    assert [trial.number for trial in searched(trials)] == [other.number]
    assert [trial.number for trial in baselines(trials)] == [0, 1]
    assert baseline(trials).number == done.number


def test_attributes_are_stored_under_the_keys_that_studies_have_always_had(study):
    trial, now = study.start_trial(SEARCH), utc_now()
    study.store(
        trial,
        run=Path("/runs/cheap/0"),
        owner=Owner(host="here", pid=7, session="a"),
        heartbeat=now,
        deaths=Deaths(epoch=2, count=1),
        recipe={"widths": [4, 8]},
        resumable=True,
        seconds=1.5,
    )
    expected = {
        "role": "search",
        "run": "/runs/cheap/0",
        "owner": {"host": "here", "pid": 7, "session": "a", "attempt": "", "lease": 1800.0},
        "beat": now.isoformat(),
        "deaths": {"epoch": 2, "count": 1},
        "recipe": {"widths": [4, 8]},
        "resumable": True,
        "seconds": 1.5,
    }
    stored = study.everything()[0]
    assert stored.user_attrs == trial.user_attrs == expected
    attributes = attributes_of(stored)
    assert (attributes.heartbeat, attributes.owner.session) == (now, "a")
    assert attributes.deaths == Deaths(epoch=2, count=1)


def test_a_trial_is_taken_over_with_its_parameters_and_epochs(study):
    first = study.start_trial(SEARCH)
    drawn = first.suggest_float("dropout", 0.0, 0.5)
    first.report(0.3, 1)
    again = study.take_over(study.running()[0])
    assert again.suggest_float("dropout", 0.0, 0.5) == drawn
    assert study.stored_epochs(again) == {1}
    assert trial_id(again) == trial_id(first)


def test_a_failed_trial_keeps_its_reason_and_an_ended_one_its_end(study):
    failed, done = study.start_trial(SEARCH), study.start_trial(SEARCH)
    study.fail(failed, "out of paper")
    study.fail(failed, "too late")
    study.tell(done, 0.5)
    study.fail(study.everything()[1], "too late")
    assert [trial.state for trial in study.everything()] == [TrialState.FAIL, TrialState.COMPLETE]
    assert [attributes_of(trial).reason for trial in study.everything()] == ["out of paper", ""]
    with pytest.raises(UpdateFinishedTrialError):
        study.store(study.everything()[1], seconds=1.0)


def test_many_study_attributes_are_stored_in_one_transaction(study, monkeypatch):
    study.store_study_attributes({"a": 1, "b": "two"})
    monkeypatch.setattr(  # one by one, a page could read half of them
        type(study.opened.optuna), "set_study_system_attr", lambda *_: pytest.fail("one by one")
    )
    study.store_study_attributes({"b": [2], "c": None})
    stored = study.study_attributes()
    assert {key: stored[key] for key in "abc"} == {"a": 1, "b": [2], "c": None}


def test_the_database_behind_optunas_cache_is_known(study):
    storage = study.opened.optuna
    assert isinstance(storage, JournalStorage) == (database_of(storage) is None)
    assert database_of(storage) is None or isinstance(database_of(storage), RDBStorage)


def test_a_sample_holds_a_trial_as_often_as_it_was_drawn(study):
    study.tell(study.start_trial(SEARCH), 0.5)
    trial = study.everything()[0]
    sample = SampleStudy([trial, trial])
    assert [trial.value for trial in sample.trials] == [0.5, 0.5]
    assert len({trial_id(trial) for trial in sample.trials}) == 2
    assert trial_id(study.everything()[0]) == trial_id(trial)
