"""Learning rate and batch size whose best values depend on each other."""

import math
from collections.abc import Iterator, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from fer.formatting import count, percent, signed
from search.results.findings.base import SIGNIFICANT, Finding, Material, number
from search.results.trials import TrialRecord

RATE, BATCH = "learning_rate", "batch_size"
MIN_TRIALS = 15

FloatArray = NDArray[np.float64]


def find(material: Material) -> Iterator[Finding]:
    """Accuracy depends on the product of both, beyond what each says by itself.

    The accuracies of the complete trials, as normal scores of their ranks so that no single one
    decides, are regressed on log learning rate, log batch size and their squares; the test is that
    of the product of the two logs.
    """
    entries = material.snapshot.definition.space.entries.values()
    if not {RATE, BATCH} <= {entry.key for entry in entries}:
        return
    trials = _same_optimiser(material.snapshot.complete)
    batches = sorted({int(trial.recipe[BATCH]) for trial in trials})
    if len(trials) < MIN_TRIALS or len(batches) < 2:
        return
    rate, batch = (_standardised(trials, key) for key in (RATE, BATCH))
    controls = [np.ones_like(rate), rate, batch, rate**2]
    if len(batches) > 2:
        controls.append(batch**2)
    scores = normal_scores([trial.accuracy for trial in trials])
    found = partial_correlation(scores, rate * batch, np.column_stack(controls))
    if found is None or found[1] >= SIGNIFICANT:
        return
    correlation, p = found
    best = [next(t for t in trials if t.recipe[BATCH] == size) for size in batches]
    shown = ", ".join(
        f"{t.recipe[BATCH]}: {number(float(t.recipe[RATE]))} ({percent(t.accuracy)})" for t in best
    )
    yield Finding(
        "coupled",
        f"Fix {BATCH}, or choose {RATE} for each {BATCH} by itself",
        f"the best {RATE} {'rises' if correlation > 0 else 'falls'} with {BATCH}: partial rank "
        f"correlation of accuracy with log {RATE} × log {BATCH} {signed(correlation, 2)}, "
        f"p\u00a0=\u00a0{p:.2g}, n\u00a0=\u00a0{count(len(trials), 'complete trial')} ({RATE} of "
        f"the best trial with each {BATCH}: {shown})",
    )


def partial_correlation(
    one: FloatArray, other: FloatArray, controls: FloatArray
) -> tuple[float, float] | None:
    """The correlation of two variables given others, and the p-value of its two-sided t test.

    Args:
        controls: one column for each, a constant among them.

    Returns:
        None where a variable follows from the others, and where no degree of freedom is left.
    """
    first, second = (y - controls @ np.linalg.lstsq(controls, y)[0] for y in (one, other))
    freedom = len(one) - int(np.linalg.matrix_rank(controls)) - 1
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    if freedom < 1 or size < 1e-9:
        return None
    from scipy.special import stdtr  # the t distribution, without the weight of scipy.stats

    correlation = float(first @ second) / size
    rest = max(1 - correlation**2, 1e-12)
    return correlation, 2 * float(stdtr(freedom, -abs(correlation) * math.sqrt(freedom / rest)))


def normal_scores(values: Sequence[float]) -> FloatArray:
    """The expected order statistics of a normal sample (Blom, 1958); equal values share theirs."""
    _, place, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    ranks = (counts.cumsum() - (counts - 1) / 2)[place]
    quantile = NormalDist().inv_cdf
    return np.array([quantile((rank - 0.375) / (len(values) + 0.25)) for rank in ranks])


def _standardised(trials: Sequence[TrialRecord], key: str) -> FloatArray:
    logs = np.log([float(trial.recipe[key]) for trial in trials])
    spread = float(logs.std())
    standardised: FloatArray = (logs - logs.mean()) / (spread or 1.0)
    return standardised


def _same_optimiser(complete: Sequence[TrialRecord]) -> list[TrialRecord]:
    """Those of the most frequent optimiser, best first: each has learning rates of its own size."""
    known = [t for t in complete if RATE in t.recipe and BATCH in t.recipe]
    kinds = [str(trial.recipe.get("optimiser")) for trial in known]
    most = max(sorted(set(kinds)), key=kinds.count, default="")
    return [trial for trial, kind in zip(known, kinds, strict=True) if kind == most]
