"""The verdict on a study: what its statistics support, and no more."""

import dataclasses

import pytest
from made_scores import make_scores
from made_snapshots import DATA, definition, evidence, record, snapshot

from search.results import published
from search.results.trials import State
from search.results.verdict import BIAS, judge

FER2013 = {**DATA, "counts": dict(published.COUNTS)}


def two(best: float, baseline: float, **changes):
    return snapshot(record(0, baseline), record(1, best), **changes)


def judged(best: float, baseline: float, faces: int = 3000, **changes):
    both = evidence(faces, make_scores(best, 1, faces), make_scores(baseline, 2, faces))
    return judge(two(best, baseline, **changes), both)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_large_gain_is_a_yes():
    verdict = judged(0.86, 0.78)
    assert verdict.good is True
    assert verdict.answer == "Yes, it beats the baseline"
    assert plain(verdict.sentence).startswith(
        "Trial 1, the best of 1 searched trial, has a validation"
    )
    assert "8.00 points above the 78.00 % of the baseline:" in plain(verdict.sentence)
    assert ": statistically significant (" in verdict.sentence


def test_a_gain_within_chance_is_a_perhaps():
    verdict = judged(0.80, 0.795)
    assert verdict.good is None
    assert verdict.answer == "Perhaps: ahead, but not significantly"
    assert ": not statistically significant (" in verdict.sentence


def test_a_loss_is_a_no():
    assert judged(0.70, 0.79).good is False
    assert judged(0.70, 0.79).answer == "No, the baseline is better"
    assert judged(0.79, 0.79).answer == "No, not better than the baseline"


def test_the_best_of_several_trials_is_said_to_be_biased():
    study = snapshot(record(0, 0.78), record(1, 0.86), record(2, 0.85))
    assert BIAS in judge(study, evidence(3000)).sentences
    assert BIAS not in judge(two(0.86, 0.78), evidence(3000)).sentences


def test_without_predictions_the_accuracies_are_unpaired():
    gain = judge(two(0.86, 0.78), evidence(3000)).comparison.gain
    assert not gain.paired
    assert gain.low < 0.08 < gain.high


def test_a_baseline_that_was_cut_is_called_so():
    verdict = judged(0.86, 0.78, definition=definition(epochs=5, baseline_cut=True))
    assert "of the baseline (cut to 5 epochs):" in plain(verdict.sentence)
    assert plain(verdict.answer) == "Yes, it beats the baseline (cut to 5 epochs)"


def test_unequal_epochs_give_no_verdict_however_large_the_gain():
    cut = definition(epochs=3, baseline_cut=True)
    study = snapshot(record(0, [0.5, 0.6, 0.7]), record(1, [0.4, 0.5, 0.6, 0.9]), definition=cut)
    verdict = judge(study, evidence(3000))
    assert verdict.good is None
    assert not verdict.equal
    assert plain(verdict.answer) == "No verdict: ahead, with 4 epochs against the baseline's 3"
    first, second = map(plain, verdict.sentences[:2])
    assert first.startswith(
        "Trial 1, the best of 1 searched trial, trained 4 epochs, the baseline (cut to 3 epochs) "
        "3, so their accuracies are not comparable: 90.00 %"
    )
    assert "significant" not in first
    assert second.startswith("After 3 epochs of each, trial 1 was at 60.00 %, 10.00 points below")
    assert "schedule" not in second


def test_the_middle_of_a_schedule_says_little():
    recipe = record(1, 0.5).recipe
    best = record(1, [0.4, 0.5, 0.6, 0.9], recipe={**recipe, "schedule": "one_cycle"})
    verdict = judge(snapshot(record(0, [0.5, 0.6, 0.7]), best), evidence(3000))
    assert "Epoch 3 of 4 is in the middle of the one_cycle schedule of trial 1" in plain(
        verdict.sentences[1]
    )
    longer = record(0, [0.5] * 5, recipe={**recipe, "schedule": "cosine"})
    verdict = judge(snapshot(longer, best), evidence(3000))
    assert plain(verdict.answer) == "No verdict: ahead, with 4 epochs against the baseline's 5"
    assert "of the cosine schedule of the baseline" in plain(verdict.sentences[1])


def test_without_a_baseline_the_best_stands_alone():
    verdict = judge(snapshot(record(1, 0.8)), evidence(600))
    assert verdict.answer.startswith("No baseline yet")
    assert verdict.sentence.endswith("The baseline has not ended yet.")


@pytest.mark.parametrize(
    ("accuracy", "where"),
    [(0.90, "below the interval"), (0.70, "above the interval"), (0.82, "within the interval")],
)
def test_the_published_accuracy_is_compared_with_the_interval(accuracy, where):
    text = plain(" ".join(judged(accuracy, 0.78, data=FER2013).sentences))
    assert f"The published 82.244 % is {where}" in text
    assert "test images" in text


def test_synthetic_faces_are_not_compared_with_the_published_accuracy():
    verdict = judged(0.9, 0.8, data={**FER2013, "source": "synthetic"})
    assert verdict.published is None
    assert "does not apply" in " ".join(verdict.sentences)
    assert judged(0.9, 0.8, data=FER2013).published == published.TEST


def test_the_published_accuracy_applies_to_no_other_faces_of_the_same_classes():
    fewer = {**published.COUNTS, "happy": 7214}
    verdict = judged(0.9, 0.8, data={**DATA, "counts": fewer})
    assert verdict.published is None
    assert "82.244" not in " ".join(verdict.sentences)


@pytest.mark.parametrize(
    ("states", "answer", "text"),
    [
        ([], "No trial yet", "No trial of the search space has started"),
        (
            [State.RUNNING],
            "No trial has finished yet",
            "None of 1 searched trial has run to its end",
        ),
        ([State.FAILED] * 2, "All trials failed", "The last one failed: Diverged"),
        ([State.PRUNED] * 2, "All trials were pruned", "the pruner may be too strict"),
    ],
)
def test_without_a_complete_trial_the_verdict_says_why(states, answer, text):
    trials = [record(i, 0.5, state) for i, state in enumerate(states, 1)]
    verdict = judge(snapshot(record(0, 0.8), *trials), evidence(600))
    assert verdict.answer == answer
    assert text in plain(" ".join(verdict.sentences))
    assert verdict.comparison is None
    assert verdict.baseline.value == 0.8, "which has run, whatever the others did"


def test_before_the_baseline_has_run_there_is_nothing_to_say():
    assert judge(dataclasses.replace(snapshot(), data=None), evidence()).answer == "No trial yet"
