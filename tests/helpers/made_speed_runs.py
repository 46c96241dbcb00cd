"""Made runs of `fer bench speedrun`."""

from collections.abc import Sequence

from benchmarks.recordings.recording import Measured

Curves = Sequence[Sequence[tuple[float, float]]]


def made_runs(seconds: Sequence[float], accuracies: Sequence[float]) -> Curves:
    """Runs of two epochs; the first ends at half of the time, 10 points below."""
    return [
        [(time / 2, accuracy - 0.1), (time, accuracy)]
        for time, accuracy in zip(seconds, accuracies, strict=True)
    ]


def made_entry(name: str, curves: Curves, goal: float) -> Measured:
    """A recipe's case in the recording."""
    return Measured(
        group="speedrun",
        name=f"speedrun[recipe={name}]",
        params={"recipe": name},
        items=1,
        unit="run",
        seconds=tuple(curve[-1][0] for curve in curves),
        extra={"goal": goal, "curves": curves, "reference": "slow"},
    )
