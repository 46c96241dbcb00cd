"""A gain over the baseline that is smaller than the noise of single runs."""

from collections.abc import Iterator

from fer.formatting import SPACE, count, percent, points, signed
from search.results.findings.base import Finding, Material
from search.results.findings.run_noise import Spread, noise_of_runs, repeated_runs, spread_of
from search.results.means import PairedRunsGain
from search.results.verdict import Verdict


def find(material: Material) -> Iterator[Finding]:
    """The best trial is ahead of the baseline by less than runs of one recipe differ anyhow."""
    verdict = material.verdict
    if verdict.best is None or verdict.baseline is None or material.confirmed:
        return
    gain = verdict.best.value - verdict.baseline.value
    if not verdict.equal or gain <= 0:
        return
    spread = spread_of(repeated_runs(material.snapshot))
    if isinstance(verdict.gain, PairedRunsGain):
        evidence = _of_means(verdict.gain, spread)
    else:
        evidence = _of_single_runs(material.verdict, gain, spread)
    if evidence:
        compared = f"{percent(verdict.best.value)} against {percent(verdict.baseline.value)}"
        yield Finding(
            "seed-noise",
            "Train the best recipe and the baseline with more seeds before you quote the gain "
            f"{material.confirm}",
            f"it is {points(gain)} ({compared}, {evidence}",
        )


def _of_means(gain: PairedRunsGain, spread: Spread | None) -> str:
    if gain.low > 0:
        return ""
    text = (
        f"means over {count(gain.n, 'pair')} of runs), and its 95{SPACE}% interval, "
        f"{signed(100 * gain.low)} to {points(gain.high, 1)}, holds 0"
    )
    return f"{text}; {spread}" if spread else text


def _of_single_runs(verdict: Verdict, gain: float, spread: Spread | None) -> str:
    best = verdict.best
    if best is None or (spread is None and verdict.good):  # a test on the same faces found a gain
        return ""
    noise = noise_of_runs(spread, best.value, best.n)
    if noise is None or gain >= noise.least:
        return ""
    return (
        f"one run of each), and {noise.source}; two runs that differ by less than "
        f"{points(noise.least)[1:]} are not told apart"
    )
