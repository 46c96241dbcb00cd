"""Estimate of a study's remaining time, from its pace so far."""

from search.results.snapshot import Snapshot


def seconds_left(snapshot: Snapshot) -> float | None:
    """Seconds until the budget is spent; None before the first epoch.

    Trials that have not started are assumed to be as long as those that have ended, and unfinished
    ones to train all of their epochs.
    """
    budget, used, epochs = snapshot.limits.budget, snapshot.seconds, snapshot.epochs_run
    estimates = []
    if budget.hours is not None:
        estimates.append(max(0.0, budget.hours * 3600 - used))
    if budget.trials is not None and epochs:
        lengths = [len(trial.accuracies) for trial in snapshot.searched if trial.state.finished]
        usual = sum(lengths) / len(lengths) if lengths else snapshot.definition.recipe.epochs
        running = sum((t.epochs_planned or 0) - t.last_epoch for t in snapshot.unfinished)
        remaining = running + max(0, budget.trials - len(snapshot.started)) * usual
        estimates.append(remaining * used / epochs)
    if budget.epochs is not None and epochs:
        estimates.append(max(0, budget.epochs - epochs) * used / epochs)
    return min(estimates, default=None)
