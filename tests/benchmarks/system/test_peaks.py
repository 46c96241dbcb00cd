"""The machine's own peaks, on shapes small enough for a test."""

import pytest

from benchmarks.system import peaks
from benchmarks.timing.limits import TimingLimits

TINY = peaks.Sizes(matrices=(32, 64), convolutions=((1, 8, 8),), copy_bytes=1 << 16)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        peaks,
        "LIMITS",
        TimingLimits(seconds=0.001, least_rounds=3, most_rounds=5, warmup_seconds=0.001),
    )


def test_a_peak_is_the_best_sample_and_keeps_all_of_them() -> None:
    fp32 = next(
        entry for entry in peaks.device_peaks("cpu", 2, TINY) if entry["precision"] == "fp32"
    )
    assert (fp32["device"], fp32["threads"]) == ("cpu", 2)
    for kind in ("matmul_flops", "conv_flops", "copy_bytes"):
        peak = fp32[kind]
        assert len(peak["seconds"]) >= 3
        assert peak["value"] == peak["work"] / min(peak["seconds"])
    assert fp32["copy_bytes"]["work"] == 2 << 16
    assert fp32["conv_flops"]["work"] == 2 * 9 * 8 * 8 * 8 * 8


def test_what_the_device_cannot_compute_is_absent_with_the_reason() -> None:
    entries = {entry["precision"]: entry for entry in peaks.device_peaks("cpu", 2, TINY)}
    assert entries.keys() == {"fp32", "tf32", "bf16", "fp16"}
    assert "CUDA" in entries["tf32"]["absent"]
    assert not entries["tf32"].keys() & {"matmul_flops", "conv_flops", "copy_bytes"}


def test_a_copy_is_larger_than_the_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peaks, "processor", lambda: {"cache_bytes": {"L2": 1 << 21, "L3": 1 << 26}})
    monkeypatch.setattr(peaks, "memory", lambda: {"available_bytes": 1 << 34})
    assert peaks.sizes_for("cpu").copy_bytes == 1 << 28
    monkeypatch.setattr(peaks, "memory", lambda: {"available_bytes": 1 << 30})
    assert peaks.sizes_for("cpu").copy_bytes == 1 << 27
