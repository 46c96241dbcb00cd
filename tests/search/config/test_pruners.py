"""Pruners, with ask, report and tell: no training."""

import sys
from types import ModuleType
from typing import Literal

import optuna
import pytest
from optuna.pruners import BasePruner, ThresholdPruner

from fer.errors import BadInput
from search.config.pruners import PRUNERS, PrunerSettings, build_pruner
from search.config.study_file import read_study

EPOCHS = 9
LEVELS = [0.9, 0.8, 0.7, 0.6, 0.5]


def build(kind, epochs=EPOCHS, **settings):
    return build_pruner(PRUNERS.parse({"kind": kind} | settings, "study.toml: pruner"), epochs)


def study_of(pruner):
    return optuna.create_study(study_name="made", direction="maximize", pruner=pruner)


def epochs_until_pruned(pruner, *histories):
    """Runs histories one after the other; returns how long each lived."""
    study = study_of(pruner)
    lived = []
    for history in histories:
        trial = study.ask()
        for epoch, accuracy in enumerate(history, start=1):
            trial.report(accuracy, epoch)
            if epoch < len(history) and trial.should_prune():
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
                break
        else:
            study.tell(trial, history[-1])
        lived.append(epoch)
    return lived


def flat(level):
    return [level] * EPOCHS


GOOD = [0.5 + 0.05 * epoch for epoch in range(9)]
BAD = [0.2] + [0.1] * 8


@pytest.mark.parametrize(
    ("kind", "settings", "lived"),
    [
        ("none", {}, 9),
        ("median", {"startup": 2}, 1),
        ("median", {"startup": 2, "warmup": 4}, 4),
        ("percentile", {"startup": 2, "percentile": 50}, 1),
        ("patient", {"patience": 3}, 5),
        ("successive_halving", {"min_resource": 2, "reduction": 2}, 2),
        ("successive_halving", {"min_resource": 3, "reduction": 3}, 3),
    ],
)
def test_a_bad_trial_ends_at_the_epoch_that_the_settings_say(kind, settings, lived):
    assert epochs_until_pruned(build(kind, **settings), GOOD, GOOD, GOOD, BAD) == [9, 9, 9, lived]


@pytest.mark.parametrize(
    ("kind", "settings", "lived"),
    [
        # In falling order: each is below the median of those before it, once two have ended.
        ("none", {}, [9, 9, 9, 9, 9]),
        ("median", {"startup": 2}, [9, 9, 1, 1, 1]),
        # Three quarters are kept: only what is below the lowest quarter of the earlier ones ends.
        ("percentile", {"startup": 2, "percentile": 75}, [9, 9, 1, 1, 1]),
        # None of them falls after its first epoch by more than nothing: equal is no improvement.
        ("patient", {"patience": 9}, [9, 9, 9, 9, 9]),
        ("patient", {"patience": 2}, [9, 9, 9, 9, 9]),
        # The best half of those at a rung: the first alone is the best of one.
        ("successive_halving", {"min_resource": 2, "reduction": 2}, [9, 2, 2, 2, 2]),
    ],
)
def test_worse_and_worse_trials_end_where_the_rule_says(kind, settings, lived):
    pruner = build(kind, **settings)
    assert epochs_until_pruned(pruner, *(flat(level) for level in LEVELS)) == lived


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("none", {}),
        ("median", {"startup": 0}),
        ("percentile", {"startup": 0, "percentile": 10}),
        ("patient", {"patience": 0}),
        ("successive_halving", {"min_resource": 1, "reduction": 2}),
        ("hyperband", {"min_resource": 1, "reduction": 2}),
    ],
)
def test_trials_that_improve_on_all_before_them_run_to_their_end(kind, settings):
    rising = [[level + 0.01 * epoch for epoch in range(9)] for level in sorted(LEVELS)]
    assert epochs_until_pruned(build(kind, **settings), *rising) == [9] * 5


def test_a_tolerated_decrease_ends_no_trial():
    histories = [[0.8, 0.79, 0.79, 0.79, 0.79], [0.8, 0.7, 0.7, 0.7, 0.7]]
    assert epochs_until_pruned(build("patient", patience=1, min_delta=0.05), *histories) == [5, 3]


def test_hyperband_prunes_from_the_first_trial_on_and_only_below_the_last_rung():
    # It knows how long a trial can be before one has ended: the study says so.
    pruner = build("hyperband")
    study = study_of(pruner)
    ended = []
    for number in range(12):
        trial = study.ask()
        trial.report(0.9 - 0.05 * number, 1)
        ended.append(trial.should_prune())
        study.tell(trial, 0.5)
    brackets = [pruner._get_bracket_id(study, trial) for trial in study.trials]
    # Rungs of the brackets with a reduction of 3 and 9 epochs: at 1 and 3, at 3, and none.
    assert pruner._n_brackets == 3
    first = [number for number, bracket in enumerate(brackets) if bracket == 0]
    assert len(first) > 3
    # In the first bracket each is worse than those before it: the first alone is kept.
    assert [ended[number] for number in first] == [False] + [True] * (len(first) - 1)
    assert not any(ended[number] for number, bracket in enumerate(brackets) if bracket > 0)


