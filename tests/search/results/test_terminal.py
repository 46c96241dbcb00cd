"""The state of a study on a terminal."""

import io

import pytest
from made_confirmations import confirmation
from made_snapshots import definition, record, snapshot
from rich.console import Console
from rich.live import Live

from search.config.limits import Budget, StudyLimits
from search.confirmation.answer import answer
from search.execution.budget import Ending
from search.execution.worker_progress import WorkerProgress
from search.results.snapshot import read_snapshot
from search.results.summary import summarise
from search.results.terminal import (
    LiveView,
    best_trials,
    line,
    print_in_full,
    screen,
    what_is_left,
)
from search.results.trials import State
from search.results.verdict import read_verdict
from search.storage.attributes import BASELINE


def text(renderable, width=120) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(renderable)
    return console.export_text()


def test_the_table_shows_the_best_five_against_the_baseline(study):
    shown = text(best_trials(read_snapshot(study)))
    assert "the baseline (cut to 5 epochs)" in shown
    best = summarise(read_snapshot(study))["best"]
    assert f"{100 * best['validation_accuracy']:.2f} %" in shown


def test_the_answer_is_one_line_also_where_it_is_longer_than_the_console():
    for made in (None, confirmation()):
        study, file = snapshot(record(0, 0.8), record(5, 0.85), confirmation=made), io.StringIO()
        print_in_full(study, Console(width=60, file=file))
        first, *others = file.getvalue().splitlines()
        assert first == answer(study).line
        assert others == [f"- {sentence}" for sentence in answer(study).sentences]


@pytest.mark.parametrize("terminal", [True, False])
def test_the_live_view_shows_what_changed(study, terminal):
    file = io.StringIO()
    console = Console(width=120, file=file, force_terminal=terminal)
    view = LiveView(study, console)
    if terminal:
        with Live(console=console, auto_refresh=False) as view.live:
            view()
    else:
        view()
    assert "1 failed" in file.getvalue()
    shown = file.getvalue()
    view()
    assert file.getvalue() == shown, "not drawn again at once"


def test_until_the_first_epoch_a_start_is_never_silent_for_long(open_cheap, monkeypatch):
    study, now, file = open_cheap(), [100.0], io.StringIO()
    monkeypatch.setattr("search.results.terminal.time.monotonic", lambda: now[0])
    view = LiveView(study, Console(width=120, file=file))
    phases = iter(["starting", "loading PyTorch", "trial 0", "trial 0", "trial 0"])

    def at(second, detail=""):
        now[0] = 100.0 + second
        view.workers = lambda: [WorkerProgress(1, phase, detail, 0.0)]
        before, phase = len(file.getvalue()), next(phases)
        view()
        return file.getvalue()[before:].splitlines()

    assert at(0)[0] == "worker 1: starting"
    assert at(2) == ["worker 1: loading PyTorch"]
    assert at(4) == ["worker 1: trial 0"]
    assert at(6, "step 3 of 63") == ["worker 1: trial 0, step 3 of 63"]
    study.start_trial(BASELINE).report(0.4, 1)
    (first,) = at(8, "step 21 of 63")
    assert "trial 0: epoch 1" in first
    assert "40.00 %" in first, "the first result is shown as soon as it is known"


def test_the_state_fits_one_screen_and_one_line(study):
    snapshot = read_snapshot(study)
    shown = text(screen(snapshot))
    assert "1 failed" in shown
    assert "the budget of 8 trials is spent" in shown
    assert len(shown.splitlines()) < 24
    assert "\n" not in line(snapshot)
    assert "1 failed" in line(snapshot)
    assert line(snapshot).isascii()


def test_a_gain_over_other_epochs_is_not_shown():
    cut = definition(3, baseline_cut=True)
    study = snapshot(record(0, [0.5] * 3), record(1, [0.6] * 4), definition=cut)
    shown = text(best_trials(study))
    assert "other epochs" in shown
    assert "+10.00" not in shown
    equal = text(best_trials(snapshot(record(0, [0.5] * 4), record(1, [0.6] * 4))))
    assert "+10.00" in equal


def test_a_stopped_trial_waits_even_when_the_budget_is_spent():
    trials = record(0, [0.5] * 10), record(1, [0.6] * 10), record(2, [0.5] * 4, State.STOPPED)
    limits = StudyLimits(budget=Budget(trials=3))
    stopped = snapshot(*trials, limits=limits, ending=Ending("the budget of 3 trials is spent"))
    assert what_is_left(stopped) == (
        "the budget of 3 trials is spent; trial 2 waits to be resumed: run the same command again; "
        "0:00:06 left"
    )
    ended = snapshot(*trials[:2], ending=Ending("the budget of 2 trials is spent"))
    assert what_is_left(ended) == "the budget of 2 trials is spent"


def test_pruned_trials_and_the_baseline_have_rows():
    pruned = [record(number, [0.4] * 4, State.PRUNED) for number in range(2, 8)]
    cut = definition(3, baseline_cut=True)
    trials = record(0, [0.5, 0.5, 0.5]), record(1, [0.6] * 10), *pruned
    rows = text(screen(snapshot(*trials, definition=cut)))
    assert "0      complete  3/10   50.00 %     the baseline (cut to 3 epochs)" in rows
    shown = [row.split()[0] for row in rows.splitlines() if "pruned    4/10" in row]
    assert shown == ["7", "6", "5"], "those that ended last"


def test_forty_columns_cut_no_word(study):
    shown = text(screen(read_snapshot(study)), width=40)
    assert "\u2026" not in shown
    assert max(map(len, shown.splitlines())) <= 40
    for name, value in read_snapshot(study).complete[0].params.items():
        assert f"{name}={value:.3g}" in shown, "on one line"
    assert "the baseline (cut to 5 epochs)" in shown


def test_a_study_without_a_complete_trial_has_a_screen_too(open_cheap):
    snapshot = read_snapshot(open_cheap())
    assert "No trial of the search space has started" in text(screen(snapshot))
    assert "no trial yet" in line(snapshot)
    assert text(best_trials(snapshot))


def test_the_screen_shows_the_verdict(study):
    snapshot = read_snapshot(study)
    sentence = " ".join(read_verdict(snapshot).sentence.split())
    assert sentence in " ".join(text(screen(snapshot)).split())
