"""The note of an ended trial: one paragraph, completed when the baseline has ended."""

import optuna
import pytest
from made_snapshots import definition, record, snapshot
from optuna_dashboard import get_note

from reports.dashboard.attribute_batch import AttributeBatch
from reports.dashboard.publish import Publisher
from reports.dashboard.trial_note import NO_BASELINE, trial_note
from search.results.trials import State


def note(*trials, number: int = 1, **changes) -> str:
    study = snapshot(*trials, **changes)
    (trial,) = (trial for trial in trials if trial.number == number)
    return trial_note(study, trial).replace("\u00a0", " ")


def stored_note(study, number: int) -> str:
    return get_note(optuna.Trial(study, study.everything()[number]._trial_id))


BASELINE = record(0, [0.5, 0.6, 0.7])


def test_a_trial_is_compared_with_the_baseline_at_its_last_epoch():
    text = note(BASELINE, record(1, [0.6, 0.58, 0.72]))
    assert text.startswith("Trial 1: dropout 0.1, learning\\_rate 0.01, augmentation 1.")
    assert "It reached 72.00 % after 3 of 10 epochs in 3.0 seconds." in text
    assert "2.00 points above the 70.00 % of the baseline, and above it in 2 of 3" in text
    assert "\n" not in text


def test_the_best_epoch_is_named_where_it_was_not_the_last():
    assert "(its best: 80.00 %, at epoch 1)" in note(BASELINE, record(1, [0.8, 0.7]))
    assert "its best" not in note(BASELINE, record(1, [0.7, 0.8]))


def test_the_baselines_note_says_what_it_is():
    text = note(BASELINE, number=0, definition=definition(3, baseline_cut=True))
    assert text.startswith("The baseline: the published recipe, cut to 3 epochs, never pruned.")


def test_a_pruned_trials_note_gives_its_rank_and_the_pruners_rule():
    trials = [record(1, [0.9]), record(2, [0.8]), record(3, [0.7], State.PRUNED)]
    text = note(BASELINE, *trials, number=3)
    assert "pruned at epoch 1, where it was number 3 of 3 trials (their median: 80.00 %)" in text
    assert text.endswith(f": {definition().pruner.rule()}.")


@pytest.mark.parametrize("kind", ["none", "median", "percentile", "patient", "hyperband"])
def test_every_pruner_has_its_own_rule(kind):
    options = {"percentile": {"percentile": 25}, "patient": {"patience": 3}}.get(kind, {})
    made = definition(pruner={"kind": kind, **options})
    text = note(BASELINE, record(1, [0.7], State.PRUNED), definition=made)
    assert text.endswith(f": {made.pruner.rule()}.")


def test_a_failed_trials_note_gives_the_reason_escaped():
    failed = record(1, [], State.FAILED, reason="RuntimeError: <script>")
    text = note(BASELINE, failed)
    assert "It reported no epoch." in text
    assert r"It failed: RuntimeError: \<script\>." in text


def test_a_note_that_was_written_before_the_baseline_ended_is_completed(open_cheap, run_serially):
    study = open_cheap()
    study.enqueue_trial({})
    trial = study.ask({"dropout": optuna.distributions.FloatDistribution(0, 1)})
    trial.report(0.5, 1)
    study.tell(trial, 0.5)
    publisher = Publisher(study)
    publisher.publish()
    assert NO_BASELINE in stored_note(study, trial.number)
    run_serially(study)
    publisher.publish()
    assert "of the baseline (cut to 5" in stored_note(study, trial.number)


def test_a_note_that_a_person_edited_stays(open_cheap, run_serially):
    study = open_cheap()
    run_serially(study)
    Publisher(study).publish()
    batch = AttributeBatch(study)
    batch.write_trial_note(study.everything()[1]._trial_id, "Mine.")
    batch.store()
    Publisher(study).publish()
    assert stored_note(study, 1) == "Mine."
    assert stored_note(study, 0).startswith("The baseline: the published recipe")
