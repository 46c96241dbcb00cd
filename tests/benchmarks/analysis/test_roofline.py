"""A case's share of its machine's limit."""

from benchmarks.analysis.roofline import share_of_limit
from benchmarks.recordings.recording import Measured


def measured(flops: float | None, moved: float, **extra: object) -> Measured:
    known = {"precision": "fp32", "threads": 2, "bytes": moved, **extra}
    if flops is not None:
        known["flops"] = flops
    return Measured("training", "a", {"device": "cpu"}, 1, "images", (0.5, 1.0, 2.0), known)


PEAK = {
    "device": "cpu",
    "threads": 2,
    "precision": "fp32",
    "matmul_flops": {"value": 100.0},
    "conv_flops": {"value": 50.0},
    "copy_bytes": {"value": 10.0},
}


def test_the_slower_of_compute_and_memory_is_the_limit() -> None:
    machine = {"peaks": [PEAK]}
    compute = share_of_limit(measured(50.0, 1.0), machine)
    memory = share_of_limit(measured(10.0, 2.0), machine)
    assert compute is not None
    assert memory is not None
    assert (compute.share, compute.bound) == (0.5, "compute")
    assert (memory.share, memory.bound) == (0.2, "memory")


def test_without_a_peak_taken_alike_there_is_no_share() -> None:
    assert share_of_limit(measured(50.0, 1.0), {}) is None
    assert share_of_limit(measured(None, 1.0), {"peaks": [PEAK]}) is None
    assert share_of_limit(measured(50.0, 1.0, threads=1), {"peaks": [PEAK]}) is None
    assert share_of_limit(measured(50.0, 1.0, precision="bf16"), {"peaks": [PEAK]}) is None
    absent = {"device": "cpu", "threads": 2, "precision": "fp32", "absent": "a reason"}
    assert share_of_limit(measured(50.0, 1.0), {"peaks": [absent]}) is None
