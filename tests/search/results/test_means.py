"""Studies whose accuracies are means over several runs: merged trials, verdict, files, terminal."""

import csv
import io

import pytest
from made_snapshots import definition, evidence, record, snapshot
from rich.console import Console

from search.results.means import MeanAccuracy, mean_interval, runs_gain
from search.results.summary import summarise, trials_csv
from search.results.terminal import screen
from search.results.trial_counts import states_in_words, trials_in_words
from search.results.trials import State
from search.results.verdict import judge

STOPPED = "stopped after 2 of 3 runs, mean so far 76.00 %: the median"


def repeat(number, group, pair, accuracy, state=State.COMPLETE, **changes):
    return record(number, accuracy, state, {}, role="repeat", group=group, pair=pair, **changes)


@pytest.fixture
def study():
    """The baseline; trial 3, which is better in each pair; and trial 6, stopped after two runs."""
    return snapshot(
        record(0, 0.80), repeat(1, 0, 1, 0.79), repeat(2, 0, 2, 0.81),
        record(3, 0.83), repeat(4, 3, 1, 0.82), repeat(5, 3, 2, 0.846),
        record(6, 0.75), repeat(7, 6, 1, 0.77, stopped=STOPPED),
        definition=definition(objective={"folds": 3}),
    )  # fmt: skip


def plain(text):
    return text.replace("\u00a0", " ")


def test_a_trial_has_the_mean_of_its_runs_and_repeats_are_no_trials(study):
    assert [trial.number for trial in study.searched] == [3, 6]
    assert study.best.accuracy == pytest.approx(0.832)
    assert study.baseline.accuracy == pytest.approx(0.80)
    assert [(t.number, t.stopped, t.value) for t in study.pruned] == [
        (6, STOPPED, pytest.approx(0.76))
    ]
    assert plain(trials_in_words(study)) == (
        "3 trials (the baseline and 2 searched; 8 runs, as accuracies are means)"
    )
    assert states_in_words(study) == "2 complete, 1 pruned, 0 failed"


def test_a_recipe_with_runs_left_is_neither_complete_nor_the_best(study):
    left = snapshot(*study.trials[:5], definition=study.definition)
    assert left.best is None
    assert [trial.state for trial in left.searched] == [State.RUNNING]
    assert left.searched[0].last_accuracy == pytest.approx(0.825)


def test_a_failed_run_fails_its_recipe(study):
    failed = repeat(5, 3, 2, (), State.FAILED)
    (recipe,) = snapshot(*study.trials[:5], failed, definition=study.definition).failed
    assert recipe.reason == "Diverged: the loss became NaN"


def test_the_verdict_is_paired_over_the_runs(study):
    verdict = judge(study, evidence(3000))
    gain = verdict.comparison.gain
    # Differences of 3, 3 and 3.6 points: mean 3.2, standard error 0.2, t(2) = 4.303.
    assert (gain.n, gain.value) == (3, pytest.approx(0.032))
    assert (gain.low, gain.high) == (
        pytest.approx(0.0234, abs=1e-4),
        pytest.approx(0.0406, abs=1e-4),
    )
    assert gain.p == pytest.approx(0.125)
    assert verdict.answer == "Yes, it beats the baseline"
    assert "83.20 % (mean of 3 runs, SD 1.31 points, 95 % interval 79.9 to 86.5 %)" in plain(
        verdict.sentence
    )
    assert "t interval over 3 pairs of a fold and a seed; one-sided signed-rank" in plain(
        verdict.sentence
    )


def test_a_difference_whose_interval_holds_zero_is_not_significant():
    assert not runs_gain((0.83, 0.80, 0.82), (0.80, 0.81, 0.80)).settled
    assert runs_gain((0.83, 0.82, 0.83), (0.80, 0.80, 0.80)).settled


def test_one_run_has_no_interval():
    assert mean_interval([0.8]) is None
    assert MeanAccuracy(0.8, None, (0.7, 0.8, 0.9)).ends == (
        pytest.approx(0.8 - 4.303 * 0.1 / 3**0.5, abs=1e-4),
        pytest.approx(0.8 + 4.303 * 0.1 / 3**0.5, abs=1e-4),
    )


def test_the_files_have_the_mean_the_spread_and_what_was_stopped(study):
    summary = summarise(study)
    assert summary["best"]["runs"] == 3
    assert summary["best"]["sd"] == pytest.approx(0.01311, abs=1e-5)
    assert summary["stopped"] == {"6": STOPPED}
    assert summary["trials"] == {"complete": 2, "pruned": 1, "failed": 0}
    rows = list(csv.DictReader(io.StringIO(trials_csv(study))))
    assert [(r["pair"], r["runs"], r["stopped"]) for r in rows[3:]] == [
        ("0", "3", ""), ("1", "", ""), ("2", "", ""), ("0", "2", STOPPED), ("1", "", ""),
    ]  # fmt: skip


def test_the_files_of_a_study_with_single_runs_have_no_such_columns():
    single = snapshot(record(0, 0.80), record(1, 0.83))
    assert not {"objective", "stopped"} & summarise(single).keys()
    assert "runs" not in summarise(single)["best"]
    assert "pair" not in trials_csv(single).splitlines()[0]


def test_the_terminal_says_how_many_runs_and_why_a_recipe_was_stopped(study):
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(screen(study))
    text = plain(console.export_text())
    assert "3/3 runs" in text
    assert STOPPED in text
