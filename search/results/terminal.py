"""The state of a study on a terminal: live, on one screen, and at the end."""

import time
from collections.abc import Callable, Sequence
from statistics import stdev

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fer.formatting import SPACE, clock
from fer.wording import counted
from search.confirmation.answer import answer
from search.execution.worker_progress import WorkerProgress
from search.results.baseline import baseline_name
from search.results.pace import seconds_left
from search.results.race_rows import race_table
from search.results.race_words import rounds_in_words
from search.results.roles import role_in_words
from search.results.snapshot import Snapshot, SnapshotReader
from search.results.trial_counts import states_in_words, trials_in_words
from search.results.trials import State, TrialRecord
from search.results.verdict import read_verdict
from search.storage.study import FerStudy

LIVE_SECONDS = 1.0
LINE_SECONDS = 30.0
FIRST_SECONDS = 2.0
"""Between lines before the first epoch has ended."""
BEST = 5
LAST = 3
"""Of the trials that were pruned or failed, those that ended last are shown."""
NARROW = 70
"""Columns; on fewer, settings beside the trial would be cut after every word."""
COLUMNS = ("trial", "state", "epoch", "validation", "settings")


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
            f"{snapshot.name}: {states_in_words(snapshot)}",
            _best_and_baseline(snapshot),
            *(f"trial {t.number}: {_progress(t)}" for t in snapshot.unfinished),
            f"left {_clock(seconds_left(snapshot))}",
        ]
    )


def print_answer(snapshot: Snapshot, console: Console) -> None:
    """Print the answer in one line, first wherever the results of a study are printed."""
    console.print(Text(answer(snapshot).line, "bold"), soft_wrap=True)


def print_in_full(snapshot: Snapshot, console: Console) -> None:
    """Print the answer in one line, and below it all that it rests on."""
    print_answer(snapshot, console)
    for sentence in answer(snapshot).sentences:
        console.print(Text(f"- {sentence}"), soft_wrap=True)


def screen(snapshot: Snapshot) -> RenderableType:
    """The state on one screen: the verdict, time left, and the trials."""
    lead = f"{snapshot.name} · {trials_in_words(snapshot)}: {states_in_words(snapshot)}"
    return Group(
        Text(_plain(f"{lead} · {counted(snapshot.epochs_run, 'epoch')}"), "bold"),
        Text(_plain(read_verdict(snapshot).sentence)),
        Text(f"{clock(snapshot.seconds)} used · {what_is_left(snapshot)}"),
        *_rounds(snapshot),
        TrialRows(snapshot),
    )


def _rounds(snapshot: Snapshot) -> list[RenderableType]:
    """Where the rounds are, and the standings of the race; nothing without rounds."""
    if snapshot.definition.rounds is None:
        return []
    table = race_table(snapshot)
    where = Text(_plain(rounds_in_words(snapshot)).capitalize(), "bold")
    return [where] if table is None else [where, table, Text("")]


def what_is_left(snapshot: Snapshot) -> str:
    """What a study still has to do: trials that wait, the time left, or why it has ended."""
    end, running = snapshot.ending, snapshot.counts[State.RUNNING]
    stopped = [t.number for t in snapshot.unfinished if t.state == State.STOPPED]
    left = seconds_left(snapshot)
    estimate = "time left not known yet" if left is None else f"{clock(left)} left"
    parts = [end.reason] if end else []
    if stopped:
        which = ", ".join(map(str, stopped))
        waits = f"trial {which} waits" if len(stopped) == 1 else f"trials {which} wait"
        parts.append(f"{waits} to be resumed: run the same command again")
    if running or stopped or not end:
        parts.append(estimate)
    return "; ".join(parts)


