"""The best recipes beside the baseline's."""

from collections.abc import Mapping, Sequence
from typing import Any

from fer.formatting import count, duration, percent, points
from reports.data.study_data import StudyData
from reports.figures.common import missing
from reports.figures.recipe_tables import common_values, differing
from reports.rendering.figure import DisplayTable, Figure, Table
from reports.rendering.formatting import different, listing, raw, value, values
from search.results.baseline import baseline_label
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord

TITLE = "Best recipes"
CAPTION = (
    "Each column is a recipe: everything that defines a training run. Bold values differ from the "
    "baseline's."
)
BEST = 5


def build(data: StudyData) -> Figure:
    """A column for each of the best trials and for the baseline."""
    study = data.snapshot
    best = study.ranked[:BEST]
    if not best:
        rounds = study.definition.rounds is not None
        reason = "The race has not ended." if rounds else "No trial has run to its end."
        return missing("recipes", TITLE, reason)
    trials: list[TrialRecord | None] = [*best, study.baseline]
    columns = [
        *(f"trial {trial.number}" for trial in best),
        f"{baseline_label(study.definition)}{'' if study.baseline else ', not run'}",
    ]
    base = study.definition.baseline.model_dump(mode="json")
    recipes = [*(trial.recipe for trial in best), base]
    keys = [key for key in base if key != "seed"]  # each trial has a seed of its own
    differ = differing(keys, recipes)
    summary = [
        ("accuracy", *("–" if trial is None else percent(trial.accuracy) for trial in trials)),
        ("over the baseline", *(_gain(trial, study) for trial in trials)),
        ("training", *("–" if trial is None else _effort(trial) for trial in trials)),
    ]
    rows = [(key, *values([recipe.get(key) for recipe in recipes])) for key in differ]
    strong = frozenset(
        (len(summary) + i, 1 + j)
        for i, key in enumerate(differ)
        for j, recipe in enumerate(recipes)
        if different([recipe.get(key), base[key]])
    )
    table = DisplayTable(Table(("", *columns), (*summary, *rows)), strong)
    return Figure(
        "recipes",
        TITLE,
        _sentence(study, recipes[:-1], base, differ),
        CAPTION,
        tables=(table, *common_values(keys, differ, recipes[0])),
        data=Table(
            ("key", *columns),
            (
                ("validation_accuracy", *(trial.accuracy if trial else None for trial in trials)),
                *((key, *(raw(recipe.get(key)) for recipe in recipes)) for key in keys),
            ),
        ),
    )


def _gain(trial: TrialRecord | None, study: Snapshot) -> str:
    baseline = study.baseline
    if trial is None or baseline is None or trial is baseline:
        return "–"
    if trial.last_epoch != baseline.last_epoch:
        return "–, other epochs"
    if len(trial.runs) != len(baseline.runs):
        return "–, other folds"
    return points(trial.accuracy - baseline.accuracy)


def _effort(trial: TrialRecord) -> str:
    epochs = count(len(trial.accuracies), "epoch")
    return f"{epochs}, {duration(trial.seconds)}" if trial.seconds else epochs


def _sentence(
    study: Snapshot,
    best: Sequence[Mapping[str, Any]],
    base: Mapping[str, Any],
    differ: Sequence[str],
) -> str:
    if len(best) < 2:
        return "Only one trial has run to its end."
    shared = [
        f"{key} {value(best[0].get(key))}"
        for key in differ
        if not different([recipe.get(key) for recipe in best])
        and different([best[0].get(key), base[key]])
    ]
    spread = study.ranked[0].accuracy - min(trial.accuracy for trial in study.ranked[: len(best)])
    lead = f"The best {len(best)} lie within {100 * spread:.2f}\u00a0points of each other"
    if not shared:
        return f"{lead} and share no difference from the baseline."
    return f"{lead}; unlike the baseline, all of them have {listing(shared)}."
