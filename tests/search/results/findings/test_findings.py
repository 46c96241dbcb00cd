"""A finding is told where its evidence is there, and only there."""

import dataclasses
import datetime

import pytest
from made_snapshots import BEGAN, definition, evidence, random_trials, record, snapshot
from optuna.distributions import CategoricalDistribution, FloatDistribution

from fer.recipe import Recipe
from fer.recipe_limits import Limits, recipe_limits
from search.results.findings import (
    FINDINGS,
    Material,
    choices,
    edge,
    failures,
    few_trials,
    find_all,
    noise,
    plateau,
    pruning,
    rising,
    stuck,
    unimportant,
)
from search.results.importance import Importance, importances
from search.results.trials import State
from search.results.verdict import judge
from search.storage.attributes import Attempt
from search.storage.sessions import Session

ACTIVATION = {"kind": "categorical", "choices": ["relu", "gelu", "mish"]}
BATCH = {"kind": "categorical", "choices": [32, 64, 128, 256]}
DROPOUT = {"kind": "float", "low": 0.0, "high": 0.5}
RATE = {"kind": "float", "low": 1e-4, "high": 1e-2, "log": True}
KNOWN = {
    "activation": CategoricalDistribution(["relu", "gelu", "mish"]),
    "batch_size": CategoricalDistribution([32, 64, 128, 256]),
    "dropout": FloatDistribution(0.0, 0.5),
    "learning_rate": FloatDistribution(1e-4, 1e-2, log=True),
}


def material(*trials, held_out=None, rows=(), **changes):
    study = snapshot(record(0, 0.7), *trials, **changes)
    return Material(study, judge(study, evidence(held_out)), rows)


def told(module, *trials, **changes):
    return [f"{f.action}: {f.evidence}" for f in module.find(material(*trials, **changes))]


def varied(name, table, values, state=State.COMPLETE):
    """Trials of one hyperparameter, best first, with the definition that samples it."""
    trials = [
        record(n, 0.9 - n / 100, state, {name: value}, KNOWN) for n, value in enumerate(values, 1)
    ]
    return trials, definition(space={name: table})


@pytest.mark.parametrize(
    ("key", "limits"),
    [
        ("dropout", Limits(0, 1, True, False)),
        ("learning_rate", Limits(0, 10, False, True)),
        ("clip_norm", Limits(0, None)),
        ("batch_size", Limits(1, 65536)),
        ("activation", Limits()),
    ],
)
def test_a_recipe_states_its_own_limits(key, limits):
    assert recipe_limits(key) == limits


def test_the_limits_are_those_that_a_recipe_refuses_to_leave():
    for key, field in Recipe.model_fields.items():
        if field.annotation not in (int, float):
            continue
        limits = recipe_limits(key)
        for limit, beyond in ((limits.low, -1), (limits.high, 1)):
            if limit is not None:
                with pytest.raises(Exception, match=key):
                    Recipe().with_values({key: field.annotation(limit + beyond)})


def test_the_best_values_at_an_end_ask_for_a_wider_range_up_to_the_recipes_limit():
    trials, made = varied("learning_rate", RATE, [0.0099] * 4 + [1e-3] * 8)
    assert told(edge, *trials, definition=made) == [
        "Widen learning_rate above 0.01 (a recipe takes values up to 10): 4 of the 5 best trials "
        "lie in the upper 5\u00a0% of its range, 0.00794 to 0.01"
    ]
    trials, made = varied("learning_rate", RATE, [1.01e-4] * 4 + [1e-3] * 8)
    assert "below 0.0001 (a recipe takes values above 0)" in told(edge, *trials, definition=made)[0]


def test_a_range_that_ends_where_the_recipe_does_is_never_told_to_be_widened():
    trials, made = varied("dropout", DROPOUT, [0.0] * 12)
    assert told(edge, *trials, definition=made) == []


def test_one_or_two_of_five_at_an_end_are_chance():
    trials, made = varied("learning_rate", RATE, [0.01] * 2 + [1e-3] * 10)
    assert told(edge, *trials, definition=made) == []


