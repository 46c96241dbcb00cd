"""The epochs that the rounds of a study still have to train."""

from search.racing.entrants import entrants_of
from search.results.snapshot import Snapshot


def epochs_left(snapshot: Snapshot) -> int | None:
    """Epochs of the trials of the screen and the runs of the race that have not started.

    It is the most that there can be: no further recipe is dropped. None while the screen goes on
    for a share of the budget and not for a number of trials.
    """
    definition, race = snapshot.definition, snapshot.race
    rounds = definition.rounds
    assert rounds is not None, "there is no race without rounds"
    if snapshot.ending is not None:
        return 0
    folds, seeds = rounds.race.folds, rounds.race.seeds
    if race is not None:
        progress = race.progress
        begun = sum(run.pair >= progress.done * seeds for run in progress.runs)
        runs = (len(progress.remaining) + 1) * (folds - progress.done) * seeds - begun
        return max(0, runs) * definition.recipe.epochs
    if rounds.screen.trials is None:
        return None
    new = max(0, rounds.screen.trials - len(snapshot.searched))
    recipes = entrants_of(rounds.screen.trials, rounds.race.keep)
    runs = (recipes + 1) * folds * seeds - 1  # the baseline has begun its first one
    return new * rounds.screen.epochs + runs * definition.recipe.epochs