@pytest.mark.parametrize(
    ("kind", "settings", "rungs"),
    [
        ("none", {}, ()),
        ("median", {}, (1, 2, 3, 4, 5, 6, 7, 8)),
        ("median", {"warmup": 3, "interval": 2}, (3, 5, 7)),
        ("percentile", {"warmup": 8}, (8,)),
        ("percentile", {"interval": 4}, (1, 4, 8)),
        ("patient", {"patience": 5}, (7, 8)),
        ("successive_halving", {"min_resource": 2, "reduction": 2}, (2, 4, 8)),
        ("successive_halving", {"min_resource": 9}, ()),
        ("hyperband", {}, (1, 3)),
    ],
)
def test_a_pruner_stops_trials_at_its_rungs_and_nowhere_else(kind, settings, rungs):
    assert PRUNERS.parse({"kind": kind} | settings, "pruner").rungs(EPOCHS) == rungs
    study = study_of(build(kind, **settings))
    stopped = set()
    for number in range(20):  # each worse than all before it, and none is stopped
        trial = study.ask()
        for epoch in range(1, EPOCHS):
            trial.report(1 - 0.01 * number - 0.001 * epoch, epoch)
            stopped |= {epoch} if trial.should_prune() else set()
        study.tell(trial, 0.9 - 0.01 * number)
    assert stopped == set(rungs)


def test_an_audit_needs_a_pruner_and_at_most_half_of_the_stopped_trials(study_file):
    with pytest.raises(BadInput, match=r"pruner\.audit = 0\.1: must be 0 without a pruner"):
        read_study(study_file(('kind = "median"\nstartup = 2', "audit = 0.1")))
    with pytest.raises(BadInput, match=r"pruner: audit = 0\.6: must be less than or equal to 0\.5"):
        read_study(study_file(("startup = 2", "startup = 2\naudit = 0.6")))


@pytest.mark.parametrize(
    ("kind", "settings", "sentence"),
    [
        ("none", {}, "by hand, as the study has no pruner"),
        ("median", {}, "the median pruner"),
        ("percentile", {"percentile": 30}, "the best 30 %"),
        ("patient", {"patience": 7}, "for 7 epochs"),
        ("successive_halving", {"reduction": 3}, "the best 1 in 3"),
        ("hyperband", {"reduction": 5}, "the best 1 in 5"),
    ],
)
def test_every_pruner_says_what_its_rule_is(kind, settings, sentence):
    assert sentence in PRUNERS.parse({"kind": kind} | settings, "pruner").rule()


def test_every_pruner_is_covered_here_and_says_a_rule_of_its_own():
    settings = [PRUNERS.parse({"kind": kind}, "pruner") for kind in PRUNERS]
    assert len({each.rule() for each in settings}) == len(settings)
    assert all(each.kind == kind for kind, each in zip(PRUNERS, settings, strict=True))


class Threshold(PrunerSettings):
    """What a new pruner's file would hold."""

    kind: Literal["threshold"]
    lower: float

    def build(self, epochs: int) -> BasePruner:
        return ThresholdPruner(lower=self.lower)

    def rule(self) -> str:
        return f"the threshold pruner stops what is below {self.lower:g}"


@pytest.fixture
def threshold(monkeypatch):
    """A new pruner: a file, and a line in ``PRUNERS``."""
    module = ModuleType("made_up_pruner")
    module.Threshold = Threshold
    monkeypatch.setitem(sys.modules, "made_up_pruner", module)
    monkeypatch.setitem(PRUNERS.places, "threshold", "made_up_pruner:Threshold")
    return ('kind = "median"\nstartup = 2', 'kind = "threshold"\nlower = 0.6')


def test_a_new_pruner_is_a_file_and_a_line(threshold, study_file, open_cheap, run_serially):
    from reports.dashboard.trial_note import trial_note
    from search.config.definition import load_definition
    from search.results.snapshot import read_snapshot

    definition, _ = read_study(study_file(threshold))
    assert load_definition(definition.dump(), "the storage") == definition
    study = open_cheap(threshold)
    run_serially(study)
    snapshot = read_snapshot(study)
    assert snapshot.pruned
    note = trial_note(snapshot, snapshot.pruned[0])
    assert "the threshold pruner stops what is below 0.6" in note
