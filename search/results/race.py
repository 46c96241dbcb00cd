"""The rounds of a study as they stand: how far the screen is, and the race with its standings."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from statistics import fmean

from search.config.definition import Definition
from search.racing import PairedDifference, RaceProgress, Racer, RaceRun, Standing, Standings
from search.racing import paired_difference as paired
from search.racing import standings as standings_of
from search.results.trials import State, TrialRecord
from search.storage.attributes import RACE


class Round(StrEnum):
    """Where a study with rounds is."""

    SCREEN = "screen"
    RACE = "race"
    ENDED = "ended"


@dataclass(frozen=True)
class RaceResults:
    """A race that has begun.

    Attributes:
        progress: which recipes entered, which left, and how many folds have finished.
        standings: after the last fold that the baseline and all remaining recipes have finished;
            None before the first one has.
        baseline: the baseline's accuracy in each of those folds.
        screened: the accuracy that the screen reported for each complete trial, by its number.
        ended: whether no run is left, as all folds have finished or the budget was spent within the
            race, and a recipe has won.
        records: of each recipe in the order of the standings, the winner first: the screened trial
            with the epochs, the runs and the mean accuracy of the race.
    """

    progress: RaceProgress
    standings: Standings | None
    baseline: tuple[float, ...]
    screened: Mapping[int, float]
    ended: bool
    records: tuple[TrialRecord, ...]
    runs: tuple[TrialRecord, ...]

    @property
    def winner(self) -> Standing | None:
        """The winner once the race has ended."""
        return self.standings.winner if self.ended and self.standings else None

    @cached_property
    def gain(self) -> PairedDifference | None:
        """The winner's accuracy minus the baseline's over the same folds; None before the end."""
        if self.winner is None:
            return None
        return paired(self.winner.folds, self.baseline[: self.winner.n])

    @property
    def first_run(self) -> TrialRecord | None:
        """The winner's run in the first fold; None before the end."""
        if self.winner is None:
            return None
        return _runs_of(self.runs, self.winner.number, 1)[0]


def round_of(definition: Definition, race: RaceResults | None, ended: bool) -> Round | None:
    """Where a study is; None without rounds. ``ended``: whether it starts no further trial."""
    if definition.rounds is None:
        return None
    if ended or (race is not None and race.ended):
        return Round.ENDED
    return Round.SCREEN if race is None else Round.RACE


def race_results(
    definition: Definition, trials: Sequence[TrialRecord], study_ended: bool
) -> RaceResults | None:
    """The race of a study; None without rounds and before the race.

    Args:
        study_ended: whether the study starts no further trial, and none runs.
    """
    runs = [trial for trial in trials if trial.role == RACE]
    if definition.rounds is None or not runs:
        return None
    baseline = next((trial.number for trial in trials if trial.is_baseline), 0)
    first = [
        dataclasses.replace(trial, group=baseline, pair=0) for trial in trials if trial.is_baseline
    ]
    runs = [*first, *runs]
    screened = {
        trial.number: trial.accuracy
        for trial in trials
        if trial.is_of_space and trial.state == State.COMPLETE
    }
    progress = definition.rounds.race.progress(screened, map(_run, runs), baseline)
    table = standings_of(_racers(progress, runs), progress.p)
    return RaceResults(
        progress,
        table,
        progress.baseline_results[: progress.done],
        screened,
        table is not None and (progress.finished or study_ended),
        _records(definition, trials, runs, table, progress.seeds),
        tuple(runs),
    )


def baseline_record(race: RaceResults, baseline: TrialRecord, seeds: int) -> TrialRecord:
    """The baseline's record with the mean over the folds that the winner has finished."""
    assert race.winner is not None, "the race has ended"
    runs = _runs_of(race.runs, race.progress.baseline, race.winner.n * seeds)
    return _merged(baseline, runs, fmean(race.baseline[: race.winner.n]))


def _run(trial: TrialRecord) -> RaceRun:
    assert trial.group is not None, "it was stored with the role"
    assert trial.pair is not None, "it was stored with the role"
    complete = trial.state == State.COMPLETE
    failed = trial.state == State.FAILED
    return RaceRun(trial.group, trial.pair, trial.accuracy if complete else None, failed)


def _racers(progress: RaceProgress, runs: Sequence[TrialRecord]) -> list[Racer]:
    """The entrants with the folds that the baseline, too, has finished."""
    costs = {run.group: (run.parameters or 0, run.operations or 0) for run in runs}
    racers = []
    for number in progress.entrants:
        folds = progress.results[number][: progress.done]
        failed = number in progress.failed and progress.left.get(number, 0) <= progress.done
        racers.append(Racer(number, folds, *costs.get(number, (0, 0)), failed=failed))
    return racers


def _records(
    definition: Definition,
    trials: Sequence[TrialRecord],
    runs: Sequence[TrialRecord],
    table: Standings | None,
    seeds: int,
) -> tuple[TrialRecord, ...]:
    if table is None:
        return ()
    by_number = {trial.number: trial for trial in trials}
    # Equal recipes are ranked by their means, but for the winner.
    rows = sorted(table.rows, key=lambda row: row is not table.winner)
    records = []
    for row in rows:
        screened = by_number[row.number]
        recipe = {**screened.recipe, "epochs": definition.recipe.epochs}
        whole = dataclasses.replace(screened, recipe=recipe)
        records.append(_merged(whole, _runs_of(runs, row.number, row.n * seeds), row.mean))
    return tuple(records)


def _runs_of(runs: Sequence[TrialRecord], group: int, pairs: int) -> list[TrialRecord]:
    """The complete runs of a recipe in its first pairs, in order."""
    own = [run for run in runs if run.group == group and run.state == State.COMPLETE]
    return sorted((run for run in own if (run.pair or 0) < pairs), key=lambda run: run.pair or 0)


def _merged(whole: TrialRecord, runs: Sequence[TrialRecord], mean: float) -> TrialRecord:
    """One record for a recipe's runs: the mean accuracy of each epoch, and their time together."""
    common = set.intersection(*(set(run.accuracies) for run in runs))
    curve = {epoch: fmean(run.accuracies[epoch] for run in runs) for epoch in sorted(common)}
    return dataclasses.replace(
        whole,
        accuracies=curve,
        value=mean,
        runs={run.pair or 0: run.accuracy for run in runs},
        seconds=sum(run.seconds or 0.0 for run in runs),
        run=runs[0].run,
        attempts=(),
        audited=None,
    )
