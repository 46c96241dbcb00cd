"""Pruners, with ask, report and tell: no training."""

import optuna
import pytest

from search.config.pruners import PRUNERS, build_pruner


def epochs_until_pruned(settings, *histories):
    """Runs histories one after the other; returns how long each lived."""
    study = optuna.create_study(direction="maximize", pruner=build_pruner(settings, epochs=9))
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
    parsed = PRUNERS[kind].model_validate({"kind": kind} | settings)
    assert epochs_until_pruned(parsed, GOOD, GOOD, GOOD, BAD) == [9, 9, 9, lived]


def test_hyperband_knows_how_long_a_trial_can_be_before_one_has_ended():
    pruner = build_pruner(PRUNERS["hyperband"].model_validate({"kind": "hyperband"}), epochs=9)
    study = optuna.create_study(study_name="h", direction="maximize", pruner=pruner)
    ended = []
    for _ in range(12):
        trial = study.ask()
        trial.report(0.9 - 0.05 * trial.number, 1)
        ended.append(trial.should_prune())
        study.tell(trial, 0.5)
    assert any(ended)
