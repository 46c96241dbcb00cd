"""What an early accuracy says about a recipe's true accuracy, by rank correlation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from search.replay.table import FOLDS, FULL, SHORT, Table
from search.replay.truth import Truth

Array = npt.NDArray[np.float64]

RESAMPLES = 2000


@dataclass(frozen=True)
class Prediction:
    """One measure of a recipe that a search sees on one fold.

    Attributes:
        epoch, epochs: the accuracy after this epoch of a schedule of so many.
        rho: Spearman's rank correlation with the accuracy of the 20-epoch run on the other fold,
            of which the measure knows nothing; mean of both directions.
        low, high: its 95 % interval, by resampling recipes.
        half, quarter: share of the truly best quarter of the recipes that the measure has in its
            better half, and in its best quarter; mean of both folds.
    """

    epoch: int
    epochs: int
    rho: float
    low: float
    high: float
    half: float
    quarter: float


MEASURES = ((4, FULL), (7, FULL), (SHORT, SHORT), (8, FULL), (16, FULL), (FULL, FULL))
"""The middle of a long schedule beside the end of a short one, which costs the same."""


def predictions(
    table: Table, truth: Truth, measures: Sequence[tuple[int, int]] = MEASURES
) -> list[Prediction]:
    """What each measure says."""
    return [_prediction(table, truth, epoch, epochs) for epoch, epochs in measures]


def _prediction(table: Table, truth: Truth, epoch: int, epochs: int) -> Prediction:
    seen = np.array(
        [[table.curve(n, fold, epochs).seen[epoch - 1] for n in table.numbers] for fold in FOLDS]
    )
    others = np.array([truth.other_fold(fold) for fold in FOLDS])
    rng = np.random.default_rng(0)
    draws = rng.integers(0, len(table), (RESAMPLES, len(table)))
    resampled = np.mean([spearman(seen[f][draws], others[f][draws]) for f in FOLDS], axis=0)
    low, high = np.quantile(resampled, (0.025, 0.975))
    rho = float(np.mean([spearman(seen[f][None], others[f][None]) for f in FOLDS]))
    half, quarter = (
        float(np.mean([_kept(seen[fold], truth.best_quarter, share) for fold in FOLDS]))
        for share in (0.5, 0.25)
    )
    return Prediction(epoch, epochs, rho, float(low), float(high), half, quarter)


def spearman(one: Array, other: Array) -> Array:
    """Rank correlations, row by row. [rows, recipes] twice"""
    a, b = (rankdata(values, axis=1) - (values.shape[1] + 1) / 2 for values in (one, other))
    return np.asarray((a * b).sum(1) / np.sqrt((a**2).sum(1) * (b**2).sum(1)))


def _kept(seen: Array, best: npt.NDArray[np.bool_], share: float) -> float:
    count = int(np.ceil(share * len(seen)))
    kept = np.argsort(-seen, kind="stable")[:count]
    return float(best[kept].sum() / best.sum())