class TrialRows:
    """Unfinished trials, the best ones, the baseline, and those that were pruned or failed last.

    On a wide console a table; on a narrow one, the settings of each trial stand below it.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        ended = (*snapshot.pruned, *snapshot.failed)
        last = sorted(ended, key=lambda trial: trial.number)[-LAST:]
        baseline = [snapshot.baseline] if snapshot.baseline else []
        trials = [*snapshot.unfinished, *snapshot.complete[:BEST], *baseline, *reversed(last)]
        self._rows = [_row(trial, snapshot) for trial in trials]

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        narrow = options.max_width < NARROW
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in COLUMNS[:-1]:
            table.add_column(column, no_wrap=True)
        if not narrow:
            table.add_column(COLUMNS[-1])
            for row in self._rows:
                table.add_row(*row)
            yield table
            return
        # Its header and each row by itself, so that settings have the whole width below it.
        widths = [max(map(len, column)) for column in zip(COLUMNS, *self._rows, strict=True)][:-1]
        yield Text(_columns(COLUMNS, widths), "bold")
        for row in self._rows:
            yield Text(_columns(row, widths))
            yield Padding(Text(row[-1], "dim"), (0, 0, 0, 2))


def _columns(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
    return "  ".join(cells).rstrip()


def best_trials(snapshot: Snapshot) -> RenderableType:
    """The best five trials and the baseline, or the standings of the race."""
    if snapshot.definition.rounds:
        return Group(Text(f"{snapshot.name}: the race and the baseline"), *_rounds(snapshot))
    baseline = snapshot.baseline
    title = f"{snapshot.name}: the best trials and the baseline"
    table = Table(title=title, title_style="")
    for column in ("trial", "validation", "gain", "epochs", "seconds", "settings"):
        table.add_column(column, justify="left" if column == "settings" else "right")
    for trial in snapshot.complete[:BEST]:
        gain = _gain(trial, baseline)
        table.add_row(*_result(trial, gain, _settings(trial)))
    if baseline:
        table.add_row(*_result(baseline, "", _baseline(snapshot)), style="dim")
    return table


def _gain(trial: TrialRecord, baseline: TrialRecord | None) -> str:
    if baseline is None:
        return "?"
    if trial.last_epoch != baseline.last_epoch:
        return "other epochs"
    return f"{100 * (trial.accuracy - baseline.accuracy):+.2f}"


def _best_and_baseline(snapshot: Snapshot) -> str:
    best, baseline = snapshot.best, snapshot.baseline
    if best is None and snapshot.definition.rounds:
        return _plain(rounds_in_words(snapshot))
    lead = f"best trial {best.number}: {_accuracy(best)}" if best else "no trial yet"
    reached = _accuracy(baseline) if baseline else "not yet"
    return f"{lead}; {_baseline(snapshot)}: {reached}"


def _baseline(snapshot: Snapshot) -> str:
    return _plain(baseline_name(snapshot.definition))


def _result(trial: TrialRecord, gain: str, settings: str) -> tuple[str, ...]:
    seconds = f"{trial.seconds or 0.0:.0f}"
    return (
        str(trial.number),
        _accuracy(trial),
        gain,
        str(trial.last_epoch),
        seconds,
        settings,
    )


def _row(trial: TrialRecord, snapshot: Snapshot) -> tuple[str, ...]:
    last = trial.last_accuracy
    settings = _settings(trial)
    if trial.is_baseline:
        settings = _baseline(snapshot)
    elif trial.is_further_run:
        settings = role_in_words(trial)
    if trial.audited is not None:
        settings = f"audited from epoch {trial.audited}; {settings}"
    if said := trial.reason or trial.stopped:
        settings = f"{said}; {settings}"
    accuracy = "" if last is None else _percent(last)
    rounds = snapshot.definition.rounds
    total = rounds.race.runs if rounds else snapshot.definition.objective.runs
    runs = len(trial.runs)
    progress = f"{runs}/{total} runs" if runs else _epoch(trial)
    return str(trial.number), str(trial.state), progress, accuracy, settings


def _progress(trial: TrialRecord) -> str:
    last = trial.last_accuracy
    return f"epoch {_epoch(trial)}{'' if last is None else f' {_percent(last)}'}"


def _epoch(trial: TrialRecord) -> str:
    return f"{trial.last_epoch}/{trial.epochs_planned or '?'}"


def _settings(trial: TrialRecord) -> str:
    return ", ".join(
        # Without a space, so that no line ends between a name and its value.
        f"{name}={value:.3g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in trial.params.items()
    )


def _plain(text: str) -> str:
    return text.replace(SPACE, " ")


def _percent(share: float) -> str:
    # With a plain space: a log is searched for it.
    return f"{100 * share:.2f} %"


def _accuracy(trial: TrialRecord) -> str:
    if len(trial.runs) < 2:
        return _percent(trial.accuracy)
    runs = list(trial.runs.values())
    return f"{_percent(trial.accuracy)} ± {100 * stdev(runs):.2f} (n = {len(runs)})"


def _clock(seconds: float | None) -> str:
    return "?" if seconds is None else clock(seconds)
