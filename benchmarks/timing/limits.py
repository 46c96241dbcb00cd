"""How long a case is timed."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class TimingLimits:
    """Bounds on the timing of one case.

    Attributes:
        seconds: total of the timed calls; timing stops at ``most_rounds``, and not before
            ``least_rounds``.
        warmup_seconds: longest warm-up of one case that does not become stable earlier.
    """

    seconds: float = 5.0
    least_rounds: int = 7
    most_rounds: int = 500
    warmup_seconds: float = 4.0

    def with_seconds(self, seconds: float | None) -> "TimingLimits":
        """The same limits with other seconds; None leaves them as they are."""
        return self if seconds is None else replace(self, seconds=seconds)


FULL_LIMITS = TimingLimits()
QUICK_LIMITS = TimingLimits(seconds=2.0, least_rounds=6, most_rounds=200, warmup_seconds=1.5)
