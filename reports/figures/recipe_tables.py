"""Recipes side by side: which keys differ, and the values that all have in common."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.rendering.figure import DisplayTable, Table
from reports.rendering.formatting import different, value

Recipe = Mapping[str, Any]


def differing(keys: Sequence[str], recipes: Sequence[Recipe]) -> list[str]:
    """The keys whose values are not the same in all recipes."""
    return [key for key in keys if different([recipe.get(key) for recipe in recipes])]


def common_values(
    keys: Sequence[str], differ: Sequence[str], recipe: Recipe
) -> tuple[DisplayTable, ...]:
    """A folded table of the other keys; none where all keys differ."""
    rows = tuple((key, value(recipe.get(key))) for key in keys if key not in differ)
    if not rows:
        return ()
    caption = "Values that all have in common"
    return (DisplayTable(Table(("key", "value"), rows), caption=caption, folded=True),)
