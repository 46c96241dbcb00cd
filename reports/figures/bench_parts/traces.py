"""Parts of traces that several benchmark figures share: quartiles as error bars, noisy markers."""

from collections.abc import Sequence
from typing import Any

from benchmarks.recordings.recording import Measured


def quartile_bars(cases: Sequence[Measured]) -> dict[str, Any]:
    """plotly's asymmetric error bars of throughput, from the quartiles of the samples."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [round(c.items / c.percentile(25) - c.items_per_second, 3) for c in cases],
        "arrayminus": [round(c.items_per_second - c.items / c.percentile(75), 3) for c in cases],
        "thickness": 1.5,
    }


def noisy_symbols(symbol: str, noisy: Sequence[bool]) -> list[str]:
    """The marker of each case: open where it is noisy."""
    return [symbol + "-open" * each for each in noisy]


def noisy_words(cases: Sequence[Measured]) -> list[str]:
    """A label for each case: "noisy" or nothing."""
    return ["noisy" if case.noisy else "" for case in cases]
