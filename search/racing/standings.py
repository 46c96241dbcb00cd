"""The standings of a race: means over folds, which recipes are equal, and which one wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from search.racing.drops import dropped, finished_folds
from search.racing.paired import PairedDifference, paired_difference

RULE = (
    "of those within one standard error of the highest mean, fewer parameters, then fewer "
    "operations for an image, then the higher mean, then the earlier trial"
)
"""Which one of equal recipes is preferred.

With few folds the interval that makes recipes equal is wide, so simplicity decides only within one
standard error of the paired difference (the one-standard-error rule of Breiman et al., 1984,
"Classification and Regression Trees", section 3.4.3).
"""


@dataclass(frozen=True)
class Racer:
    """A recipe in a race.

    Attributes:
        number: of the trial whose recipe it is.
        folds: its accuracy in each fold that it has finished, from the first one on; with several
            seeds, their mean.
        parameters, operations: of the network; operations are for one image.
        failed: whether its run in the next fold failed, so that it left the race.
    """

    number: int
    folds: tuple[float, ...]
    parameters: int = 0
    operations: int = 0
    failed: bool = False


@dataclass(frozen=True)
class Standing:
    """A recipe's result over the folds that it has in common with all that remain.

    Attributes:
        sd: standard deviation between folds; None with one fold.
        n: folds.
        dropped_after: the fold after which it left the race; None while it remains.
        behind: the leader's accuracy minus its own over the same folds; None for the leader.
        equal: whether it is the leader, or remains and the interval of ``behind`` holds 0. With one
            fold there is no interval, and no recipe is called equal to the leader.
    """

    racer: Racer
    mean: float
    sd: float | None
    n: int
    dropped_after: int | None
    behind: PairedDifference | None
    equal: bool

    @property
    def number(self) -> int:
        """Of the trial whose recipe it is."""
        return self.racer.number

    @property
    def folds(self) -> tuple[float, ...]:
        """The results that the mean is over."""
        return self.racer.folds[: self.n]


@dataclass(frozen=True)
class Standings:
    """The recipes of a race that have a result: those that remain, then the dropped ones, the last
    dropped first; each group by its mean, best first.

    Attributes:
        leader: the highest mean of those that remain.
        winner: of the leader and the recipes equal to it, the one that ``RULE`` prefers.
    """

    rows: tuple[Standing, ...]
    leader: Standing
    winner: Standing

    @property
    def equals(self) -> tuple[Standing, ...]:
        """The recipes that are equal, the leader included."""
        return tuple(row for row in self.rows if row.equal)

    @property
    def remaining(self) -> tuple[Standing, ...]:
        """The recipes that have not left the race."""
        return tuple(row for row in self.rows if row.dropped_after is None)


def standings(racers: Sequence[Racer], p: float) -> Standings | None:
    """The standings after the last fold that all remaining recipes have finished.

    Args:
        p: the threshold of the test by which recipes are dropped; see ``dropped``.

    Returns:
        None before the first fold has ended, and where all recipes failed.
    """
    results = {racer.number: racer.folds for racer in racers}
    left = dropped(results, p, {racer.number for racer in racers if racer.failed})
    done = finished_folds(results, left)
    if not done:
        return None
    remain = [racer for racer in racers if racer.number not in left]
    best = max(remain, key=lambda racer: (fmean(racer.folds[:done]), -racer.number))
    rows = [_standing(racer, best, left, done) for racer in racers if left.get(racer.number, 1)]
    rows.sort(key=lambda row: (-(row.dropped_after or done + 1), -row.mean, row.number))
    equals = [row for row in rows if row.equal]
    leader = next(row for row in rows if row.racer is best)
    close = [row for row in equals if row.behind is None or row.behind.mean <= row.behind.error]
    return Standings(tuple(rows), leader, min(close, key=_preference))


def _standing(racer: Racer, leader: Racer, left: Mapping[int, int], done: int) -> Standing:
    after = left.get(racer.number)
    folds = racer.folds[: done if after is None else after]
    behind = None if racer is leader else paired_difference(leader.folds[: len(folds)], folds)
    tied = behind is not None and behind.n > 1 and behind.holds_zero
    return Standing(
        racer,
        fmean(folds),
        stdev(folds) if len(folds) > 1 else None,
        len(folds),
        after,
        behind,
        racer is leader or (after is None and tied),
    )


def _preference(row: Standing) -> tuple[int, int, float, int]:
    return row.racer.parameters, row.racer.operations, -row.mean, row.number
