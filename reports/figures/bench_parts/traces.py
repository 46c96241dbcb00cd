"""Parts of traces that several benchmark figures share: quartiles as error bars, noisy markers."""

from collections.abc import Sequence
from typing import Any

from benchmarks.recordings.recording import Measured


def interval_bars(intervals: Sequence[tuple[float, float, float]]) -> dict[str, Any]:
    """plotly's asymmetric error bars of (value, low, high)."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [float(f"{high - value:.5g}") for value, _, high in intervals],
        "arrayminus": [float(f"{value - low:.5g}") for value, low, _ in intervals],
        "thickness": 1.5,
    }


def quartile_bars(cases: Sequence[Measured]) -> dict[str, Any]:
    """Error bars of throughput, from the quartiles of the samples."""
    return interval_bars(
        [
            (c.items_per_second, c.items / c.percentile(75), c.items / c.percentile(25))
            for c in cases
        ]
    )


def noisy_symbols(symbol: str, noisy: Sequence[bool]) -> list[str]:
    """The marker of each case: open where it is noisy."""
    return [symbol + "-open" * each for each in noisy]
