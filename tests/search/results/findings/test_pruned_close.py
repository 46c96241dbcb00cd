"""A pruner that stops trials by differences that single runs cannot show."""

from made_snapshots import DATA, definition, evidence, record, snapshot

from search.results.findings import Material, pruned_close
from search.results.trials import State
from search.results.verdict import judge

PRUNER = {"kind": "successive_halving", "min_resource": 2, "reduction": 2}
WENT_ON = [record(n, [0.5, 0.70 + n / 100, 0.8]) for n in (1, 2, 3)]


def told(*trials, held_out=600, data=DATA):
    made = definition(pruner=PRUNER)
    study = snapshot(record(0, 0.7), *trials, definition=made, data=data)
    material = Material(study, judge(study, evidence(held_out)), ())
    return [f"{f.action}: {f.evidence}" for f in pruned_close.find(material)]


def stopped(number, accuracy):
    return record(number, [0.4, accuracy], State.PRUNED)


def test_stops_within_the_noise_of_those_that_went_on_are_told_with_their_share():
    trials = [stopped(n, 0.70) for n in range(4, 8)] + [stopped(8, 0.3)]
    (only,) = told(*WENT_ON, *trials)
    assert only.startswith(
        "Stop fewer trials, or compare complete runs of fewer epochs on several folds: 4 of "
        "5\u00a0stopped trials were less than 5.08\u00a0points below the median of the trials that "
        "went on from the same epoch, so single runs do not tell them apart: the standard error of "
        "one accuracy on n\u00a0=\u00a0600 held-out faces is 1.83\u00a0points"
    )


def test_stops_of_far_worse_trials_are_not_told():
    assert told(*WENT_ON, *[stopped(n, 0.3) for n in range(4, 10)]) == []


def test_few_stops_stops_beside_none_that_went_on_and_unknown_faces_say_nothing():
    close = [stopped(n, 0.70) for n in range(4, 10)]
    assert told(*WENT_ON, *close[:4]) == []
    assert told(*close) == []
    assert told(*WENT_ON, *close, held_out=None, data=None) == []
