"""A case: something to time, by the factors that make it this one and no other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

GROUPS = ("training", "inference", "dataloader", "study", "faces", "report")
"""The families of cases, in the order in which they are timed and shown."""


class Absent(Exception):
    """This machine cannot run the case; ``str`` of it is the reason, e.g. ``no CUDA device``."""


def _nothing() -> None:
    """The default of what a work need not do."""


@dataclass
class Work:
    """A case made ready in the timing process.

    Attributes:
        call: one timed call; what it returns is dropped.
        items, unit: what one call works off, such as 128 ``images``.
        device: what to synchronise with; None where no torch device is used.
        flops: floating-point operations of one call, counted from shapes.
        bytes: bytes that one call has to move at least, counted from shapes.
        precision: whose peak to compare with: ``fp32``, ``tf32``, ``bf16`` or ``fp16``.
        phases: times the parts of one call apart, some samples in seconds by name; it runs after
            the timing.
        reset: makes ready for the next call, not timed.
        close: gives back what the work holds.
        member_seconds: of a call that several processes do at once, what the last one took each.
        most_rounds: enough of them, where a call takes seconds; for the work's rivals too.
        peak_bytes: peak resident memory of what the calls started and ended, where the timing
            process cannot see it any more.
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
    close: Callable[[], object] = _nothing
    peak_bytes: Callable[[], int] | None = None
    member_seconds: Callable[[], list[float]] | None = None
    most_rounds: int | None = None


@dataclass(frozen=True)
class Case:
    """One thing to time.

    Attributes:
        group: its family, one of ``GROUPS``.
        params: its factors, in the order in which its name shows them. They are the same on every
            machine, so that cases of two machines meet by name.
        setup: makes it ready, in the timing process.

            Raises:
                Absent: the machine lacks what it needs.
        rivals: cases with the same word are timed in one process, in turns, so that their ratio
            holds on a machine whose speed wanders.
        threads: of the timing process; None = all cores that it may run on.
    """

    group: str
    params: Mapping[str, str | int]
    setup: Callable[[], Work]
    rivals: str | None = None
    threads: int | None = None

    @property
    def name(self) -> str:
        """Such as ``training[device=cpu,precision=fp32,batch=128]``."""
        return f"{self.group}[{','.join(f'{key}={value}' for key, value in self.params.items())}]"
