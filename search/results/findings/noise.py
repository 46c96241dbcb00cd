"""Differences between trials that one run on one split cannot show."""

from collections.abc import Iterator

from fer.formatting import count, interval
from search.results.findings.base import Finding, Material
from search.results.means import MeanAccuracy


def find(material: Material) -> Iterator[Finding]:
    """Other trials lie within the interval of the best one, or the best is a single run."""
    best, complete = material.verdict.best, material.snapshot.complete
    if best is None or not complete or material.verdict.good is False:
        return
    if material.confirmed or material.repeated:
        return
    if best.ends is not None:
        close = sum(trial.accuracy >= best.ends[0] for trial in complete[1:])
        if close:
            more = "more" if isinstance(best, MeanAccuracy) else "several"
            advice = f"Train the best few recipes with {more} seeds before you rank them "
            lie = "lies" if close == 1 else "lie"
            yield Finding(
                "noise",
                advice + material.confirm,
                f"{count(close, 'other complete trial')} {lie} within the 95\u00a0% interval of "
                f"the best one ({interval(*best.ends)}, {best.basis})",
            )
            return
    if isinstance(best, MeanAccuracy):
        return
    of = f", the best of {count(len(complete), 'complete trial')}" if len(complete) > 1 else ""
    yield Finding(
        "noise",
        f"Train the best recipe with several seeds before you quote it {material.confirm}",
        f"its accuracy is that of one run{of}",
    )
