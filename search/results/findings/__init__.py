"""What the trials of a study show, each finding with its evidence and with what to do.

Each module has one function ``find``; a new finding is a module and a name in ``FINDINGS``.
"""

from search.results.findings import (
    choices,
    coupled,
    edge,
    failures,
    few_trials,
    near_optimum,
    noise,
    plateau,
    pruned_close,
    pruned_early,
    pruning,
    rising,
    seed_noise,
    stuck,
    unimportant,
)
from search.results.findings.base import Finding, Material
from search.results.importance import importances
from search.results.snapshot import Snapshot
from search.results.verdict import read_verdict

FINDINGS = (
    failures,
    stuck,
    few_trials,
    seed_noise,
    noise,
    edge,
    rising,
    pruned_early,
    pruned_close,
    pruning,
    choices,
    near_optimum,
    coupled,
    unimportant,
    plateau,
)
"""The modules, the most useful first."""


def read_material(snapshot: Snapshot) -> Material:
    """What findings are made from, with the predictions that the run folders hold."""
    return Material(snapshot, read_verdict(snapshot), importances(snapshot))


def find_all(material: Material) -> tuple[Finding, ...]:
    """All findings, the most useful first."""
    return tuple(finding for module in FINDINGS for finding in module.find(material))


__all__ = ["FINDINGS", "Finding", "Material", "find_all", "read_material"]
