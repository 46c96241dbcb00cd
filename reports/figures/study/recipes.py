"""The best five recipes side by side with the baseline's."""

from typing import Any

from optuna.trial import FrozenTrial

from reports.data.study_data import Material, seconds_of
from reports.figures.common import missing
from reports.rendering.figure import DisplayTable, Figure, Table
from reports.rendering.formatting import (
    count,
    different,
    duration,
    listing,
    percent,
    points,
    raw,
    value,
    values,
)

TITLE = "The best recipes, side by side"
BEST = 5
_OWN = ("seed",)
"""Keys that differ by design."""


def recipes(material: Material) -> Figure:
    """A column a trial; what departs from the baseline stands out."""
    best = material.complete[:BEST]
    if not material.complete:
        return missing("recipes", TITLE, "No trial ran to its end, so there is no recipe to show.")
    chosen: list[FrozenTrial | None] = [*best, material.baseline]
    columns = [*(f"trial {trial.number}" for trial in best), _baseline(material)]
    base = material.definition.baseline.model_dump(mode="json")
    settings = [*map(_settings, best), base]
    keys = [key for key in base if key not in _OWN]
    differ = [key for key in keys if different([s.get(key) for s in settings])]
    figures = [
        ("accuracy", *("–" if trial is None else percent(trial.values[0]) for trial in chosen)),
        ("over the baseline", *(_gain(trial, material) for trial in chosen)),
        ("trained for", *("–" if trial is None else _effort(trial) for trial in chosen)),
    ]
    rows = [(key, *values([s.get(key) for s in settings])) for key in differ]
    strong = frozenset(
        (len(figures) + i, 1 + j)
        for i, key in enumerate(differ)
        for j, setting in enumerate(settings)
        if different([setting.get(key), base[key]])
    )
    shown = [DisplayTable(Table(("", *columns), (*figures, *rows)), strong)]
    same = [(key, value(settings[0].get(key))) for key in keys if key not in differ]
    if same:
        shown.append(
            DisplayTable(
                Table(("setting", "value"), tuple(same)), caption="The same in all", folded=True
            )
        )
    return Figure(
        "recipes",
        TITLE,
        _sentence(material, settings[:-1], base, differ),
        "A column is a recipe: all that decides a training run. Bold values differ from the "
        "baseline's.",
        shown=tuple(shown),
        data=Table(
            ("key", *columns),
            (
                ("validation_accuracy", *(trial.values[0] if trial else None for trial in chosen)),
                *((key, *(raw(s.get(key)) for s in settings)) for key in keys),
            ),
        ),
    )


def _baseline(material: Material) -> str:
    return "baseline" if material.baseline else "baseline, not run"


def _settings(trial: FrozenTrial) -> dict[str, Any]:
    stored = trial.user_attrs.get("recipe", {})
    return stored if isinstance(stored, dict) else {}


def _gain(trial: FrozenTrial | None, material: Material) -> str:
    base = material.baseline
    if trial is None or base is None or trial is base:
        return "–"
    return points(trial.values[0] - base.values[0])


def _effort(trial: FrozenTrial) -> str:
    epochs = count(len(trial.intermediate_values), "epoch")
    return f"{epochs}, {duration(seconds_of(trial))}" if seconds_of(trial) else epochs


def _sentence(
    material: Material, top: list[dict[str, Any]], base: dict[str, Any], differ: list[str]
) -> str:
    if len(top) < 2:
        return "Only one trial ran to its end, so there is one recipe to look at."
    agreed = [
        f"{key} {value(top[0].get(key))}"
        for key in differ
        if not different([setting.get(key) for setting in top])
        and different([top[0].get(key), base[key]])
    ]
    spread = material.complete[0].values[0] - material.complete[len(top) - 1].values[0]
    lead = f"The best {len(top)} lie within {100 * spread:.2f}\u00a0points of each other"
    if not agreed:
        return f"{lead} and agree on nothing that sets them apart from the baseline."
    return f"{lead}; against the baseline they all have {listing(agreed)}."
