"""The state of a study on a terminal."""

import io

import pytest
from rich.console import Console
from rich.live import Live

from search.execution.worker_progress import WorkerProgress
from search.results.snapshot import read_snapshot
from search.results.summary import summarise
from search.results.terminal import LiveView, best_trials, line, screen
from search.results.verdict import read_verdict
from search.storage.attributes import BASELINE


def text(renderable) -> str:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(renderable)
    return console.export_text()


def test_the_table_shows_the_best_five_against_the_baseline(study):
    shown = text(best_trials(read_snapshot(study)))
    assert "the baseline (cut to 5 epochs)" in shown
    best = summarise(read_snapshot(study))["best"]
    baseline = summarise(read_snapshot(study))["baseline"]
    gain = 100 * (best["validation_accuracy"] - baseline["validation_accuracy"])
    assert f"{100 * best['validation_accuracy']:.2f} %" in shown
    assert f"{gain:+.2f}" in shown


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


def test_a_study_without_a_complete_trial_has_a_screen_too(open_cheap):
    snapshot = read_snapshot(open_cheap())
    assert "No trial of the search space has started" in text(screen(snapshot))
    assert "no trial yet" in line(snapshot)
    assert text(best_trials(snapshot))


def test_the_screen_shows_the_verdict(study):
    snapshot = read_snapshot(study)
    sentence = " ".join(read_verdict(snapshot).sentence.split())
    assert sentence in " ".join(text(screen(snapshot)).split())
