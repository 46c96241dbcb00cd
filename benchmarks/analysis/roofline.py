"""How close a case comes to what its machine can do: the roofline (Williams, Waterman and
Patterson 2009), from the FLOPs and bytes that the recording holds and the machine's own peaks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.recordings.recording import Measured


@dataclass(frozen=True)
class LimitShare:
    """A case relative to its machine's limit.

    Attributes:
        seconds: one call at the limit.
        share: seconds at the limit over the case's median, above 0.
        bound: whether ``compute`` or ``memory`` sets the limit.
    """

    seconds: float
    share: float
    bound: Literal["compute", "memory"]


def share_of_limit(measured: Measured, machine: Mapping[str, Any]) -> LimitShare | None:
    """The share of its machine's limit that a case reaches.

    The compute limit is the higher of the peaks of convolutions and matrix products. None where the
    case has no FLOP count, or no peak was measured on its device in its precision with its number
    of threads.
    """
    flops, moved = measured.extra.get("flops"), measured.extra.get("bytes")
    peak = _peak_of(measured, machine)
    if not flops or not moved or peak is None:
        return None
    compute = flops / max(
        peak[key]["value"] for key in ("matmul_flops", "conv_flops") if key in peak
    )
    memory = moved / peak["copy_bytes"]["value"]
    seconds = max(compute, memory)
    bound: Literal["compute", "memory"] = "compute" if compute >= memory else "memory"
    return LimitShare(seconds, seconds / measured.median, bound)


def _peak_of(measured: Measured, machine: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The peaks under the case's conditions; for one process a core, those of all threads."""
    peaks = [
        peak
        for peak in machine.get("peaks", [])
        if peak.get("device") == measured.params.get("device")
        and peak.get("precision") == measured.extra.get("precision")
        and "copy_bytes" in peak
        and ("matmul_flops" in peak or "conv_flops" in peak)
    ]
    if measured.params.get("device") == "cuda" or measured.params.get("processes") == "one_a_core":
        return max(peaks, key=lambda peak: int(peak["threads"]), default=None)
    threads = measured.extra.get("threads")
    return next((peak for peak in peaks if peak["threads"] == threads), None)
