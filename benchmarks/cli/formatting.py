"""Durations from nanoseconds to seconds as text."""


def duration(seconds: float) -> str:
    """Three digits and a unit: ``1.23 s``, ``45.6 ms``, ``789 µs``, ``12.3 ns``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
