"""A pruner that acts before the accuracy says something about the end."""

import numpy as np
from made_snapshots import definition, evidence, record, snapshot

from fer.recipe import Recipe
from search.results.findings import Material, pruned_early
from search.results.trials import State
from search.results.verdict import judge

EPOCHS = 10
PRUNER = {"kind": "successive_halving", "min_resource": 2, "reduction": 2, "audit": 0.1}


def found(*trials, pruner=PRUNER):
    study = snapshot(record(0, 0.7), *trials, definition=definition(EPOCHS, pruner=pruner))
    findings = pruned_early.find(Material(study, judge(study, evidence(600)), ()))
    return {f.id: f"{f.action}: {f.evidence}" for f in findings}


def stopped(number, epoch, schedule="one_cycle"):
    recipe = Recipe(epochs=EPOCHS, schedule=schedule).model_dump(mode="json")
    return record(number, [0.4] * epoch, State.PRUNED, recipe=recipe)


def complete(number, early, end, **changes):
    return record(number, [early] * (EPOCHS - 1) + [end], **changes)


def test_stops_in_the_warm_up_of_the_schedule_are_told():
    late = stopped(9, 4)
    assert found(*[stopped(n, 2) for n in (1, 2, 3)], late) == {
        "pruned-in-warm-up": "Let the pruner begin after epoch 2: 3 of 4\u00a0stopped trials were "
        "stopped by epoch 2, while the learning rate of the one-cycle schedule still rises until "
        "epoch 2: there, a recipe with a high learning rate looks worse than it is"
    }


def test_stops_after_the_warm_up_and_schedules_without_one_are_not_told():
    assert found(*[stopped(n, 3) for n in range(1, 9)]) == {}
    assert found(*[stopped(n, 1, "cosine") for n in range(1, 9)]) == {}
    assert found(stopped(1, 1), stopped(2, 1)) == {}


def test_an_audited_trial_that_became_the_best_is_told_with_the_share_of_wrong_stops():
    kept = [complete(n, 0.7, 0.80 - n / 1000) for n in (1, 2)]
    wrong = complete(3, 0.4, 0.83, audited=4)
    right = complete(4, 0.4, 0.60, audited=2)
    assert found(*kept, wrong, right) == {
        "pruned-wrongly": "Prune later or less: 1 of 2\u00a0audited trials, which the pruner would "
        "have stopped, ended above the best complete trial that was not audited (79.90\u00a0%), "
        "the best by +3.10\u00a0points (trial 3, at epoch 4); the share of wrong stops is "
        "50\u00a0%, 95\u00a0% interval 1 to 99\u00a0%, in single runs"
    }
    assert found(*kept, right) == {}


def unrelated(count, seed=3):
    """Accuracies at the rungs that say nothing about the end."""
    draw = np.random.default_rng(seed)
    early, ends = draw.permutation(count), draw.permutation(count)
    return [complete(n + 1, 0.5 + early[n] / 1000, 0.7 + ends[n] / 1000) for n in range(count)]


def test_a_rung_whose_order_says_nothing_about_the_end_is_told_with_its_correlation():
    told = found(*unrelated(40), stopped(90, 2, "constant"))["pruned-early"]
    assert told.startswith(
        "Prune later than at epoch 2, or compare complete runs of fewer epochs: the pruner stopped "
        "1\u00a0trial there, and over 40\u00a0trials that ran to their end the rank correlation of "
        "the accuracy at epoch 2 with that at the end is "
    )
    assert "(95\u00a0% interval −" in told


def test_a_rung_that_ranks_the_ends_well_is_not_told():
    trials = [complete(n, 0.5 + n / 1000, 0.7 + n / 1000) for n in range(1, 41)]
    assert found(*trials, stopped(90, 2, "constant")) == {}


def test_few_ends_or_a_rung_that_stopped_nobody_say_nothing():
    assert found(*unrelated(12), stopped(90, 2, "constant")) == {}, "the interval is too wide"
    assert found(*unrelated(40)) == {}
    few = [stopped(n, 2, "constant") for n in range(100, 150)]
    assert found(*unrelated(40), *few) == {}, "the order of those that were picked says little"
