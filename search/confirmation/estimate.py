"""How long the rest of a confirmation takes, at the pace of the study's own trials."""

from collections.abc import Iterable

from search.confirmation.plan import PlannedRun, final_runs, pending
from search.confirmation.record import Confirmation
from search.results.pace import pace_of_recipe, workers_of
from search.results.snapshot import Snapshot


def runs_left(confirmation: Confirmation, snapshot: Snapshot) -> tuple[PlannedRun, ...]:
    """All runs that are left, the final ones too.

    Before a winner is chosen, the final runs are those of the best of the search.
    """
    left = pending(confirmation, snapshot.definition)
    if confirmation.choice is not None:
        return left
    return (*left, *final_runs(snapshot.definition, confirmation.candidates[0], confirmation))


def seconds_of(
    runs: Iterable[PlannedRun], confirmation: Confirmation, snapshot: Snapshot
) -> float | None:
    """Seconds for runs; None where the study's trials have no pace.

    Each recipe trains at the pace of its own trial. As many train side by side as the study had
    workers: more of them share the same processor. A final run has more faces in an epoch.
    """
    share = 1 - snapshot.definition.recipe.validation
    total = 0.0
    for run in runs:
        pace = pace_of_recipe(confirmation.candidate(run.candidate).trial, snapshot)
        if pace is None:
            return None
        total += run.recipe.epochs * (pace / share if run.kind == "seed" else pace)
    return total / workers_of(snapshot)
