"""The note of an ended trial in optuna-dashboard: its values, its accuracy, and why it ended."""

import statistics

from fer.formatting import count, duration, percent
from fer.markdown import escape
from reports.rendering.formatting import value
from search.results.baseline import baseline_name
from search.results.roles import role_in_words
from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord

NO_BASELINE = "The baseline has not ended yet."
"""Storages hold it: a note with this sentence is completed later."""


def trial_note(study: Snapshot, trial: TrialRecord) -> str:
    """The note, in one paragraph of Markdown."""
    sentences = [_values(study, trial), _accuracy(trial)]
    # A short schedule of the screen is not compared with the baseline's in the middle.
    alike = study.definition.rounds is None
    if alike and not trial.is_baseline and not trial.is_further_run and trial.accuracies:
        sentences.append(_against_baseline(trial, study))
    if trial.runs:
        sentences.append(_mean(study, trial))
    if trial.stopped:
        sentences.append(f"It was {escape(trial.stopped)}.")
    elif trial.state == State.PRUNED:
        sentences.append(_why_pruned(study, trial))
    if trial.audited is not None:
        sentences.append(
            f"It is audited: without the audit, the pruner would have stopped it at epoch "
            f"{trial.audited}."
        )
    if trial.state == State.FAILED:
        sentences.append(f"It failed: {escape(trial.reason)}.")
    return " ".join(sentences)


def _values(study: Snapshot, trial: TrialRecord) -> str:
    if trial.is_baseline:
        epochs = study.definition.baseline.epochs
        cut = f", cut to {count(epochs, 'epoch')}" if study.definition.baseline_cut else ""
        return f"The baseline: the published recipe{cut}, never pruned."
    if trial.is_further_run:
        split, seed = (trial.recipe.get(key, "unknown") for key in ("split_seed", "seed"))
        what = role_in_words(trial)
        return f"Trial {trial.number}, a {what}: split seed {split}, seed {seed}."
    values = ", ".join(f"{escape(name)} {escape(value(v))}" for name, v in trial.params.items())
    return f"Trial {trial.number}: {values or 'no parameters'}."


def _accuracy(trial: TrialRecord) -> str:
    curve, last = trial.accuracies, trial.last_epoch
    if not curve:
        return "It reported no epoch."
    best = max(curve, key=lambda epoch: curve[epoch])
    peak = f" (its best: {percent(curve[best])}, at epoch {best})"
    took = "" if trial.seconds is None else f" in {duration(trial.seconds)}"
    planned = count(trial.epochs_planned or last, "epoch")
    which = "Its first run" if trial.runs else "It"
    return (
        f"{which} reached {percent(curve[last])} after {last} of {planned}"
        f"{took}{peak if curve[best] > curve[last] else ''}."
    )


def _mean(study: Snapshot, trial: TrialRecord) -> str:
    """The mean over the runs of a recipe, which is its accuracy."""
    total, accuracies = study.definition.objective.runs, trial.runs.values()
    mean = statistics.fmean(accuracies)
    each = ", ".join(percent(accuracy) for accuracy in accuracies)
    return f"The mean of {len(trial.runs)} of {count(total, 'run')} is {percent(mean)} ({each})."


def _against_baseline(trial: TrialRecord, study: Snapshot) -> str:
    baseline = study.baseline
    if baseline is None:
        return NO_BASELINE
    both = [epoch for epoch in trial.accuracies if epoch in baseline.accuracies]
    if not both:
        return "The baseline did not train that long."
    last = max(both)
    ahead = sum(trial.accuracies[epoch] > baseline.accuracies[epoch] for epoch in both)
    gain = 100 * (trial.accuracies[last] - baseline.accuracies[last])
    side = "above" if gain >= 0 else "below"
    which = "this run" if trial.runs else "it"
    return (
        f"At epoch {last}, {which} was {abs(gain):.2f} points {side} the "
        f"{percent(baseline.accuracies[last])} of {baseline_name(study.definition)}, and above it "
        f"in {ahead} of {count(len(both), 'epoch')}."
    )


def _why_pruned(study: Snapshot, trial: TrialRecord) -> str:
    epoch = trial.last_epoch
    if not epoch:
        return "It was pruned."
    others = [t.accuracies[epoch] for t in study.searched if epoch in t.accuracies]
    place = sum(accuracy > trial.accuracies[epoch] for accuracy in others) + 1
    return (
        f"It was pruned at epoch {epoch}, where it was number {place} of "
        f"{count(len(others), 'trial')} "
        f"(their median: {percent(statistics.median_high(others))}): "
        f"{study.definition.pruner.rule()}."
    )
