"""All cases, one family a file; a new family is a file here and an entry in ``FAMILIES``.

A family is a module with ``cases()`` and ``quick()``, which return its cases of the full and of the
quick set.
"""

from typing import Protocol

from benchmarks.cases import dataloader, faces, inference, networks, pages, study, training
from benchmarks.cases.case import Case

SOURCE = "benchmarks.cases.families:every"
"""Where a timing process imports the cases from."""


class Family(Protocol):
    """A module of cases."""

    def cases(self) -> list[Case]:
        """The full set."""

    def quick(self) -> list[Case]:
        """The quick set; may be empty."""


FAMILIES: tuple[Family, ...] = (
    training,
    inference,
    networks,
    dataloader,
    study,
    faces,
    pages,
)
"""In the order in which they are timed and shown."""


def full() -> list[Case]:
    """All cases: half an hour on two cores, longer on a CUDA machine."""
    return [case for family in FAMILIES for case in family.cases()]


def quick() -> list[Case]:
    """A few cases of most families: three minutes on two cores."""
    return [case for family in FAMILIES for case in family.quick()]


def every() -> list[Case]:
    """The cases of both sets, each once."""
    return list({case.name: case for case in (*full(), *quick())}.values())
