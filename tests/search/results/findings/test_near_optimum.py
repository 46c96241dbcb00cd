"""Few trials near the best one."""

from made_snapshots import definition, evidence, record, snapshot

from search.results.findings import Material, near_optimum
from search.results.importance import Importance
from search.results.verdict import judge

ROWS = [Importance(name, 0.3, 0.2, 0.4) for name in ("learning_rate", "dropout", "augmentation")]


def told(trials, rows=ROWS):
    study = snapshot(record(0, 0.7), *trials, definition=definition())
    material = Material(study, judge(study, evidence(600)), rows)
    return [f"{f.action}: {f.evidence}" for f in near_optimum.find(material)]


def at(number, rate, dropout, accuracy=None):
    params = {"learning_rate": rate, "dropout": dropout, "augmentation": number / 20}
    return record(number, accuracy or 0.8 - number / 1000, params=params)


def test_a_best_trial_with_hardly_another_near_it_is_told():
    far = [at(n, 1e-4, 0.05) for n in range(3, 13)]
    assert told([at(1, 1e-2, 0.4), at(2, 1.2e-2, 0.42), *far]) == [
        "Run more trials before you take the best values for the optimum: only 1 of 11\u00a0other "
        "ended trials is near the best one, 1 (learning_rate 0.01 and dropout 0.4), within "
        "10\u00a0% of the range or with the same value, in the 2 most important hyperparameters"
    ]


def test_three_trials_near_the_best_one_are_enough():
    near = [at(n, 1e-2, 0.4) for n in range(1, 5)]
    assert told([*near, *[at(n, 1e-4, 0.05) for n in range(5, 15)]]) == []


def test_what_matters_little_may_differ():
    # All are near the best one but in augmentation, the third in importance.
    assert told([at(n, 1e-2, 0.4) for n in range(1, 14)]) == []


def test_a_short_study_and_one_without_importances_say_nothing_of_an_optimum():
    far = [at(n, 1e-4, 0.05) for n in range(2, 13)]
    assert told([at(1, 1e-2, 0.4), *far[:8]]) == []
    assert told([at(1, 1e-2, 0.4), *far], rows=[]) == []
