"""A case: one thing to time, identified by its factors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


class Absent(Exception):
    """This machine cannot run the case; ``str`` of it is the reason, e.g. ``no CUDA device``."""


def _no_op() -> None:
    """Default of what a case need not do."""


@dataclass
class PreparedCase:
    """A case that is set up in the timing process.

    Attributes:
        call: one timed call; its return value is dropped.
        items, unit: what one call processes, such as 128 ``images``.
        device: the device to synchronise; None where no torch device is used.
        flops: floating-point operations of one call, counted from the network.
        bytes: bytes that one call has to move at least, counted from the network.
        precision: whose peak to compare with: ``fp32``, ``tf32``, ``bf16`` or ``fp16``.
        phases: times the parts of a call separately, after the timing; seconds by name, a few
            samples each.
        reset: prepares the next call, untimed.
        close: releases what the case holds.
        member_seconds: seconds of each process in the last call of a process group.
        most_rounds: enough rounds where a call takes seconds; it bounds the whole interleave group.
        peak_bytes: peak resident memory of the processes that a call starts and ends, which the
            timing process cannot see any more.
    """

    call: Callable[[], object]
    items: int
    unit: str
    device: "torch.device | None" = None
    flops: float | None = None
    bytes: float | None = None
    precision: str | None = None
    phases: Callable[[], dict[str, list[float]]] | None = None
    reset: Callable[[], object] | None = None
    close: Callable[[], object] = _no_op
    peak_bytes: Callable[[], int] | None = None
    member_seconds: Callable[[], list[float]] | None = None
    most_rounds: int | None = None


@dataclass(frozen=True)
class Case:
    """One thing to time.

    Attributes:
        group: its family, such as ``training``.
        params: its factors, in the order of its name. They are the same on every machine, so that
            the cases of two machines match by name.
        setup: prepares it in the timing process.

            Raises:
                Absent: the machine lacks what the case needs.
        interleave_group: cases of one group are timed interleaved in one process, so that their
            ratio holds on a machine whose speed drifts.
        threads: of the timing process; None = all cores that it may run on.
    """

    group: str
    params: Mapping[str, str | int]
    setup: Callable[[], PreparedCase]
    interleave_group: str | None = None
    threads: int | None = None

    @property
    def name(self) -> str:
        """Such as ``training[device=cpu,precision=fp32,batch=128]``."""
        return f"{self.group}[{','.join(f'{key}={value}' for key, value in self.params.items())}]"
