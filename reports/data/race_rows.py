"""The rows of a race as pages show them: folds, means, ranks, and what the screen reported."""

from dataclasses import dataclass
from statistics import fmean, stdev

from search.confirmation.statistics import Estimate
from search.racing import Standing
from search.results.means import mean_interval
from search.results.race import RaceResults


@dataclass(frozen=True)
class RaceRow:
    """A recipe of the race, or the baseline.

    Attributes:
        number: of the trial whose recipe it is.
        folds: its accuracy in each fold that counts.
        mean: over these.
        state: in words, as in "winner" or "dropped after fold 3"; empty for one that only remains.
        rank: in the race, from 1; None for the baseline.
        screened: the accuracy that the screen had reported; None for the baseline.
        screen_rank: by that accuracy among the recipes of the race, from 1.
        standing: None for the baseline.
    """

    number: int
    folds: tuple[float, ...]
    mean: Estimate
    state: str = ""
    rank: int | None = None
    screened: float | None = None
    screen_rank: int | None = None
    standing: Standing | None = None

    @property
    def name(self) -> str:
        """The recipe, and its state."""
        name = "baseline" if self.standing is None else f"trial {self.number}"
        return f"{name}, {self.state}" if self.state else name

    @property
    def equal(self) -> bool:
        """Whether it is the leader or equal to it."""
        return self.standing is not None and self.standing.equal

    @property
    def dropped(self) -> bool:
        """Whether it has left the race."""
        return self.standing is not None and self.standing.dropped_after is not None

    @property
    def behind(self) -> Estimate | None:
        """Its accuracy minus the leader's over the same folds; None for leader and baseline."""
        if self.standing is None or self.standing.behind is None:
            return None
        behind = self.standing.behind
        ends = (None, None) if behind.n < 2 else (-behind.high, -behind.low)
        return Estimate(-behind.mean, None, behind.n, *ends)

    @property
    def flattered(self) -> float | None:
        """By how much the screen's accuracy was above the race's mean."""
        return None if self.screened is None else self.screened - self.mean.mean


def race_rows(race: RaceResults | None) -> tuple[RaceRow, ...]:
    """The recipes in the order of the standings, the baseline last; none before the first fold has
    ended."""
    if race is None or race.standings is None:
        return ()
    standings, screened = race.standings.rows, race.screened
    by_screen = sorted(
        (row.number for row in standings), key=lambda number: (-screened[number], number)
    )
    rows = [
        RaceRow(
            row.number,
            row.folds,
            _estimate(row.folds),
            _state(row, race),
            rank,
            screened[row.number],
            by_screen.index(row.number) + 1,
            row,
        )
        for rank, row in enumerate(standings, 1)
    ]
    if race.baseline:
        rows.append(RaceRow(race.progress.baseline, race.baseline, _estimate(race.baseline)))
    return tuple(rows)


def _estimate(folds: tuple[float, ...]) -> Estimate:
    sd = stdev(folds) if len(folds) > 1 else None
    return Estimate(fmean(folds), sd, len(folds), *(mean_interval(folds) or (None, None)))


def _state(row: Standing, race: RaceResults) -> str:
    if row.racer.failed:
        return f"failed after fold {row.dropped_after}"
    if row.dropped_after is not None:
        return f"dropped after fold {row.dropped_after}"
    assert race.standings is not None, "it has rows"
    states = ["winner"] if race.winner is row else []
    if race.standings.leader is row:
        states.append("leader")
    elif row.equal:
        states.append("equal to the leader")
    return " and ".join(states)
