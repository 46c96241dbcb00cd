"""Significance of the differences between studies."""

from fer.formatting import percent, points, signed
from reports.data.compare_sentences import MOST_PAIRS, conclusion
from reports.data.comparison import Comparison, Pair
from reports.figures.common import missing
from reports.rendering.figure import DisplayTable, Figure, Table

TITLE = "Statistical tests"
CAPTION = (
    "Only comparable studies are tested. The difference and its 95 % interval are of the two best "
    "trials, tested by McNemar's exact test where both predicted the same faces, else by a z-test "
    "of two shares. Superiority is the probability that a complete trial of the first study is "
    "better than one of the second, tested by the Mann-Whitney test. The last column is the larger "
    "of both p-values, adjusted for all comparisons of this page by Holm's method; a study is "
    "called better only where it is below 0.05 and both tests point the same way. Neither test "
    "covers what another seed of the search would change."
)
_COLUMNS = (
    "studies", "comparable", "difference of the best trials", "95 % interval", "n",
    "p (best trials)", "superiority", "p (all trials)", "p (both, Holm)",
)  # fmt: skip


def build(comparison: Comparison) -> Figure:
    """Each study against each other one."""
    pairs = comparison.pairs
    if not pairs:
        return missing("statistics", TITLE, "There is only one study.")
    few = len(pairs) <= MOST_PAIRS
    sentence = " ".join(map(conclusion, pairs)) if few else _counts(pairs)
    reasons = tuple((_names(p), "; ".join(p.reasons)) for p in pairs if p.reasons)
    why = DisplayTable(Table(("studies", "why they are not comparable"), reasons))
    return Figure(
        "statistics",
        TITLE,
        sentence,
        CAPTION,
        tables=(
            DisplayTable(Table(_COLUMNS, tuple(map(_row, pairs)))),
            *([why] if reasons and not few else []),
        ),
        data=Table(
            ("first", "second", "not_comparable", "difference", "low", "high", "n", "p_best",
             "superiority", "p_all", "p_holm"),
            tuple(
                (
                    pair.first,
                    pair.second,
                    "; ".join(pair.reasons),
                    *((g.value, g.low, g.high, g.n) if (g := pair.gain) else (None,) * 4),
                    pair.best_p,
                    pair.superiority,
                    pair.all_p,
                    pair.p,
                )
                for pair in pairs
            ),
        ),
    )  # fmt: skip


def _counts(pairs: tuple[Pair, ...]) -> str:
    fair = [pair for pair in pairs if not pair.reasons]
    settled = sum(pair.winner is not None for pair in fair)
    return (
        f"{len(fair):,} of {len(pairs):,} pairs of studies are comparable; {settled:,} of them "
        "differ significantly."
    )


def _row(pair: Pair) -> tuple[str, ...]:
    gain = pair.gain
    return (
        _names(pair),
        "no" if pair.reasons else "yes",
        "–" if gain is None else points(gain.value),
        "–" if gain is None else f"{signed(100 * gain.low, 2)} to {signed(100 * gain.high, 2)}",
        "–" if gain is None else f"{gain.n:,}",
        _p(pair.best_p),
        "–" if pair.superiority is None else percent(pair.superiority, 0),
        _p(pair.all_p),
        _p(pair.p),
    )


def _names(pair: Pair) -> str:
    return f"{pair.first} − {pair.second}"


def _p(p: float | None) -> str:
    return "–" if p is None else f"{p:.2g}"
