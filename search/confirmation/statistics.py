"""The statistics of a confirmation: intervals and tests of accuracies over seeds and over folds.

Two things vary in a test accuracy: the seed of the training, and the images that happen to be in
the test set. A statement about a recipe has to allow for both (Bouthillier et al., 2021,
https://arxiv.org/abs/2103.03098). All seeds are measured on the same images, so more seeds reduce
the first variance and not the second.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

SIGNIFICANT = 0.05
"""The level of the tests; intervals are 95 % intervals."""


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval.

    Attributes:
        sd: sample standard deviation (n − 1); None for one value.
        n: values that the mean is over.
        low, high: None for one value, whose spread is not known.
    """

    mean: float
    sd: float | None
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class TargetTest:
    """A one-sided test of an accuracy against a fixed target.

    Attributes:
        p: of the null hypothesis that the accuracy is the target or less.
        freedom: degrees of freedom; infinite where the test has none.
    """

    p: float
    freedom: float = math.inf

    @property
    def significant(self) -> bool:
        """Whether the accuracy is above the target at the level of 5 %."""
        return self.p < SIGNIFICANT


def mean_over_seeds(correct: Sequence[int], n: int) -> Estimate:
    """The mean accuracy of several seeds on the same ``n`` test images.

    The interval is for other seeds and other test images: the variance of the mean is that of the
    seeds, ``s² / k`` with k − 1 degrees of freedom, plus that of the images, ``p (1 − p) / n``. Its
    t quantile has the degrees of freedom of Satterthwaite (1946, Biometrics Bulletin 2, 110–114),
    as in Welch's test. The sum counts the interaction of seeds and images twice, so the interval is
    wide rather than narrow.

    Args:
        correct: of each seed, the number of images that it classified correctly.
    """
    shares = np.array(correct) / n
    mean = float(shares.mean())
    if len(shares) < 2:
        return Estimate(mean, None, len(shares))
    sd = float(shares.std(ddof=1))
    seeds, images = sd**2 / len(shares), mean * (1 - mean) / n
    freedom = satterthwaite(seeds, len(shares) - 1, images)
    half = float(stats.t.ppf(0.975, freedom)) * math.sqrt(seeds + images)
    return Estimate(mean, sd, len(shares), max(0.0, mean - half), min(1.0, mean + half))


def mean_against_target(correct: Sequence[int], n: int, target: float) -> TargetTest | None:
    """Test the mean accuracy of a recipe, over seeds and test images, against a fixed target.

    Null hypothesis: the recipe's expected accuracy, for a seed and a test image drawn at random, is
    the target or less. The statistic is ``(mean − target) / sqrt(s² / k + target (1 − target) /
    n)``, compared with the t distribution of ``mean_over_seeds``; the images' variance is that
    under the null hypothesis, as in the score test of a proportion.

    Returns:
        None for one seed, whose spread is not known.
    """
    shares = np.array(correct) / n
    if len(shares) < 2:
        return None
    seeds, images = float(shares.var(ddof=1)) / len(shares), target * (1 - target) / n
    freedom = satterthwaite(seeds, len(shares) - 1, images)
    statistic = (float(shares.mean()) - target) / math.sqrt(seeds + images)
    return TargetTest(float(stats.t.sf(statistic, freedom)), freedom)


def model_against_target(correct: int, n: int, target: float) -> TargetTest:
    """Test one model, which may be the mean of several, against a fixed target.

    The exact binomial test. Null hypothesis: this model's expected accuracy on a test image drawn
    at random is the target or less. It says nothing about the recipe trained with other seeds.
    """
    result = stats.binomtest(correct, n, target, alternative="greater")
    return TargetTest(float(result.pvalue))


def satterthwaite(first: float, freedom: int, second: float) -> float:
    """The degrees of freedom of the sum of two variances, of which the second one is known.

    Args:
        first: a variance estimated with ``freedom`` degrees of freedom.
    """
    return math.inf if first == 0 else freedom * ((first + second) / first) ** 2


def mean_over_folds(accuracies: Sequence[float], held_out: float) -> Estimate:
    """The mean over repeated hold-outs of the same faces, or of paired differences on them.

    Their training faces overlap, so the plain t interval is too narrow: this is the corrected
    resampled t interval of Nadeau and Bengio (2003, "Inference for the generalization error",
    Machine Learning 52, 239–281), whose variance is ``(1 / k + n_test / n_train) s²``.

    Args:
        held_out: the share of the faces that each fold holds out, in (0, 1).
    """
    values = np.array(accuracies, float)
    mean = float(values.mean())
    if len(values) < 2:
        return Estimate(mean, None, len(values))
    sd = float(values.std(ddof=1))
    widening = math.sqrt(1 / len(values) + held_out / (1 - held_out))
    half = float(stats.t.ppf(0.975, len(values) - 1)) * widening * sd
    return Estimate(mean, sd, len(values), mean - half, mean + half)
