"""Check the held-out faces of a study before its first trial."""

import sys

from fer.errors import BadInput
from fer.faces import Faces, own_split, unmeasured
from search.config.definition import Definition


def check_split(faces: Faces, definition: Definition, source: str) -> None:
    """Check that every class has held-out and training faces, in each fold of the objective and of
    the race.

    Raises:
        BadInput: a class has none, so that no accuracy would measure it; or the folds would be one
            and the same.
    """
    recipe, folds = definition.recipe, definition.objective.folds
    if used := own_split(faces, recipe.validation):
        print(f"fer: {source}: {used}", file=sys.stderr)
    if faces.held_out is not None and folds > 1:
        raise BadInput(
            f"--data {source}: holds its own validation split, so the {folds} folds of "
            f"objective.folds would all be this one: use objective.seeds = {folds} instead"
        )
    if faces.held_out is not None and definition.rounds:
        raise BadInput(
            f"--data {source}: holds its own validation split, so the "
            f"{definition.rounds.race.folds} folds of rounds.race would all be this one: use a "
            f"source without one"
        )
    seeds = [definition.split_seed(fold) for fold in range(folds)]
    for seed in (*seeds, *definition.race_splits):
        if problem := unmeasured(faces, recipe.validation, seed):
            raise BadInput(f"--data {source}: {problem}")
