"""What the trials of a study show, each finding with its evidence and with what to do.

Each module has one function ``find``; a new finding is a module and a name in ``FINDINGS``.
"""

from search.results.findings import (
    choices,
    edge,
    failures,
    few_trials,
    noise,
    plateau,
    pruning,
    rising,
    stuck,
    unimportant,
)
from search.results.findings.base import Finding, Material

FINDINGS = (
    failures,
    stuck,
    few_trials,
    noise,
    edge,
    rising,
    pruning,
    choices,
    unimportant,
    plateau,
)
"""The modules, the most useful first."""


def find_all(material: Material) -> tuple[Finding, ...]:
    """All findings, the most useful first."""
    return tuple(finding for module in FINDINGS for finding in module.find(material))


__all__ = ["FINDINGS", "Finding", "Material", "find_all"]
