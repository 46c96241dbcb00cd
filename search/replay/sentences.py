"""The findings of a replay in sentences, for the terminal and for pages."""

from collections.abc import Sequence

from fer.formatting import SPACE, count, percent
from search.replay.prediction import Prediction
from search.replay.results import Replay
from search.replay.scores import Mean, Score


def basis(replay: Replay) -> str:
    """What was replayed on what, with what weakens it first."""
    table, truth = replay.table, replay.truth
    part = len(table) < table.recipes.planned
    share = f"{len(table)} of {table.recipes.planned} planned recipes" if part else ""
    return (
        f"{'Unfinished table: ' if part else ''}{share or count(len(table), 'recipe')}"
        f" of {table.recipes.study}'s space, trained with a quarter of its network on half of the "
        f"faces; {replay.repeats} searches a strategy. A search sees "
        f"{table.recipes.slice:,} held-out faces. SD between recipes "
        f"{in_points(truth.recipe_sd)}, of one run {in_points(truth.run_sd)} points; "
        f"{count(int(truth.failed.sum()), 'recipe')} failed to train. Intervals (95{SPACE}%) are "
        "over the seeds of the searches, on this table."
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
    return f"{text}; not significantly worse: {', '.join(equal)}."


def early_accuracy(predictions: Sequence[Prediction]) -> str:
    """What the middle of a schedule says about its end, against a complete short one."""
    parts = [f"{_place(p)} {p.rho:.2f} ({p.low:.2f} to {p.high:.2f})" for p in predictions]
    return (
        "Rank correlation with the accuracy of the complete 20 epochs on the other fold: "
        f"{'; '.join(parts)}."
    )


def kept(predictions: Sequence[Prediction]) -> str:
    """How much of the truly best quarter is kept by each measure."""
    parts = [f"{_place(p)} {percent(p.half, 0)} ({percent(p.quarter, 0)})" for p in predictions]
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


def _place(prediction: Prediction) -> str:
    if prediction.epoch == prediction.epochs:
        return f"complete {prediction.epochs} epochs"
    return f"epoch {prediction.epoch} of {prediction.epochs}"
