"""The findings of a replay in sentences, for the terminal and for pages."""

from collections.abc import Sequence

from fer.formatting import SPACE, count, percent
from search.replay.prediction import Prediction
from search.replay.results import Results
from search.replay.scores import Mean, Score

FEW = 6
"""Strategies that a sentence names."""


def basis(results: Results) -> tuple[str, ...]:
    """What was replayed on what, with what weakens it first."""
    table, truth, made = results.table, results.truth, results.emulated_recipes
    recipes = count(table.recipes, "recipe")
    if table.recipes < table.planned:
        recipes = f"Unfinished table: {table.recipes} of {table.planned} planned recipes"
    over = "the seeds of the searches, on this one table"
    searched = ""
    if made:
        over = "made tables and the seeds of the searches; the model itself may be wrong"
        searched = (
            f" Each search is of a table of its own, of {made} recipes that a Gaussian process "
            "makes from the measured ones."
        )
    return (
        f"{recipes} of {table.study}'s space, trained with a quarter of its network on half of the "
        f"faces; {results.repeats} searches a strategy.{searched} Intervals (95{SPACE}%) are over "
        f"{over}.",
        f"SD between recipes {in_points(truth.recipe_sd)} points, of one run on the "
        f"{table.seen_faces:,} faces that a search sees {in_points(truth.seen_sd)} points; "
        f"{count(table.failed, 'recipe')} failed to train.",
    )


def finding(rows: Sequence[Score]) -> str:
    """Which strategies are best at one budget, and which cannot be told from the best."""
    best, others = rows[0], rows[1:]
    equal = [row.strategy for row in others if not row.differs]
    text = (
        f"At {best.budget} epochs, {best.strategy} has the lowest regret, "
        f"{in_points(best.regret.value)} points ({interval(best.regret)})"
    )
    if not others:
        return f"{text}."
    if not equal:
        return f"{text}; all others are significantly worse."
    if len(equal) <= FEW:
        return f"{text}; not significantly worse: {', '.join(equal)}."
    return (
        f"{text}; {len(equal)} of the {len(others)} others are not significantly worse, among them "
        f"{', '.join(equal[:FEW])}."
    )


def early_accuracy(predictions: Sequence[Prediction]) -> str:
    """What the middle of a schedule says about its end, against a complete short one."""
    parts = [f"{place(p)} {p.rho:.2f} ({p.low:.2f} to {p.high:.2f})" for p in predictions]
    return (
        "Rank correlation with the accuracy of the complete 20 epochs on the other fold: "
        f"{'; '.join(parts)}."
    )


def kept(predictions: Sequence[Prediction]) -> str:
    """How much of the truly best quarter is kept by each measure."""
    parts = [f"{place(p)} {percent(p.half, 0)} ({percent(p.quarter, 0)})" for p in predictions]
    return (
        "Of the truly best quarter of the recipes, the share in the better half (in the best "
        f"quarter) by the accuracy of each: {'; '.join(parts)}."
    )


def in_points(share: float) -> str:
    """A difference of shares in points, without their name."""
    return f"{100 * share:.2f}".replace("-", "−")


def interval(mean: Mean) -> str:
    """The interval in points."""
    return f"{in_points(mean.low)} to {in_points(mean.high)}"


def p_value(p: float) -> str:
    """A p-value in few characters."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def place(prediction: Prediction) -> str:
    """The epoch and the schedule of a measure, in words."""
    if prediction.epoch == prediction.epochs:
        return f"complete {prediction.epochs} epochs"
    return f"epoch {prediction.epoch} of {prediction.epochs}"
