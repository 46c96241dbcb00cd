"""The state of a study on a terminal: live, on one screen, and at the end."""

import time
from collections.abc import Callable, Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from fer.formatting import SPACE, clock
from search.execution.worker_progress import WorkerProgress
from search.results.pace import seconds_left
from search.results.snapshot import Snapshot, SnapshotReader
from search.results.trials import State, TrialRecord
from search.results.verdict import baseline_name, read_verdict
from search.storage.study import FerStudy

LIVE_SECONDS = 1.0
LINE_SECONDS = 30.0
FIRST_SECONDS = 2.0
"""Between lines before the first epoch has ended."""
BEST = 5


class LiveView:
    """Redraws a table on a terminal; elsewhere prints a line when a trial ends, and regularly.

    Attributes:
        live: where the table is drawn; None without a terminal.
        workers: what each worker is doing: below the table, or a line for each new phase.
    """

    def __init__(self, study: FerStudy, console: Console) -> None:
        self.live: Live | None = None
        self.workers: Callable[[], Sequence[WorkerProgress]] = tuple
        self._reader = SnapshotReader(study)
        self._console = console
        self._drawn = 0.0
        self._printed = 0.0
        self._state = (-1, 0)
        self._phases: dict[int, str] = {}

    def __call__(self) -> None:
        """Draw, if it is time to."""
        if time.monotonic() - self._drawn < LIVE_SECONDS:
            return
        self._drawn = time.monotonic()
        snapshot = self._reader.read()
        if self.live is None:
            self._print(snapshot)
        else:
            workers = Text("\n".join(map(str, self.workers())), "dim")
            self.live.update(Group(screen(snapshot), workers), refresh=True)

    def _print(self, snapshot: Snapshot) -> None:
        for worker in self.workers():
            if self._phases.get(worker.number) != worker.phase:
                self._phases[worker.number] = worker.phase
                self._print_line(f"worker {worker.number}: {worker.phase}")
        ended = sum(trial.state.finished for trial in snapshot.trials)
        # Until the first trial ends, each of its epochs is news.
        state = (ended, 0 if ended else snapshot.epochs_run)
        if state == (0, 0) and time.monotonic() - self._printed >= FIRST_SECONDS:
            for worker in self.workers():
                self._print_line(str(worker))
        if state != self._state or time.monotonic() - self._printed >= LINE_SECONDS:
            self._state = state
            self._print_line(line(snapshot))

    def _print_line(self, text: str) -> None:
        self._printed = time.monotonic()
        self._console.print(text, highlight=False, soft_wrap=True)


def line(snapshot: Snapshot) -> str:
    """The state in one line."""
    return "; ".join(
        [
            f"{snapshot.name}: {counts(snapshot)}",
            _best_and_baseline(snapshot),
            *(f"trial {t.number}: {_progress(t)}" for t in snapshot.unfinished),
            f"left {_clock(seconds_left(snapshot))}",
        ]
    )


def screen(snapshot: Snapshot) -> RenderableType:
    """The state on one screen: the verdict, time left, running trials and the best ones."""
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("trial", "state", "epoch", "validation"):
        rows.add_column(column, no_wrap=True)
    rows.add_column("settings")
    for trial in (*snapshot.unfinished, *snapshot.complete[:BEST]):
        rows.add_row(*_row(trial))
    end = snapshot.ending
    remaining = end.reason if end else f"{_clock(seconds_left(snapshot))} left"
    return Group(
        Text(f"{snapshot.name} · {counts(snapshot)} · {snapshot.epochs_run} epochs", "bold"),
        Text(read_verdict(snapshot).sentence.replace(SPACE, " ")),
        Text(f"{clock(snapshot.seconds)} used · {remaining}"),
        rows,
    )


def best_trials(snapshot: Snapshot) -> Table:
    """The best five trials and the baseline."""
    baseline = snapshot.baseline
    title = f"{snapshot.name}: the best trials and the baseline"
    table = Table(title=title, title_style="")
    for column in ("trial", "validation", "gain", "epochs", "seconds", "settings"):
        table.add_column(column, justify="left" if column == "settings" else "right")
    for trial in snapshot.complete[:BEST]:
        gain = f"{100 * (trial.accuracy - baseline.accuracy):+.2f}" if baseline else "?"
        table.add_row(*_result(trial, gain, _settings(trial)))
    if baseline:
        table.add_row(*_result(baseline, "", _baseline(snapshot)), style="dim")
    return table


def counts(snapshot: Snapshot) -> str:
    """How many trials are in each state, the baseline too; stopped ones only where there are."""
    shown = [State.COMPLETE, State.PRUNED, State.FAILED, State.RUNNING]
    if snapshot.counts[State.STOPPED]:
        shown.append(State.STOPPED)
    return ", ".join(f"{snapshot.counts[state]} {state}" for state in shown)


def _best_and_baseline(snapshot: Snapshot) -> str:
    best, baseline = snapshot.best, snapshot.baseline
    lead = f"best trial {best.number}: {_percent(best.accuracy)}" if best else "no trial yet"
    reached = _percent(baseline.accuracy) if baseline else "not yet"
    return f"{lead}; {_baseline(snapshot)}: {reached}"


def _baseline(snapshot: Snapshot) -> str:
    return baseline_name(snapshot).replace(SPACE, " ")


def _result(trial: TrialRecord, gain: str, settings: str) -> tuple[str, ...]:
    seconds = f"{trial.seconds or 0.0:.0f}"
    return (
        str(trial.number),
        _percent(trial.accuracy),
        gain,
        str(trial.last_epoch),
        seconds,
        settings,
    )


def _row(trial: TrialRecord) -> tuple[str, ...]:
    last = trial.last_accuracy
    settings = "baseline" if trial.is_baseline else _settings(trial)
    accuracy = "" if last is None else _percent(last)
    return str(trial.number), str(trial.state), _epoch(trial), accuracy, settings


def _progress(trial: TrialRecord) -> str:
    last = trial.last_accuracy
    return f"epoch {_epoch(trial)}{'' if last is None else f' {_percent(last)}'}"


def _epoch(trial: TrialRecord) -> str:
    return f"{trial.last_epoch}/{trial.epochs_planned or '?'}"


def _settings(trial: TrialRecord) -> str:
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in trial.params.items()
    )


def _percent(share: float) -> str:
    # With a plain space: a log is searched for it.
    return f"{100 * share:.2f} %"


def _clock(seconds: float | None) -> str:
    return "?" if seconds is None else clock(seconds)
