"""A study with rounds made by hand: eight short trials, and a race of the best four."""

from collections.abc import Mapping, Sequence
from typing import Any

from made_snapshots import definition, record, snapshot

from reports.data.study_data import StudyData
from search.config.limits import StudyLimits
from search.execution.budget import Ending
from search.results.trials import TrialRecord

ROUNDS = {
    "screen": {"epochs": 4, "trials": 8},
    "race": {"keep": 0.5, "folds": 5, "p": 0.13},
}
SCREENED = (0.801, 0.823, 0.815, 0.79, 0.83, 0.811, 0.78, 0.799)
"""The accuracies of trials 1 to 8 in the screen; 5, 2, 3 and 6 enter the race."""
FOLDS: Mapping[int, Sequence[float]] = {
    0: (0.781, 0.776, 0.790, 0.785, 0.779),
    5: (0.806, 0.818, 0.815, 0.803, 0.809),
    2: (0.812, 0.810, 0.821, 0.806, 0.805),
    3: (0.801, 0.799, 0.807),
    6: (0.790, 0.795, 0.798),
}
"""The accuracy of each recipe by fold; the baseline's first is that of trial 0 itself. After the
third fold, trials 3 and 6 are dropped."""
ENDED = Ending("the race ended after 5 folds")


def raced(
    folds: Mapping[int, Sequence[float]] = FOLDS, ending: Ending | None = ENDED, **changes: Any
) -> StudyData:
    """The study; with fewer folds and no ending, one whose race goes on."""
    made = snapshot(
        record(0, _curve(folds[0][0], 10)),
        *(record(number, _curve(accuracy, 4)) for number, accuracy in enumerate(SCREENED, 1)),
        *_runs(folds),
        definition=definition(rounds=ROUNDS),
        ending=ending,
        limits=StudyLimits(),
        **changes,
    )
    return StudyData(made)


def _runs(folds: Mapping[int, Sequence[float]]) -> list[TrialRecord]:
    runs: list[TrialRecord] = []
    for pair in range(max(map(len, folds.values()))):
        for group, accuracies in folds.items():
            if pair >= len(accuracies) or (group, pair) == (0, 0):
                continue
            number = 1 + len(SCREENED) + len(runs)
            made: dict[str, Any] = {"role": "race", "group": group, "pair": pair}
            made |= {"parameters": 1000, "operations": 100}
            runs.append(record(number, _curve(accuracies[pair], 10), params={}, **made))
    return runs


def _curve(accuracy: float, epochs: int) -> list[float]:
    return [accuracy - 0.02 * (epochs - epoch) for epoch in range(1, epochs + 1)]
