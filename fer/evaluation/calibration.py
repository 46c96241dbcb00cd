"""Calibration of probabilities by one temperature (Guo et al., "On calibration of modern neural
networks", ICML 2017)."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from fer.errors import BadInput
from fer.scores import Scores
from fer.wording import counted

Floats = NDArray[np.floating]
Labels = NDArray[np.int64]

BINS = 15
"""Bins of the expected calibration error, as in the paper."""

HOTTEST = 20.0
"""A fitted temperature is between 1/20 and 20."""

DRAWS = 100
"""Draws of all labels that the error by chance is averaged over."""

PARTS = 5
"""Parts of the held-out faces in a cross-validation without several folds."""


class Calibration(BaseModel):
    """A temperature and what it was fitted on. It is stored with the model.

    Attributes:
        temperature: the logits are divided by it before the softmax.
        faces, runs: held-out predictions that it was fitted on, and the runs that made them.
        error_before: expected calibration error of these predictions as they are.
        error_after: the same, cross-validated: each run's predictions at the temperature that fits
            those of the other runs.
        error_by_chance: what a perfectly calibrated model has on as many faces, on average.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    temperature: float = Field(gt=0, le=100)
    faces: int = Field(ge=1)
    runs: int = Field(ge=1)
    error_before: float = Field(ge=0, le=1)
    error_after: float = Field(ge=0, le=1)
    error_by_chance: float = Field(ge=0, le=1)


def calibrate(runs: Sequence[Scores]) -> Calibration:
    """Fit one temperature to the held-out predictions of one or more runs of a recipe.

    Raises:
        BadInput: no temperature from 1/20 to 20 fits them best.
    """
    index = np.concatenate([scores.index for scores in runs])
    labels = np.concatenate([scores.label for scores in runs])
    before = np.concatenate([scores.probabilities for scores in runs])
    run = np.repeat(np.arange(len(runs)), [len(scores) for scores in runs])
    logits = to_logits(before)
    after = cross_validate(logits, labels, index, run)
    return Calibration(
        temperature=fit_temperature(logits, labels),
        faces=len(labels),
        runs=len(runs),
        error_before=expected_calibration_error(before, labels),
        error_after=expected_calibration_error(after, labels),
        error_by_chance=error_by_chance(after),
    )


def fit_temperature(logits: Floats, labels: Labels) -> float:
    """The temperature with the least negative log-likelihood, to four decimal places.

    Args:
        logits: ``[N, classes]``; ``labels``: ``[N]``.

    Raises:
        BadInput: it is not between 1/20 and 20, as when every prediction is right.
    """
    from scipy.optimize import minimize_scalar

    wide = logits.astype(np.float64)
    ends = (-math.log(HOTTEST), math.log(HOTTEST))

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(wide / math.exp(log_temperature), labels)

    found = float(minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-6}).x)
    if min(found - ends[0], ends[1] - found) < 0.01:
        raise BadInput(
            f"calibration: no temperature from {1 / HOTTEST:g} to {HOTTEST:g} fits "
            f"{counted(len(labels), 'held-out prediction')}: expected more of them, right and wrong"
        )
    return round(math.exp(found), 4)


def negative_log_likelihood(logits: Floats, labels: Labels) -> float:
    """The mean over the faces, in nats."""
    from scipy.special import logsumexp

    picked = logits[np.arange(len(labels)), labels]
    return float(np.mean(logsumexp(logits, axis=1) - picked))


def expected_calibration_error(probabilities: Floats, labels: Labels, bins: int = BINS) -> float:
    """The mean distance of confidence and accuracy over bins of equal width, in [0, 1].

    Confidence is the largest probability of a face. By chance, a perfectly calibrated model has an
    error above 0, too.

    Args:
        probabilities: ``[N, classes]``; ``labels``: ``[N]`` with N ≥ 1.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    correct = probabilities.argmax(axis=1) == labels
    place = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    gaps = np.bincount(place, correct - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


def error_by_chance(probabilities: Floats) -> float:
    """The mean expected calibration error of labels that are drawn from the probabilities
    ``[N, classes]``, so that these are perfectly calibrated."""
    draw = np.random.default_rng(0)
    ends = probabilities.cumsum(axis=1)[:, :-1]
    labels = ((draw.random((len(ends), 1)) > ends).sum(axis=1) for _ in range(DRAWS))
    return float(np.mean([expected_calibration_error(probabilities, each) for each in labels]))


def cross_validate(
    logits: Floats, labels: Labels, index: NDArray[np.int64], run: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Probabilities ``[N, classes]`` of each run at the temperature that fits the other runs.

    Predictions of faces that the run held out itself are left out of the fit. Where that leaves
    nothing, as with one run, the faces are cut into five parts instead.

    Args:
        logits: ``[N, classes]``; ``labels``: ``[N]``.
        index: of each face, ``[N]``; ``run``: the number of its run, ``[N]``.
    """
    parts = np.unique(run)
    if any(not _others(index, run == part).any() for part in parts):
        run = np.unique(index, return_inverse=True)[1] % PARTS
        parts = np.unique(run)
    probabilities = np.empty(logits.shape, np.float64)
    for part in parts:
        here = run == part
        others = _others(index, here)
        temperature = fit_temperature(logits[others], labels[others])
        probabilities[here] = to_probabilities(logits[here], temperature)
    return probabilities


def to_probabilities(logits: Floats, temperature: float) -> NDArray[np.float64]:
    """Softmax of logits ``[N, classes]`` that were divided by the temperature."""
    from scipy.special import softmax

    result: NDArray[np.float64] = softmax(logits.astype(np.float64) / temperature, axis=1)
    return result


def to_logits(probabilities: Floats) -> NDArray[np.float64]:
    """Logits ``[N, classes]`` of probabilities, up to a constant for each face, which a softmax
    ignores."""
    least = float(np.finfo(np.float32).tiny)
    logits: NDArray[np.float64] = np.log(np.maximum(probabilities.astype(np.float64), least))
    return logits


def _others(index: NDArray[np.int64], here: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which predictions are neither of the part nor of one of its faces."""
    others: NDArray[np.bool_] = ~np.isin(index, index[here])
    return others
