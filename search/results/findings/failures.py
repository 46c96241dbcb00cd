"""Trials that fail."""

from collections.abc import Iterator

from fer.formatting import count
from search.results.findings.base import Finding, Material
from search.results.shareable import shareable_text

SHARE = 0.2
"""Fewer failures than this are expected: some recipes diverge."""


def find(material: Material) -> Iterator[Finding]:
    """More than a fifth of the trials failed."""
    failed, searched = material.snapshot.failed, material.snapshot.searched
    if not failed or len(failed) <= SHARE * len(searched):
        return
    of = f"all {count(len(searched), 'searched trial')}" if len(failed) == len(searched) else (
        f"{len(failed):,} of {count(len(searched), 'searched trial')}"
    )  # fmt: skip
    reason = shareable_text(failed[-1].reason).rstrip(".")
    yield Finding("failures", "Fix the failures", f"{of} failed, the last with: {reason}")
