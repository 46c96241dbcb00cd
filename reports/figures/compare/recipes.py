"""The best recipe of each study."""

from fer.formatting import percent
from reports.data.comparison import Comparison
from reports.figures.common import missing
from reports.figures.recipe_tables import common_values, differing
from reports.rendering.figure import Cell, DisplayTable, Figure, Table
from reports.rendering.formatting import listing, raw, values

TITLE = "Best recipes"
CAPTION = "Each column is a study's best recipe: everything that defines a training run."


def build(comparison: Comparison) -> Figure:
    """A column for each study; the keys that differ come first."""
    best = {
        name: trial
        for name, study in comparison.studies.items()
        if (trial := study.snapshot.best) is not None
    }
    if not best:
        return missing("recipes", TITLE, "No study has a complete trial yet.")
    recipes = [trial.recipe for trial in best.values()]
    keys = [key for key in recipes[0] if key not in ("seed", "split_seed")]
    differ = differing(keys, recipes)
    rows: list[tuple[Cell, ...]] = [
        ("trial", *(trial.number for trial in best.values())),
        ("accuracy", *(percent(trial.accuracy) for trial in best.values())),
        *((key, *values([recipe.get(key) for recipe in recipes])) for key in differ),
    ]
    if len(best) == 1:
        sentence = "Only one study has a complete trial."
    elif differ:
        sentence = f"The best recipes differ in {listing(differ)}."
    else:
        sentence = "The best recipes are the same."
    return Figure(
        "recipes",
        TITLE,
        sentence,
        CAPTION,
        tables=(
            DisplayTable(Table(("", *best), tuple(rows))),
            *common_values(keys, differ, recipes[0]),
        ),
        data=Table(
            ("key", *best),
            (
                ("validation_accuracy", *(trial.accuracy for trial in best.values())),
                *((key, *(raw(recipe.get(key)) for recipe in recipes)) for key in keys),
            ),
        ),
    )
