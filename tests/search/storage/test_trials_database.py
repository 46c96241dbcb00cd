"""Trials are read from a database as Optuna reads them."""

import math

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import RDBStorage
from optuna.trial import TrialState, create_trial

from search.storage.backends import trials_database
from search.storage.backends.trials_database import TrialsDatabase

SPACE = {
    "rate": FloatDistribution(1e-4, 1e-1, log=True),
    "width": IntDistribution(8, 64, step=8),
    "activation": CategoricalDistribution(["relu", "silu", None]),
}


@pytest.fixture
def databases(tmp_path):
    """Optuna's storage and ours of the same file, with two studies of trials in every state."""
    url = f"sqlite:///{tmp_path}/studies.db"
    optuna_own = RDBStorage(url)
    for name in ("first", "second"):
        study = optuna.create_study(storage=optuna_own, study_name=name)
        study.enqueue_trial({"rate": 0.01})
        for number, state in enumerate(TrialState):
            if state == TrialState.WAITING:
                continue
            study.add_trial(
                create_trial(
                    state=state,
                    value=math.inf if number == 1 else 0.5,
                    params={"rate": 0.01 * (1 + number), "width": 16, "activation": None},
                    distributions=SPACE,
                    user_attrs={"recipe": {"widths": [4, 8]}, "run": "é"},
                    system_attrs={"artifact": number},
                    intermediate_values={3: math.nan, 1: 0.25, 2: -math.inf},
                )
                if state != TrialState.FAIL
                else create_trial(state=state)
            )
    ours = TrialsDatabase(url)
    yield optuna_own, ours
    for database in (optuna_own, ours):
        database.remove_session()
        database.engine.dispose()


def as_text(trials):
    """Equal where all fields are, NaN too."""
    fields = [{**vars(trial), "_user_attrs": sorted(trial.user_attrs.items())} for trial in trials]
    return [str(sorted((key, str(value)) for key, value in each.items())) for each in fields]


def test_every_field_of_every_trial_is_as_optuna_reads_it(databases):
    optuna_own, ours = databases
    for study in (1, 2):
        expected = optuna_own._get_trials(study, None, set(), -1)
        read = ours._get_trials(study, None, set(), -1)
        assert len(read) == len(TrialState)
        assert as_text(read) == as_text(expected)


@pytest.mark.parametrize("most", [500, 1])
def test_the_trials_after_one_and_the_included_ones_are_read(databases, monkeypatch, most):
    monkeypatch.setattr(trials_database, "MOST_INCLUDED", most)
    optuna_own, ours = databases
    read = ours._get_trials(1, None, {1, 2, 5}, 3)
    assert [trial._trial_id for trial in read] == [1, 2, 4, 5]
    assert as_text(read) == as_text(optuna_own._get_trials(1, None, {1, 2, 5}, 3))


def test_an_unknown_study_is_refused_as_by_optuna(databases):
    with pytest.raises(KeyError):
        databases[1]._get_trials(9, None, set(), -1)
