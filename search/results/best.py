"""Which recipe a study recommends: the confirmed one, or else its best trial's."""

from fer.recipe import Recipe
from fer.validation import parse
from search.results.commands import confirm_command
from search.results.snapshot import Snapshot


def confirmed_recipe(snapshot: Snapshot) -> Recipe | None:
    """The recipe that won on fresh folds; None where none has.

    It may be the baseline's.
    """
    winner = snapshot.confirmation.winner if snapshot.confirmation else None
    if winner is None:
        return None
    return parse(Recipe, winner.recipe, f"study {snapshot.name}: {winner.name}")


def not_confirmed(snapshot: Snapshot) -> str:
    """A line that the best recipe is not confirmed, and how to confirm it; empty where it is."""
    if confirmed_recipe(snapshot) is not None:
        return ""
    return f"study {snapshot.name}: not confirmed: {confirm_command(snapshot)}"
