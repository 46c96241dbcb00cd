"""Significance of the differences between studies."""

from fer.formatting import percent, points, signed
from reports.data.comparison import Comparison, Pair
from reports.figures.common import missing
from reports.rendering.figure import DisplayTable, Figure, Table

TITLE = "Statistical tests"
CAPTION = (
    "The 95 % interval is of the difference between the two best trials. If it does not contain 0, "
    "the difference is more than the choice of held-out faces explains. Superiority is the "
    "probability that a complete trial of the first study is better than one of the second, with "
    "the p-value of the Mann-Whitney U test. Neither covers the variation over seeds of a search."
)


def build(comparison: Comparison) -> Figure:
    """The best study against each other one."""
    pairs = comparison.pairs
    if not pairs:
        return missing("statistics", TITLE, "There is only one study.")
    columns = ("studies", "difference of the best trials", "95 % interval", "superiority", "p")
    return Figure(
        "statistics",
        TITLE,
        " ".join(map(pair_sentence, pairs)),
        CAPTION,
        tables=(DisplayTable(Table(columns, tuple(map(_row, pairs)))),),
        data=Table(
            ("first", "second", "difference", "low", "high", "beats", "p", "not_comparable"),
            tuple(
                (
                    pair.first,
                    pair.second,
                    *((g.value, g.low, g.high) if (g := pair.gain) else (None, None, None)),
                    pair.superiority,
                    pair.p,
                    pair.not_comparable,
                )
                for pair in pairs
            ),
        ),
    )


def pair_sentence(pair: Pair) -> str:
    """The result for one pair, in a sentence."""
    if pair.not_comparable:
        return f"{pair.first} and {pair.second} cannot be compared: {pair.not_comparable}."
    assert pair.best_trials is not None, "of comparable studies"
    return pair.best_trials.sentence


def _row(pair: Pair) -> tuple[str, ...]:
    name = f"{pair.first} − {pair.second}"
    if pair.gain is None:
        return name, pair.not_comparable or "–", "–", "–", "–"
    return (
        name,
        points(pair.gain.value),
        f"{signed(100 * pair.gain.low, 2)} to {signed(100 * pair.gain.high, 2)}",
        "–" if pair.superiority is None else percent(pair.superiority, 0),
        "–" if pair.p is None else f"{pair.p:.2g}",
    )
