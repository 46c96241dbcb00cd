"""Hints on what to try next, derived from the study's own results."""

from collections.abc import Sequence

from fer.formatting import count, percent
from reports.data.study_data import StudyData
from reports.figures.scale import scales
from reports.rendering.formatting import listing, value
from search.results.importance import Importance
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord
from search.results.verdict import Verdict

EDGE = 0.04
"""The share of a range that counts as its edge."""
UNIMPORTANT = 0.03
"""The share of the importance below which a hyperparameter has next to no effect."""


def advice(data: StudyData) -> tuple[str, ...]:
    """At most five hints, the most useful first."""
    study = data.snapshot
    if study.best is None:
        return (_without_best(study),)
    hints = (
        _confirm(study, data.verdict),
        _edges(study, study.best),
        _unimportant(data.importances),
        _more_trials(study, study.best),
        _pruner(study),
    )
    return tuple(hint for hint in hints if hint)


def _without_best(study: Snapshot) -> str:
    if not study.searched:
        return f"Start the study: fer search run {study.name} --data SOURCE."
    if len(study.failed) == len(study.searched):
        return "Fix the cause of the failures; the same command then resumes the study."
    if len(study.pruned) == len(study.searched):
        return "Prune later: raise warmup or min_resource in the study's file."
    return "Keep the study running: no trial has run to its end yet."


def _confirm(study: Snapshot, verdict: Verdict) -> str | None:
    if verdict.gain is None or verdict.gain.value <= 0:
        return None
    close = [
        trial
        for trial in study.complete[1:]
        if verdict.best and verdict.best.ends and trial.accuracy >= verdict.best.ends[0]
    ]
    if close:
        lie = "lies" if len(close) == 1 else "lie"
        return (
            f"{count(len(close), 'other trial')} {lie} within the interval of the best one: train "
            "the best few recipes with several seeds before ranking them."
        )
    return "Train the best recipe with several seeds: a single run may be lucky."


def _edges(study: Snapshot, best: TrialRecord) -> str | None:
    at_edge = []
    for name, scale in scales(study.definition).items():
        if name not in best.params or scale.choices:
            continue
        position = scale.position(best.params[name])
        if not EDGE < position < 1 - EDGE:
            limit = scale.low if position <= EDGE else scale.high
            at_edge.append(f"{name} ({value(best.params[name])}, limit {value(limit)})")
    if not at_edge:
        return None
    return (
        f"Widen the range of {listing(at_edge)}: the best value is at its edge and may lie beyond."
    )


def _unimportant(importances: Sequence[Importance]) -> str | None:
    names = [row.name for row in importances if row.high < UNIMPORTANT]
    if len(importances) < 3 or not names:
        return None
    return (
        f"Fix {listing(names)}: no effect was found, and a smaller search space needs fewer trials."
    )


def _more_trials(study: Snapshot, best: TrialRecord) -> str | None:
    ended = [trial for trial in study.searched if trial.state.finished]
    since = sum(trial.number > best.number for trial in ended)
    if len(ended) < 5:
        return f"Run more trials: only {count(len(ended), 'trial')} ended."
    if since <= len(ended) // 5:
        return "Run more trials: the best one came late, so better ones are likely."
    if 2 * since >= len(ended):
        return f"Change the search space: the last {since:,} trials brought no improvement."
    return None


def _pruner(study: Snapshot) -> str | None:
    searched = len(study.searched)
    if searched >= 10 and len(study.complete) < searched / 10:
        share = percent(len(study.complete) / searched, 0)
        return f"Use a less aggressive pruner: only {share} of the trials ran to the end."
    if len(study.failed) > searched / 5:
        failures = count(len(study.failed), "trial")
        return f"Fix the failures: {failures} failed, the last with: {study.failed[-1].reason}"
    return None
