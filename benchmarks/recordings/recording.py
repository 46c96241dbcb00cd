"""A recording: the raw samples of one run of the benchmarks, and the machine they are from."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np

NOISY = 0.10
"""A case is noisy where its interquartile range is over this share of its median."""

EPOCH = 14_557
"""Training faces of an epoch: FER2013 cut to three classes, without the tenth that is held out."""

FAILED = "failed: "
"""Prefix of the reason of a case that failed, as opposed to one that the machine cannot run."""
OUT_OF_MEMORY = "out of memory"
"""Prefix of the reason of a case that ran out of memory."""


@dataclass(frozen=True)
class Measured:
    """One timed case.

    Attributes:
        seconds: every raw sample, in the order in which they were taken.
        items, unit: what one call processed.
        extra: pytest-benchmark's ``extra_info``: ``flops``, ``bytes``, ``precision``, ``threads``,
            ``order``, ``device_seconds``, ``peak_rss_bytes``, ``peak_device_bytes``,
            ``energy_joules``, ``phases`` (medians; their samples in ``phase_seconds``), ``gpu``,
            ``warmup``, ``member_seconds``; of a speed run ``goal``, ``reference`` and ``curves``;
            what could not be measured is missing.
    """

    group: str
    name: str
    params: Mapping[str, str | int]
    items: int
    unit: str
    seconds: tuple[float, ...]
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds)

    def percentile(self, q: float) -> float:
        """The ``q``-th percentile of the samples in seconds, interpolated linearly."""
        return float(np.percentile(self.seconds, q))

    def percentile_of_one(self, q: float) -> float:
        """The same over the processes of a group, each by itself; else as ``percentile``.

        A call of a process group ends with its slowest process, so its median is far above what one
        process waits.
        """
        members = self.extra.get("member_seconds")
        return float(np.percentile(list(chain(*members)), q)) if members else self.percentile(q)

    @property
    def iqr(self) -> float:
        """Seconds between the first and the third quartile."""
        return self.percentile(75) - self.percentile(25)

    @property
    def noisy(self) -> bool:
        """Whether the interquartile range exceeds ``NOISY`` of the median."""
        return self.iqr > NOISY * self.median

    @property
    def items_per_second(self) -> float:
        """Throughput at the median."""
        return self.items / self.median

    @property
    def epoch_seconds(self) -> float | None:
        """Seconds of one run's epoch of ``EPOCH`` faces; None where the case does not train.

        None too where several processes train at once: their images are counted together, and the
        epoch of each takes longer.
        """
        trains = self.group in ("training", "dataloader") and not self.several
        return EPOCH / self.items_per_second if trains else None

    @property
    def several(self) -> bool:
        """Whether several processes run at once, so that the throughput is theirs together."""
        return self.params.get("processes", "one") != "one"


@dataclass(frozen=True)
class AbsentCase:
    """A case that this machine could not run, or that ran out of memory."""

    group: str
    name: str
    params: Mapping[str, str | int]
    reason: str


@dataclass(frozen=True)
class Recording:
    """One run of the benchmarks on one machine.

    Attributes:
        machine: fingerprint by ``benchmarks.system.machine``, with the ``peaks`` of the same run.
        commit: pytest-benchmark's ``commit_info``.
        taken: start of the run in UTC, ISO 8601.
    """

    machine: Mapping[str, Any]
    commit: Mapping[str, Any]
    taken: str
    measured: tuple[Measured, ...]
    absent: tuple[AbsentCase, ...] = ()
