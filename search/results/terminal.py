"""The state of a study on a terminal: live, in one screen, and at the end."""

import time
from collections import Counter
from dataclasses import dataclass

from optuna.trial import FrozenTrial, TrialState
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from search.config.definition import Definition
from search.execution.budget import baseline_trial, best_trial, complete, ending, epochs_run
from search.results.activity import active_seconds
from search.storage.attributes import is_baseline
from search.storage.sessions import sessions
from search.storage.study import FerStudy

LIVE_SECONDS = 1.0
LINE_SECONDS = 30.0


@dataclass
class LiveView:
    """Redraws a table on a terminal; elsewhere prints a line now and then, and as trials end."""

    study: FerStudy
    console: Console
    live: Live | None = None
    _drawn: float = 0.0
    _ended: int = -1

    def __call__(self) -> None:
        """Draw, if it is time to."""
        since = time.monotonic() - self._drawn
        if since < LIVE_SECONDS:
            return
        if self.live is not None:
            self.live.update(screen(self.study), refresh=True)
            self._drawn = time.monotonic()
            return
        ended = sum(trial.state.is_finished() for trial in self.study.everything())
        if ended != self._ended or since >= LINE_SECONDS:
            self._ended = ended
            self._drawn = time.monotonic()
            self.console.print(line(self.study), highlight=False, soft_wrap=True)


def line(study: FerStudy) -> str:
    """The state in one line."""
    trials = study.everything()
    parts = [
        f"{study.study_name}: {_counts(trials)}",
        _best_against_baseline(study.definition, trials),
        *(f"trial {t.number}: {_progress(t)}" for t in study.running()),
        f"left {_duration(seconds_left(study, trials))}",
    ]
    return "; ".join(parts)


def screen(study: FerStudy) -> RenderableType:
    """The state in one screen: what runs, the best so far against the baseline, time left."""
    trials = study.everything()
    end = ending(study)
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("trial", "state", "epoch", "validation"):
        rows.add_column(column, no_wrap=True)
    rows.add_column("settings")
    for trial in study.running():
        rows.add_row(*_row(trial))
    for trial in complete(trials)[:5]:
        rows.add_row(*_row(trial))
    used = _duration(active_seconds(sessions(study)))
    left = end.reason if end else f"{_duration(seconds_left(study, trials))} left"
    return Group(
        Text(f"{study.study_name} · {_counts(trials)} · {epochs_run(trials)} epochs", "bold"),
        Text(_best_against_baseline(study.definition, trials)),
        Text(f"{used} used · {left}"),
        rows,
    )


def best_five(study: FerStudy) -> Table:
    """The best five trials against the baseline."""
    trials = study.everything()
    baseline = baseline_trial(trials)
    table = Table(title=f"{study.study_name}: the best five against the baseline", title_style="")
    for column in ("trial", "validation", "gain", "epochs", "seconds", "settings"):
        table.add_column(column, justify="left" if column == "settings" else "right")
    for trial in complete(trials)[:5]:
        gain = f"{100 * (trial.values[0] - baseline.values[0]):+.2f}" if baseline else "?"
        table.add_row(*_result(trial, str(trial.number), gain, _settings(trial)))
    if baseline:
        name = _baseline_name(study.definition)
        table.add_row(*_result(baseline, str(baseline.number), "", name), style="dim")
    return table


def _result(trial: FrozenTrial, number: str, gain: str, settings: str) -> tuple[str, ...]:
    seconds = f"{trial.user_attrs.get('seconds', 0.0):.0f}"
    accuracy = f"{100 * trial.values[0]:.2f} %"
    return number, accuracy, gain, str(trial.last_step or 0), seconds, settings


def _row(trial: FrozenTrial) -> tuple[str, ...]:
    last = trial.intermediate_values.get(trial.last_step or 0)
    accuracy = "" if last is None else f"{100 * last:.2f} %"
    settings = "baseline" if is_baseline(trial) else _settings(trial)
    return str(trial.number), _state(trial), _epoch(trial), accuracy, settings


def _progress(trial: FrozenTrial) -> str:
    last = trial.intermediate_values.get(trial.last_step or 0)
    accuracy = "" if last is None else f" {100 * last:.2f} %"
    return f"epoch {_epoch(trial)}{accuracy}"


def _epoch(trial: FrozenTrial) -> str:
    return f"{trial.last_step or 0}/{_total(trial) or '?'}"


def _settings(trial: FrozenTrial) -> str:
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in trial.params.items()
    )


def _counts(trials: list[FrozenTrial]) -> str:
    counts = Counter(_state(trial) for trial in trials)
    names = {"complete": "complete", "pruned": "pruned", "fail": "failed", "running": "running"}
    if counts["stopped"]:
        names["stopped"] = "stopped"
    return ", ".join(f"{counts[state]} {name}" for state, name in names.items())


def _state(trial: FrozenTrial) -> str:
    """Optuna's word, but that an interrupted trial, which waits for the next start, is stopped."""
    if trial.state == TrialState.RUNNING and trial.user_attrs.get("resumable"):
        return "stopped"
    return trial.state.name.lower()


def _baseline_name(definition: Definition) -> str:
    if definition.baseline_cut:
        epochs = definition.baseline.epochs
        return f"the baseline, cut to {epochs} epoch{'s' if epochs > 1 else ''}"
    return "the baseline"


def _best_against_baseline(definition: Definition, trials: list[FrozenTrial]) -> str:
    best, baseline = best_trial(trials), baseline_trial(trials)
    ours = f"best trial {best.number}: {100 * best.values[0]:.2f} %" if best else "no trial yet"
    name = _baseline_name(definition)
    theirs = f"{name}: {100 * baseline.values[0]:.2f} %" if baseline else f"{name}: not yet"
    return f"{ours} ({theirs})"


def seconds_left(study: FerStudy, trials: list[FrozenTrial]) -> float | None:
    """Seconds until the budget is spent at the pace so far, or None before the first epoch.

    Trials that have not started are taken to be as long as those that have ended; running ones
    to go on to their end.
    """
    budget, used, epochs = study.limits.budget, active_seconds(sessions(study)), epochs_run(trials)
    estimates = []
    if budget.hours is not None:
        estimates.append(max(0.0, budget.hours * 3600 - used))
    if budget.trials is not None and epochs:
        lengths = [
            len(t.intermediate_values)
            for t in study.get_trials(deepcopy=False)
            if t.state.is_finished()
        ]
        usual = sum(lengths) / len(lengths) if lengths else study.definition.recipe.epochs
        begun = sum(_total(trial) - (trial.last_step or 0) for trial in study.running())
        started = sum(trial.state != TrialState.WAITING for trial in trials)
        left = begun + max(0, budget.trials - started) * usual
        estimates.append(left * used / epochs)
    if budget.epochs is not None and epochs:
        estimates.append(max(0, budget.epochs - epochs) * used / epochs)
    return min(estimates, default=None)


def _total(trial: FrozenTrial) -> int:
    return int(trial.user_attrs.get("recipe", {}).get("epochs", 0))


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
