"""Families of networks: a training step and a batch of inference of each, at the default widths.

On the CPU, those of one precision are interleaved, so that their ratios hold on a machine whose
speed drifts. A family that is new in ``fer.networks`` is timed without a change here.
"""

from functools import partial

from benchmarks.cases import inference, training
from benchmarks.cases.case import Case, PreparedCase

GROUP = "networks"
BATCH = {"training": 128, "inference": 256}


def cases() -> list[Case]:
    """Every family in training and inference, on the CPU and on CUDA."""
    from fer.networks import FAMILIES

    return [
        case(work, network, device, precision)
        for work in BATCH
        for device, precision in (("cpu", "fp32"), ("cpu", "bf16"), ("cuda", "bf16"))
        for network in FAMILIES
    ]


def quick() -> list[Case]:
    """None: the groups of training and inference have the published network."""
    return []


def case(work: str, network: str, device: str, precision: str) -> Case:
    """A case of one family; ``work`` is ``training`` or ``inference``."""
    params: dict[str, str | int] = {
        "work": work,
        "network": network,
        "device": device,
        "precision": precision,
        "batch": BATCH[work],
    }
    return Case(
        GROUP,
        params,
        partial(_set_up, work, network, device, precision),
        # On CUDA each graph holds memory of its own.
        interleave_group=f"{GROUP} {work} cpu {precision}" if device == "cpu" else None,
    )


def _set_up(work: str, network: str, device: str, precision: str) -> PreparedCase:
    batch, layout = BATCH[work], "channels_last"
    if work == "inference":
        return inference.set_up(device, precision, batch, layout, "eager", network)
    mode = "graph" if device == "cuda" else "eager"
    return training.set_up(device, precision, batch, layout, mode, network)
