"""Cases of the network: device, precision, batch, layout, mode and processes."""

from collections.abc import Callable
from functools import partial

from benchmarks.cases.case import Case, PreparedCase
from benchmarks.timing.process_group import one_process_per_core

SetUp = Callable[[str, str, int, str, str], PreparedCase]
"""Sets a case up from its device, precision, batch, layout and mode."""


def network_case(
    group: str,
    set_up: SetUp,
    *,
    device: str = "cpu",
    precision: str = "fp32",
    batch: int,
    layout: str = "channels_last",
    mode: str = "eager",
    processes: str = "one",
) -> Case:
    """One case of the network.

    The layouts and modes of one batch size are interleaved. A timing process has one precision and
    one number of processes, so these are timed apart.

    Args:
        processes: ``one`` with all cores, or ``one_a_core``, as a study's workers run.
    """
    setup: Callable[[], PreparedCase] = partial(set_up, device, precision, batch, layout, mode)
    per_core = processes == "one_a_core"
    if per_core:
        setup = partial(one_process_per_core, setup)
    params: dict[str, str | int] = {
        "device": device,
        "precision": precision,
        "batch": batch,
        "layout": layout,
        "mode": mode,
        "processes": processes,
    }
    return Case(
        group,
        params,
        setup,
        interleave_group=None if per_core else f"{group} {device} {precision} {batch}",
        threads=1 if per_core else None,
    )