def test_few_trials_say_nothing_of_a_range():
    trials, made = varied("learning_rate", RATE, [0.01] * 9)
    assert told(edge, *trials, definition=made) == []


def test_the_largest_of_a_few_numbers_is_an_end_too():
    trials, made = varied("batch_size", BATCH, [256] * 5 + [32] * 6)
    assert told(edge, *trials, definition=made) == [
        "Widen batch_size above 256 (a recipe takes values up to 6.55e+04): 5 of the 5 best trials "
        "have 256, its largest value"
    ]
    trials, made = varied("batch_size", BATCH, [256] * 3 + [64] * 8)
    assert told(edge, *trials, definition=made) == []


def test_values_without_an_order_have_no_end():
    trials, made = varied("activation", ACTIVATION, ["mish"] * 12)
    assert told(edge, *trials, definition=made) == []


def test_a_value_that_never_ran_to_its_end_is_named_with_its_tries():
    good, made = varied("activation", ACTIVATION, ["relu"] * 4)
    lost = [record(n, 0.5, State.PRUNED, {"activation": "gelu"}, KNOWN) for n in (5, 6)]
    assert told(choices, *good, *lost, definition=made) == [
        "Do not rank all values of activation yet: no trial with gelu (of 2) ran to its end, so "
        "its final accuracy is unknown (complete: relu 4 of 4)"
    ]
    more = [record(n, 0.5, State.PRUNED, {"activation": "gelu"}, KNOWN) for n in range(5, 11)]
    assert "; mish was never tried" in told(choices, *good, *more, definition=made)[0]


def test_values_that_all_ran_to_their_end_are_not_mentioned():
    trials, made = varied("activation", ACTIVATION, ["relu", "gelu", "mish"] * 3)
    assert told(choices, *trials, definition=made) == []


def test_a_hyperparameter_is_fixed_only_after_many_trials_and_all_of_its_values():
    trials, made = varied("activation", ACTIVATION, ["relu", "gelu", "mish"] * 14)
    rows = [Importance("activation", 0.01, 0.0, 0.02)] + [Importance("other", 0.5, 0.4, 0.6)] * 2
    assert told(unimportant, *trials, definition=made, rows=rows) == [
        "Fix activation, for example at the best trial's relu: its share of the importance is "
        "1\u00a0%, and at most 2\u00a0% in nine of ten resamples of 42 trials; 42 of the trials "
        "are complete"
    ]
    assert told(unimportant, *trials[:39], definition=made, rows=rows) == []
    trials, made = varied("activation", ACTIVATION, ["relu", "gelu"] * 21)
    assert told(unimportant, *trials, definition=made, rows=rows) == []


def test_failures_are_told_with_their_share_and_the_last_reason_without_its_folder():
    lost = record(4, [], State.FAILED, reason="OSError: /home/eve/runs/4/a.pt: no space left")
    good = [record(n, 0.8) for n in (1, 2, 3)]
    assert told(failures, *good, lost) == [
        "Fix the failures: 1 of 4\u00a0searched trials failed, the last with: OSError: a.pt: no "
        "space left"
    ]
    assert "all 1\u00a0searched trial failed" in told(failures, lost)[0]
    assert told(failures, *good, record(5, 0.8), lost) == []


def test_seven_trials_are_too_few():
    trials = [record(n, 0.8) for n in range(1, 8)]
    assert "7\u00a0searched trials ended complete or pruned" in told(few_trials, *trials)[0]
    assert told(few_trials, *trials, *[record(n, 0.8) for n in (8, 9, 10)]) == []
    assert told(few_trials) == ["Run the study: no trial of the search space has started yet"]


def test_seven_trials_never_ask_for_another_space():
    trials = [record(n, 0.9 - n / 100) for n in range(1, 8)]
    assert {f.id for f in find_all(material(*trials, held_out=600))} <= {"few-trials", "noise"}


