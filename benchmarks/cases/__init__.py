"""The cases, one family a file, and the sets of them that are timed together."""

from benchmarks.cases import dataloader, faces, inference, report, study, training
from benchmarks.cases.case import Case

SOURCE = "benchmarks.cases:every"
"""Where a timing process finds them."""


def full() -> list[Case]:
    """All that is worth half an hour on two cores; a CUDA machine takes longer."""
    return [
        *training.cases(),
        *inference.cases(),
        *dataloader.cases(),
        *study.cases(),
        *faces.cases(),
        *report.cases(),
    ]


def quick() -> list[Case]:
    """A glance of three minutes on two cores."""
    return [
        *training.quick(),
        *inference.quick(),
        *dataloader.quick(),
        *study.quick(),
        *faces.quick(),
    ]


def every() -> list[Case]:
    """Both sets, each case once."""
    return list({case.name: case for case in (*full(), *quick())}.values())
