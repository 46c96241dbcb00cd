"""Trials that run on, marked, where the pruner would stop them."""

import pytest
from optuna.trial import TrialState

from fer.errors import Interrupted
from search.config.definition import Definition
from search.storage.attributes import attributes_of
from search.storage.trials import as_pruned


def test_an_audited_trial_runs_to_its_end_and_says_where_it_would_have_been_stopped(
    run_next, ending_in, study, monkeypatch
):
    monkeypatch.setattr(Definition, "audits", lambda _self, number: number == 3)
    for accuracy in (0.8, 0.8, 0.8, 0.3, 0.3):
        run_next(ending_in(lambda _recipe, epoch, level=accuracy: level + epoch / 1000))
    audited, pruned = study.everything()[3:]
    assert (audited.state, pruned.state) == (TrialState.COMPLETE, TrialState.PRUNED)
    assert attributes_of(audited).audited == 1
    assert list(audited.intermediate_values) == [1, 2, 3, 4]
    assert attributes_of(pruned).audited is None
    seen = {trial.number: trial for trial in study.trials}
    assert seen[3].state == TrialState.PRUNED, "as samplers and pruners see it"
    assert seen[3].intermediate_values == {1: 0.301}
    assert seen[3].value == 0.301


def test_an_audited_trial_that_was_interrupted_goes_on_to_its_end(
    run_next, ending_in, cheap, study, monkeypatch
):
    monkeypatch.setattr(Definition, "audits", lambda _self, number: number == 3)
    for _ in range(3):
        run_next(ending_in(lambda *_: 0.95))
    steps = iter(range(100))

    def check():
        if next(steps) == 2 * cheap.STEPS:
            raise Interrupted("now")

    with pytest.raises(Interrupted):
        run_next(check=check)
    assert attributes_of(study.everything()[3]).audited == 1
    assert study.trials[-1].state == TrialState.PRUNED, "also while it runs"
    trial = run_next(session="b")
    assert (trial.number, trial.state) == (3, TrialState.COMPLETE)
    assert attributes_of(trial).audited == 1


@pytest.mark.parametrize(
    "pruner",
    [
        'kind = "median"\nstartup = 2',
        'kind = "successive_halving"\nmin_resource = 1\nreduction = 2',
        'kind = "hyperband"\nreduction = 2',
    ],
)
def test_an_audit_changes_neither_what_is_sampled_nor_what_is_stopped(
    open_cheap, run_serially, pruner
):
    def trials(audit):
        changes = (
            ('kind = "median"\nstartup = 2', f"{pruner}\naudit = {audit}"),
            ("trials = 8", "trials = 20"),
        )
        return run_serially(open_cheap(*changes, storage=f"{audit}.journal"))

    plain, audited = trials(0), trials(0.5)
    ran_on = [trial for trial in audited if attributes_of(trial).audited is not None]
    assert 2 <= len(ran_on) < sum(trial.state == TrialState.PRUNED for trial in plain)
    assert all(trial.state == TrialState.COMPLETE for trial in ran_on)
    for before, after in zip(plain, map(as_pruned, audited), strict=True):
        assert after.params == before.params
        assert after.state == before.state
        assert after.intermediate_values == before.intermediate_values
