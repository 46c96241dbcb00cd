"""Whether one case is faster or slower than another, from raw samples that are not independent.

Raw samples are not independent for two reasons. Within a process they are **autocorrelated** (a
neighbour's load, a clock that drifts), so that n samples say much less than n independent ones; and
each **process** has a level of its own (its memory layout, the core it runs on), which no number of
samples of one process shows (Mytkowicz et al. 2009, "Producing wrong data without doing anything
obviously wrong!"). Therefore:

- Each process's samples are cut into 10 **blocks** of neighbours, and blocks are resampled and
  ranked (Künsch 1989; 10 to 30 batches lose next to nothing: Schmeiser 1982, "Batch size effects in
  the analysis of simulation output").
- The **interval** of the ratio of medians is a bootstrap over processes first and their blocks
  second, as the design is nested (Kalibera and Jones 2013, "Rigorous benchmarking in reasonable
  time"; Davison and Hinkley 1997, section 3.8).
- Cases that were **interleaved** in one process (``compare_interleaved``) have a ratio for each
  round, in which all that both share cancels. Rounds are resampled, and the estimate is the median
  of their log ratios, with Wilcoxon's signed-rank test. As little autocorrelation remains, it uses
  20 blocks: with 10 ranks the test fails once one round is disturbed by more than the difference.
  On simulated samples with a shared drift of 7.5 %, 2 % of noise, and one call in 33 slowed by 20
  to 100 %, a slowing of 10 % is found 81 % of the time in 7 rounds (a disturbed one among 7 hides
  it from any rank test), 99 % in 20, and always in 60; the same case is never called different.
- The **rank test** of cases that were timed apart is Mann and Whitney's on the medians of blocks:
  one-sided for each direction, at half of 5 % each.
- Both are combined with a **minimum effect**, which is part of every result: with 2 % a case is
  called slower only if the interval is above 1.02 and the ranks differ with the base slowed by 2 %.
  Without it a long enough recording calls everything different, as two processes are. It is 2 %
  where each set has several processes, or where cases were interleaved (``compare_interleaved``),
  so that drift affects both alike and cancels; and 5 % where a set has a single process, which
  holds no information on the variation between processes (8 % where that has fewer than 30 samples:
  at 5 %, 7 to 20 of them are called different 7 % of the time). On simulated samples with 1.5 %
  (SD) between processes, 2 % autocorrelated noise and a drift of 1.5 %, one process of 60 samples
  in each set is called different 15 % of the time at 3 %, and 1 % of the time at 5 %; three
  processes of 60 at 2 % never in 80, and find a slowing of 10 % 96 % of the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Word = Literal["faster", "slower", "no difference shown"]
Floats = NDArray[np.float64]

BLOCKS = 10
BLOCKS_OF_ROUNDS = 20
MINIMUM_EFFECT = 0.02
"""Relative difference below which the verdict is ``no difference shown``."""
MINIMUM_EFFECT_OF_ONE_PROCESS = 0.05
"""The same where a set has a single process, timed apart from the other."""
MINIMUM_EFFECT_OF_FEW = 0.08
"""The same where that process has fewer than ``FEW`` samples."""
FEW = 3 * BLOCKS
CONFIDENCE = 0.95
RESAMPLES = 2000
_CELLS = 4_000_000
"""Samples drawn at once: 32 MB."""


@dataclass(frozen=True)
class TimeRatio:
    """The ratio of a case's time to its base's, with interval, test and verdict.

    Attributes:
        ratio: median seconds over the base's median seconds; above 1 is slower. Of
            interleaved cases, the median of the rounds' ratios.
        low, high: 95 % bootstrap interval of the ratio.
        p: the rank test's p-value, two-sided, that the case differs by more than the minimum
            effect in the direction of the ratio.
        minimum_effect: relative difference below which there is no verdict.
        word: the verdict.
    """

    ratio: float
    low: float
    high: float
    p: float
    minimum_effect: float
    word: Word


def compare_apart(
    base: Sequence[Sequence[float]],
    other: Sequence[Sequence[float]],
    minimum_effect: float | None = None,
    *,
    seed: int = 0,
) -> TimeRatio:
    """Compare two cases that were timed in separate processes.

    Args:
        base, other: seconds above 0, process by process, in the order of measurement.
        minimum_effect: relative to the base's median, at least 0; by default as described in
            this module.
        seed: of the bootstrap, so that a comparison is reproducible.
    """
    from scipy.stats import mannwhitneyu

    if minimum_effect is None:
        minimum_effect = max(_minimum_effect(processes) for processes in (base, other))
    draw = np.random.default_rng(seed)
    bases, others = _blocks(base), _blocks(other)
    ratios = _medians_of_resamples(others, draw) / _medians_of_resamples(bases, draw)
    ratio = float(np.median(np.concatenate(list(map(np.ravel, others)))))
    ratio /= float(np.median(np.concatenate(list(map(np.ravel, bases)))))
    ranked = np.concatenate([np.median(blocks, axis=1) for blocks in bases])
    against = np.concatenate([np.median(blocks, axis=1) for blocks in others])
    margin = 1 + minimum_effect
    slower = ratio >= 1
    test = mannwhitneyu(
        against,
        ranked * margin if slower else ranked / margin,
        alternative="greater" if slower else "less",
    )
    return _time_ratio(ratio, ratios, float(test.pvalue), minimum_effect)


def compare_interleaved(
    base: Sequence[float],
    other: Sequence[float],
    minimum_effect: float = MINIMUM_EFFECT,
    *,
    seed: int = 0,
) -> TimeRatio:
    """Compare two cases that were interleaved in one process: sample i of each is of round i.

    Args:
        base, other: seconds above 0; surplus rounds of one are dropped.
    """
    from scipy.stats import wilcoxon

    rounds = min(len(base), len(other))
    length = max(1, rounds // BLOCKS_OF_ROUNDS)
    pairs = np.array([base[:rounds], other[:rounds]], dtype=np.float64)
    logs = np.log(pairs[1] / pairs[0])[rounds % length :].reshape(-1, length)
    count = len(logs)
    draw = np.random.default_rng(seed)
    medians = [
        np.median(logs[draw.integers(0, count, (some, count))].reshape(some, -1), axis=1)
        for some in _portions(logs.size)
    ]
    ratio = float(np.exp(np.median(logs)))
    ranked = np.median(logs, axis=1)
    margin = float(np.log1p(minimum_effect))
    slower = ratio >= 1
    shifted = ranked - margin if slower else ranked + margin
    # scipy has no p-value for differences that are all 0.
    p = (
        float(wilcoxon(shifted, alternative="greater" if slower else "less").pvalue)
        if shifted.any()
        else 1.0
    )
    return _time_ratio(ratio, np.exp(np.concatenate(medians)), p, minimum_effect)


def median_interval(processes: Sequence[Sequence[float]], *, seed: int = 0) -> tuple[float, float]:
    """The 95 % bootstrap interval of the median seconds, over processes and their blocks.

    It is widened to hold the median of all samples, of which the bootstrap may drop some.

    Args:
        processes: seconds above 0, process by process, in the order of measurement.
    """
    medians = _medians_of_resamples(_blocks(processes), np.random.default_rng(seed))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(medians, [tail, 1 - tail])
    median = float(np.median(np.concatenate([np.asarray(some) for some in processes])))
    return min(float(low), median), max(float(high), median)


def _minimum_effect(processes: Sequence[Sequence[float]]) -> float:
    if len(processes) > 1:
        return MINIMUM_EFFECT
    return MINIMUM_EFFECT_OF_FEW if len(processes[0]) < FEW else MINIMUM_EFFECT_OF_ONE_PROCESS


def _time_ratio(ratio: float, ratios: Floats, one_sided: float, effect: float) -> TimeRatio:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    ranks_differ = one_sided <= tail
    word: Word = "no difference shown"
    if ranks_differ and low > 1 + effect:
        word = "slower"
    elif ranks_differ and high < 1 / (1 + effect):
        word = "faster"
    return TimeRatio(ratio, float(low), float(high), min(1.0, 2 * one_sided), effect, word)


def _blocks(processes: Sequence[Sequence[float]]) -> list[Floats]:
    """Each process's samples as ``[blocks, length]``, with one length for all.

    The remainder is dropped at the beginning, next to the warm-up.
    """
    shortest = min(len(samples) for samples in processes)
    length = max(1, shortest // BLOCKS)
    arrays = [np.asarray(samples, dtype=np.float64) for samples in processes]
    return [array[len(array) % length :].reshape(-1, length) for array in arrays]


def _medians_of_resamples(processes: list[Floats], draw: np.random.Generator) -> Floats:
    """The median of each of ``RESAMPLES`` resamples: processes, then blocks within each."""
    count = len(processes)
    blocks = min(len(process) for process in processes)
    # Longer runs are cut to the shortest one, keeping their end.
    table = np.stack([process[-blocks:] for process in _spread(processes)])
    medians: list[Floats] = []
    for some in _portions(table.size):
        process = draw.integers(0, count, (some, count, 1))
        block = draw.integers(0, blocks, (some, count, blocks))
        medians.append(np.median(table[process, block].reshape(some, -1), axis=1))
    return np.concatenate(medians)


def _spread(processes: list[Floats]) -> list[Floats]:
    """Processes moved apart, so that resampling few of them does not understate their variance.

    Resampling K levels has (K - 1) / K of their variance: half of it for two processes.
    """
    count = len(processes)
    if count == 1:
        return processes
    levels = np.log([np.median(process) for process in processes])
    more = np.sqrt(count / (count - 1)) - 1
    moved = np.exp(more * (levels - levels.mean()))
    return [process * by for process, by in zip(processes, moved, strict=True)]


def _portions(cells: int) -> list[int]:
    """``RESAMPLES`` split into portions that fit in memory."""
    at_once = max(1, min(RESAMPLES, _CELLS // cells))
    full, rest = divmod(RESAMPLES, at_once)
    return [at_once] * full + [rest] * (rest > 0)
