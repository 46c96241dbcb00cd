"""The time that a training run would take on a machine, projected from its nearest training case.

A recipe's work is counted from the network that it builds (``benchmarks.analysis.cost``), as
floating-point operations and as bytes moved. The machine's speed is what it sustained in the
training case that is nearest to the recipe. A network of the case's size takes the same time by
both counts. For another network they differ, and the truth lies between or near them: on Xeon
cores, widths 16-32-64 instead of 32-64-128-256 took 0.45 of the time in bf16 on two cores, and 0.30
in fp32 on one, with 0.17 of the operations and under half of the bytes. So the
projection is their geometric mean, and its interval holds both, and the 95 % interval of the case's
median.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from benchmarks.analysis.cost import inference_cost, training_cost
from benchmarks.analysis.statistics import median_interval
from benchmarks.recordings.recording import Measured
from benchmarks.recordings.recording_set import RecordingSet

if TYPE_CHECKING:
    from fer.recipe import Recipe

MOST_DIFFERENT = 10.0
"""Operations of an image, as a multiple or a fraction of the case's, beyond which a case does not
fit: a network with a fortieth of them spends its time in work that is not counted."""
MODES = ("graph", "eager")
"""How ``fer train`` takes its steps, the preferred first; a graph exists on CUDA only."""


@dataclass(frozen=True)
class Work:
    """What one run trains.

    Attributes:
        epochs: that it ran.
        faces: training faces of an epoch.
        held_out: faces that are evaluated after each epoch.
    """

    recipe: "Recipe"
    epochs: int
    faces: int
    held_out: int


@dataclass(frozen=True)
class Projection:
    """The seconds of some work on a machine.

    Attributes:
        case: the training case that they are projected from.
        seconds: where several processes train at once, of all together: two processes finish
            two runs in twice this time.
        low, high: with both counts of the work, and the 95 % interval of the case's median.
    """

    case: Measured
    seconds: float
    low: float
    high: float


def processes_of(case: Measured) -> int:
    """How many networks a case trains at once."""
    if case.params.get("processes", "one") == "one":
        return 1
    members = case.extra.get("member_seconds")
    return len(members[0]) if members else 1


def project(
    works: Sequence[Work], machine: RecordingSet, *, together: bool, precision: str | None = None
) -> list[Projection] | str:
    """A projection of each work, or why the machine has no case that fits one of them.

    Args:
        together: whether one process a core trains, where that was measured.
        precision: by default the one in which ``fer train`` trains there: bf16 where it was timed.
    """
    fitting = _fitting(list(machine.cases().values()), together, precision)
    if isinstance(fitting, str):
        return fitting
    interval = cache(lambda name: median_interval(machine.processes(name)))
    projections = []
    for work in works:
        batch = work.recipe.batch_size
        case = min(fitting, key=lambda each: abs(math.log(int(each.params["batch"]) / batch)))
        ratios = _ratios(work, case)
        if not 1 / MOST_DIFFERENT <= ratios[0] <= MOST_DIFFERENT:
            return (
                f"a network of the study computes {ratios[0]:.2g} times the operations of the "
                "measured one for an image, which is too different"
            )
        low, high = interval(case.name)
        calls = _images(work) / case.items
        projections.append(
            Projection(
                case,
                calls * case.median * math.sqrt(ratios[0] * ratios[1]),
                calls * low * min(ratios),
                calls * high * max(ratios),
            )
        )
    return projections


def _images(work: Work) -> float:
    """Images to train, where the evaluation of a face counts by its share of the operations."""
    cost = inference_cost(work.recipe, 1, "fp32"), training_cost(work.recipe, 1, "fp32")
    return work.epochs * (work.faces + work.held_out * cost[0].flops / cost[1].flops)


def _fitting(
    cases: Sequence[Measured], together: bool, precision: str | None
) -> list[Measured] | str:
    """The cases of the device, precision, mode and number of processes that a run would have."""
    training = [
        case
        for case in cases
        if case.group == "training"
        and case.params.get("layout", "channels_last") == "channels_last"
        and case.extra.get("flops")
        and case.extra.get("bytes")
    ]
    if not training:
        return "no training case was measured with its operations counted"
    cuda = any(case.params.get("device") == "cuda" for case in training)
    device = "cuda" if cuda else "cpu"
    here = [case for case in training if case.params.get("device") == device]
    wanted = precision or ("bf16" if any(_precision(case) == "bf16" for case in here) else "fp32")
    here = [case for case in here if _precision(case) == wanted]
    if not here:
        return f"no training case was measured in {wanted}"
    for processes in ("one_a_core", "one") if together else ("one",):
        for mode in MODES:
            some = [
                case
                for case in here
                if case.params.get("processes", "one") == processes
                and case.params.get("mode") == mode
            ]
            if some:
                return some
    return f"no training case was measured in {wanted} as fer train takes its steps"


def _precision(case: Measured) -> str:
    return str(case.extra.get("precision", case.params.get("precision")))


def _ratios(work: Work, case: Measured) -> tuple[float, float]:
    """Operations and bytes of an image of the work, relative to the case's."""
    batch = work.recipe.batch_size
    cost = training_cost(work.recipe, batch, _precision(case))
    return (
        cost.flops / batch / (float(case.extra["flops"]) / case.items),
        cost.bytes / batch / (float(case.extra["bytes"]) / case.items),
    )
