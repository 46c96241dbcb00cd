"""The race of a study, read from its trials."""

from optuna.trial import FrozenTrial, TrialState

from search.config.definition import Definition
from search.racing import RaceProgress, RaceRun
from search.storage.attributes import is_baseline, is_of_race
from search.storage.trials import searched


def has_begun(trials: list[FrozenTrial]) -> bool:
    """Whether a run of the race has started; that of the baseline as trial 0 does not count."""
    return any(is_of_race(trial) for trial in trials)


def baseline_number(trials: list[FrozenTrial]) -> int:
    """The number by which runs of the race name the baseline: of its first trial."""
    return next((trial.number for trial in trials if is_baseline(trial)), 0)


def progress_of(definition: Definition, trials: list[FrozenTrial]) -> RaceProgress | None:
    """How far the race is; None without rounds. To be asked once the screen has ended."""
    if definition.rounds is None:
        return None
    baseline = baseline_number(trials)
    complete = (t for t in searched(trials) if t.state == TrialState.COMPLETE)
    runs = (
        RaceRun(
            int(trial.user_attrs.get("group", baseline)),
            int(trial.user_attrs.get("pair", 0)),
            float(trial.values[0]) if trial.state == TrialState.COMPLETE else None,
            trial.state == TrialState.FAIL,
        )
        for trial in trials
        if is_of_race(trial) or is_baseline(trial)
    )
    screened = {trial.number: float(trial.values[0]) for trial in complete}
    return definition.rounds.race.progress(screened, runs, baseline)