def test_trials_within_the_interval_of_the_best_are_not_ranked_by_one_run():
    trials = [record(1, 0.82), record(2, 0.815), record(3, 0.5)]
    (only,) = told(noise, *trials, held_out=600)
    assert "several seeds before you rank them (fer search confirm made): 1\u00a0other" in only
    assert "complete trial lies within" in only
    assert "(78.7 to 84.9\u00a0%, n\u00a0=\u00a0600)" in only
    (only,) = told(noise, record(1, 0.82), record(2, 0.5), held_out=600)
    assert only.endswith("one run, the best of 2\u00a0complete trials")


def test_an_early_best_trial_asks_for_a_change_only_after_many_that_did_not_beat_it():
    trials = [record(n, 0.9 - n / 1000) for n in range(1, 31)]
    assert "number 1, and 29\u00a0later trials of 30 did not beat it" in told(plateau, *trials)[0]
    assert told(plateau, *trials[:20]) == []
    late = [record(n, 0.8 if n != 10 else 0.95) for n in range(1, 40)]
    assert told(plateau, *late) == []


def rising_curve(slope):
    return [0.7 + slope * epoch for epoch in range(12)]


@pytest.mark.parametrize(
    ("slope", "schedule", "expected"),
    [(0.005, "constant", True), (0.0005, "constant", False), (0.005, "one_cycle", False)],
)
def test_rising_curves_ask_for_more_epochs_at_a_constant_learning_rate(slope, schedule, expected):
    recipe = Recipe(epochs=12, schedule=schedule).model_dump(mode="json")
    trials = [record(n, rising_curve(slope), recipe=recipe) for n in range(1, 8)]
    sentences = told(rising, *trials)
    assert bool(sentences) == expected
    if expected:
        assert "in 7 of 7\u00a0complete trials" in sentences[0]
        assert "by 1.5\u00a0points in the median" in sentences[0]


def test_a_pruned_trial_that_was_better_than_complete_ones_is_told():
    complete = [record(n, [0.5, 0.8]) for n in range(1, 6)]
    pruned = [record(6, [0.81], State.PRUNED), record(7, [0.4], State.PRUNED)]
    assert told(pruning, *complete, *pruned) == [
        "Prune later or less: 1 of 2\u00a0pruned trials had more than 80.00\u00a0% when they were "
        "pruned, which is the median of the 5\u00a0complete trials at their end"
    ]
    assert told(pruning, *complete, pruned[1]) == []


def test_a_study_of_pruned_trials_alone_prunes_too_early():
    trials = [record(n, [0.4, 0.5], State.PRUNED) for n in range(1, 7)]
    assert told(pruning, *trials) == [
        "Prune later: all 6\u00a0searched trials were pruned, none after epoch 2 of 10"
    ]
    (only,) = told(pruning, record(7, 0.8), *trials, *[
        record(n, [0.4], State.PRUNED) for n in (8, 9, 10)
    ])  # fmt: skip
    assert "only 1 of 10\u00a0searched trials did" in only


@pytest.mark.parametrize(("hours", "stuck_trial"), [(3, True), (1.01, False)])
def test_a_silent_trial_is_told_where_the_study_went_on_without_it(hours, stuck_trial):
    hour = datetime.timedelta(hours=1)
    attempt = Attempt(began=BEGAN, ended=BEGAN + hour, host="h", pid=1, cores=1)
    silent = record(2, [0.5, 0.6], State.RUNNING, attempts=(attempt,), seconds=10.0)
    session = Session("s", BEGAN, BEGAN + hours * hour, 2, "fer search run made")
    sentences = told(stuck, record(1, [0.5, 0.6]), silent, sessions=(session,))
    assert bool(sentences) == stuck_trial
    if stuck_trial:
        assert "trial 2: it reported no epoch for 2.0\u00a0hours" in sentences[0]
    earlier = dataclasses.replace(silent, attempts=())
    assert told(stuck, record(1, 0.8), earlier, sessions=(session,)) == []


def test_every_finding_names_numbers_and_ends_in_a_full_stop():
    study = snapshot(*random_trials(60))
    found = find_all(Material(study, judge(study, evidence(600)), importances(study)))
    assert found
    assert len(FINDINGS) == 15
    for finding in found:
        assert finding.sentence.endswith(".")
        assert not finding.action.endswith(".")
        assert any(character.isdigit() for character in finding.evidence)
