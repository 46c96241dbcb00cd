"""Units of an axis of times, from microseconds to seconds."""

UNITS = (("seconds", 1.0), ("milliseconds", 1e-3), ("microseconds", 1e-6))


def unit_of(longest: float) -> tuple[str, float]:
    """The unit, and its seconds, for an axis of so many seconds."""
    return next((unit for unit in UNITS if longest >= unit[1]), UNITS[-1])
