"""Which recipes are dropped from a race, fold after fold."""

import math
from collections.abc import Collection, Mapping, Sequence
from statistics import fmean

from search.racing.paired import signed_rank


def dropped(
    results: Mapping[int, Sequence[float]], p: float, failed: Collection[int] = ()
) -> dict[int, int]:
    """The recipes that have left the race, each with the fold after which it did.

    After each fold that all remaining recipes have finished, the one with the highest mean so far
    leads (of equals the earlier), and those leave for which the signed-rank test against the leader
    has a p-value below ``p``. The decisions of earlier folds are repeated from their results alone,
    so the same results always give the same decisions.

    Args:
        results: of each recipe by its number: the accuracy of each fold, from the first one on.
        failed: the recipes whose run in the fold after their last result failed; they leave, too.
    """
    left: dict[int, int] = {}
    remaining, fold = sorted(results), 0
    while remaining:
        fold += 1
        left |= {n: fold - 1 for n in remaining if n in failed and len(results[n]) < fold}
        remaining = [number for number in remaining if number not in left]
        if any(len(results[number]) < fold for number in remaining):
            break
        left |= dict.fromkeys(_worse(results, remaining, fold, p), fold)
        remaining = [number for number in remaining if number not in left]
    return left


def first_test(p: float) -> int:
    """The first fold after which a recipe can be dropped: the signed-rank test over k folds has a
    p-value of at least ``2**-k``."""
    return math.floor(-math.log2(p)) + 1


def finished_folds(results: Mapping[int, Sequence[float]], left: Collection[int]) -> int:
    """How many folds all recipes that have not left the race have finished."""
    return min((len(done) for number, done in results.items() if number not in left), default=0)


def _worse(
    results: Mapping[int, Sequence[float]], remaining: Sequence[int], fold: int, p: float
) -> list[int]:
    if not remaining:
        return []
    so_far = {number: results[number][:fold] for number in remaining}
    leader = max(remaining, key=lambda number: (fmean(so_far[number]), -number))
    others = (number for number in remaining if number != leader)
    return [number for number in others if signed_rank(so_far[leader], so_far[number]) < p]
