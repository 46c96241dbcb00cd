"""Whether one case is faster or slower than another, from raw samples that are not independent.

Two things make raw samples lie. Within a process they are **autocorrelated** (a neighbour's load, a
clock that wanders), so n samples say much less than n independent ones; and each **process** has a
level of its own (where its memory came to lie, which core it got), which no number of samples in
one process shows (Mytkowicz et al. 2009, "Producing wrong data without doing anything obviously
wrong!"). So:

- Each process's samples are cut into 10 **blocks** of neighbours, and the block is what is
  resampled and ranked (Künsch 1989; 10 to 30 batches lose next to nothing: Schmeiser 1982, "Batch
  size effects in the analysis of simulation output").
- The **interval** of the ratio of medians is a bootstrap over processes first and their blocks
  second, as the design has it (Kalibera and Jones 2013, "Rigorous benchmarking in reasonable
  time"; Davison and Hinkley 1997, section 3.8).
- Cases that took **turns** in one process (``compare_interleaved``) have a ratio a round, in which
  all cancels that both share. So it is rounds that are resampled, and the median of their log
  ratios that is claimed, with Wilcoxon's signed-rank test. Little is left to be autocorrelated, so
  it takes 20 blocks: 10 ranks do not bear one round that is spoilt by more than the difference. On
  simulated samples with a shared drift of 7.5 %, 2 % of noise, and one call in 33 slowed by 20 to
  100 %, a slowing of 10 % is found 81 % of the time in 7 rounds (a spoilt one among 7 hides it
  from any test of ranks), 99 % in 20, and always in 60; the same case is never called different.
- The **rank test** of cases that were timed apart is Mann and Whitney's on the medians of blocks:
  one-sided for each direction, at half of 5 % each.
- Both are held against a **minimum effect**, which stands in every result: with 2 % a case is
  called slower only where the interval lies above 1.02 and the ranks differ with the base slowed by
  2 %. Without it a long enough recording calls everything different, as two processes are. It is
  2 % where each side has several processes, or where cases were timed in turns
  (``compare_interleaved``), so that drift hits both alike and cancels; and 5 % where a side has but
  one process, which holds no evidence at all on how far processes lie apart (8 % where that has
  fewer than 30 samples: at 5 %, 7 to 20 of them are called different 7 % of the time). On simulated
  samples with 1.5 % (SD) between processes, 2 % autocorrelated noise and a drift of 1.5 %, one
  process of 60 samples a side is called different 15 % of the time at 3 %, and 1 % of the time at
  5 %; three processes of 60 at 2 % never in 80, and find a slowing of 10 % 96 % of the time.
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
"""LimitShare of the base's median under which no difference is called."""
MINIMUM_EFFECT_OF_ONE_PROCESS = 0.05
"""The same where a side was timed in one process only, and apart from the other."""
MINIMUM_EFFECT_OF_FEW = 0.08
"""The same where that process has fewer than ``FEW`` samples."""
FEW = 3 * BLOCKS
CONFIDENCE = 0.95
RESAMPLES = 2000
_CELLS = 4_000_000
"""Samples drawn at once: 32 MB."""


@dataclass(frozen=True)
class TimeRatio:
    """How a case's time relates to its base's.

    Attributes:
        ratio: median seconds over the base's median seconds; above 1 is slower. Of cases that took
            turns, the median of each round's ratio.
        low, high: 95 % bootstrap interval of the ratio.
        p: the rank test's p-value, two-sided, that the case differs by more than the minimum
            effect in the direction of the ratio.
        minimum_effect: the share under which no difference is called.
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
    """Compare two cases that were timed in processes of their own.

    Args:
        base, other: seconds above 0, process by process, each in the order of taking.
        minimum_effect: share of the base's median, at least 0; left out, as this module's
            text has it.
        seed: of the bootstrap, so that a comparison gives the same numbers again.
    """
    from scipy.stats import mannwhitneyu

    if minimum_effect is None:
        minimum_effect = max(_minimum_effect(side) for side in (base, other))
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
    """Compare two cases that were timed in turns in one process: sample i of each is of round i.

    Args:
        base, other: seconds above 0; what one has beyond the other's rounds is left out.
    """
    from scipy.stats import wilcoxon

    rounds = min(len(base), len(other))
    length = max(1, rounds // BLOCKS_OF_ROUNDS)
    pairs = np.array([base[:rounds], other[:rounds]], dtype=np.float64)
    logs = np.log(pairs[1] / pairs[0])[rounds % length :].reshape(-1, length)
    count = len(logs)
    draw = np.random.default_rng(seed)
    found = [
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
    return _time_ratio(ratio, np.exp(np.concatenate(found)), p, minimum_effect)


def _minimum_effect(side: Sequence[Sequence[float]]) -> float:
    if len(side) > 1:
        return MINIMUM_EFFECT
    return MINIMUM_EFFECT_OF_FEW if len(side[0]) < FEW else MINIMUM_EFFECT_OF_ONE_PROCESS


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
    """Each process's samples as ``[blocks, length]``, one length for all.

    What is over is left out at the beginning, next to the warm-up.
    """
    shortest = min(len(samples) for samples in processes)
    length = max(1, shortest // BLOCKS)
    arrays = [np.asarray(samples, dtype=np.float64) for samples in processes]
    return [array[len(array) % length :].reshape(-1, length) for array in arrays]


def _medians_of_resamples(processes: list[Floats], draw: np.random.Generator) -> Floats:
    """The median of each of ``RESAMPLES`` resamples: processes, then blocks within each."""
    count = len(processes)
    blocks = min(len(process) for process in processes)
    # The longest runs are cut to the shortest, from their end.
    table = np.stack([process[-blocks:] for process in _spread(processes)])
    found: list[Floats] = []
    for some in _portions(table.size):
        process = draw.integers(0, count, (some, count, 1))
        block = draw.integers(0, blocks, (some, count, blocks))
        found.append(np.median(table[process, block].reshape(some, -1), axis=1))
    return np.concatenate(found)


def _spread(processes: list[Floats]) -> list[Floats]:
    """Processes moved apart so that resampling few of them does not understate how they differ.

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
    """``RESAMPLES`` in portions that fit in memory."""
    at_once = max(1, min(RESAMPLES, _CELLS // cells))
    full, rest = divmod(RESAMPLES, at_once)
    return [at_once] * full + [rest] * (rest > 0)
