"""Measures an attempt at a trial: its time, memory, processor time, and the load."""

import os
import time

from fer.clock import utc_now
from fer.peak_memory import high_water_mark, reset_peak
from fer.process import available_cores
from search.storage.attributes import Attempt
from search.storage.process_identity import process_identity


class AttemptMeter:
    """Measures from its creation on, in the worker's process."""

    def __init__(self) -> None:
        self._began = utc_now()
        self._cpu = time.process_time()
        # Without a reset, every later trial would show the peak of the largest one before it.
        self._counts_memory = reset_peak()
        self._loads: list[float] = []

    def sample_load(self) -> None:
        """Read the machine's 1-minute load average, where the system has one."""
        if hasattr(os, "getloadavg"):
            self._loads.append(os.getloadavg()[0])

    def attempt(self) -> Attempt:
        """The attempt up to now."""
        process = process_identity()
        return Attempt(
            began=self._began,
            ended=utc_now(),
            host=process.host,
            pid=process.pid,
            cores=available_cores(),
            peak_memory=high_water_mark("self") if self._counts_memory else None,
            load=round(sum(self._loads) / len(self._loads), 2) if self._loads else None,
            cpu_seconds=round(time.process_time() - self._cpu, 3),
        )
