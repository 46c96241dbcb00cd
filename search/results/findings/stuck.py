"""Trials that report nothing while the study goes on."""

from collections.abc import Iterator

from fer.formatting import duration
from search.results.findings.base import Finding, Material
from search.results.trials import State

MIN_SECONDS = 600
EPOCHS = 10
"""So many of the slowest trial's epochs without a report are too many."""


def find(material: Material) -> Iterator[Finding]:
    """A running trial reported nothing for ten epochs' time, up to the study's last heartbeat."""
    study = material.snapshot
    paces = [t.seconds / len(t.accuracies) for t in study.trials if t.seconds and t.accuracies]
    if not paces or not study.sessions:
        return
    last = max(session.heartbeat for session in study.sessions)
    for trial in study.trials:
        if trial.state != State.RUNNING or not trial.attempts:
            continue
        silent = (last - trial.attempts[-1].ended).total_seconds()
        if silent > max(MIN_SECONDS, EPOCHS * max(paces)):
            yield Finding(
                "stuck",
                f"Look at the worker of trial {trial.number}",
                f"it reported no epoch for {duration(silent)} while the study went on, and the "
                f"slowest trial takes {duration(max(paces))} for one",
            )
