"""Named variants: the mean of each, and each against another one, beside what was claimed."""

from typing import Any

from reports.data.study_data import StudyData
from reports.figures.common import names_above
from reports.figures.traces import error_bars
from reports.rendering.figure import Cell, DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import distinct
from reports.rendering.palette import BASELINE, BEST
from search.results.ablation import Ablation, VariantComparison, ablation
from search.results.ablation_table import COMPARISONS, VARIANTS, comparison_rows, variant_rows

TITLE = "Variants"
LIFT = 15
"""CSS pixels from a marker to its name above it."""
LONGEST = 48
"""Characters of a name; above its row it has the whole width."""
CAPTION = (
    "Each marker is the mean difference of two variants over the runs on the same folds, its line "
    "the 95 % t interval. A line that crosses 0 leaves open which of the two is better. Folds "
    "share most of their training faces, so the intervals are somewhat too narrow. The last "
    "comparison of two sets of runs of the baseline's recipe shows what chance does."
)


def build(data: StudyData) -> Figure | None:
    """The differences with their intervals, and both tables; None without named variants."""
    results = ablation(data.snapshot)
    if results is None:
        return None
    control = (results.control,) if results.control else ()
    drawn = [each for each in (*results.comparisons, *control) if each.gain]
    comparisons = Table(COMPARISONS, tuple(comparison_rows(results)))
    return Figure(
        "ablation",
        TITLE,
        " ".join(results.sentences),
        CAPTION,
        (_plot(drawn),) if drawn else (),
        tables=(
            DisplayTable(comparisons, caption="Differences, beside what was claimed"),
            DisplayTable(Table(VARIANTS, tuple(variant_rows(results))), caption="Variants"),
        ),
        data=_data(results),
    )


def _plot(drawn: list[VariantComparison]) -> Plot:
    names = distinct([f"{each.name} against {each.other}" for each in drawn], LONGEST)
    traces = [_marker(name, each) for name, each in zip(names, drawn, strict=True)]
    layout = names_above(names, LIFT) | {
        "showlegend": False,
        "xaxis": {"title": {"text": "difference in validation accuracy, points"}},
        "shapes": [{"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper",
                    "line": {"color": BASELINE, "dash": "dot", "width": 2}}],
    }  # fmt: skip
    return Plot(tuple(traces), layout, height=90 + 42 * len(drawn))


def _marker(name: str, compared: VariantComparison) -> dict[str, Any]:
    gain = compared.gain
    assert gain is not None, "only these are drawn"
    colour = BEST if gain.settled else BASELINE
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(100 * gain.value, 3)],
        "y": [name],
        "name": name,
        "marker": {"color": colour, "size": 11},
        "error_x": error_bars(
            [gain.value], [(gain.low, gain.high)], colour, digits=3, thickness=3, width=0
        ),
        "hovertemplate": f"{name}: %{{x:+.2f}} points<extra></extra>",
    }


def _data(results: Ablation) -> Table:
    """The accuracy of each run, in its order, by variant."""
    total = results.variants[0].total
    rows: list[tuple[Cell, ...]] = [
        (each.name, each.trial, *(each.runs.get(pair) for pair in range(total)))
        for each in results.variants
    ]
    return Table(("variant", "trial", *(f"run_{pair + 1}" for pair in range(total))), tuple(rows))
