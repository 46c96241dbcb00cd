"""A comparison in the terminal: one row a case, and what was not compared below."""

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from benchmarks.analysis.comparison import Comparison, Row
from benchmarks.cli.formatting import duration
from benchmarks.recordings.wording import WORDS, short_names

COLOURS = {"slower": "red", "faster": "green", "no difference shown": "dim"}


def table(comparison: Comparison, factor: str | None = None) -> Table:
    """Medians, ratio, interval and verdict of each case; p-values of the rank test."""
    shown = Table(
        title=Text(f"{printable(comparison.other)} against {printable(comparison.base)}"),
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    shown.add_column("case", overflow="fold")
    for heading in ("base", "other", "ratio", "95 % interval", "p"):
        shown.add_column(heading, justify="right", no_wrap=True)
    shown.add_column("verdict")
    for name, row in zip(_names(comparison.rows, factor), comparison.rows, strict=True):
        ratio = row.difference
        shown.add_row(
            Text(printable(name)),
            duration(row.base_seconds),
            duration(row.other_seconds),
            f"{ratio.ratio:.3f}",
            f"{ratio.low:.3f} to {ratio.high:.3f}",
            f"{ratio.p:.2g}",
            Text(_verdict(row), style=COLOURS[ratio.word]),
        )
    return shown


def stacked(comparison: Comparison, factor: str | None = None) -> Iterator[Text]:
    """The rows for a terminal that is too narrow for the table: a few short lines a case."""
    yield Text(f"{printable(comparison.other)} against {printable(comparison.base)}", style="bold")
    for name, row in zip(_names(comparison.rows, factor), comparison.rows, strict=True):
        ratio = row.difference
        yield Text(printable(name))
        yield Text(f"  {duration(row.base_seconds)} → {duration(row.other_seconds)}")
        yield Text(f"  ratio {ratio.ratio:.3f} ({ratio.low:.3f} to {ratio.high:.3f})")
        yield Text(f"  {_verdict(row)}", style=COLOURS[ratio.word])


def _names(rows: tuple[Row, ...], factor: str | None) -> list[str]:
    """What differs among the rows; with a factor, also its value in base and other."""
    names = short_names([(row.group, row.params) for row in rows], [factor] if factor else [])
    if factor:
        values = [[_value(params.get(factor)) for params in (row.base_params, row.params)]
                  for row in rows]  # fmt: skip
        names = [f"{name}, {' → '.join(pair)}" for name, pair in zip(names, values, strict=True)]
    if len(set(names)) < len(names):
        return [row.other if row.base == row.other else f"{row.base} → {row.other}" for row in rows]
    return names


def _value(value: str | int | None) -> str:
    return WORDS.get(str(value), str(value))


def _verdict(row: Row) -> str:
    marks = ["noisy"] * row.noisy + [f"not comparable: {printable(str(d))}" for d in row.differs]
    return row.difference.word + (f" ({'; '.join(marks)})" if marks else "")


def lines_below(comparison: Comparison) -> Iterator[str]:
    """How to read the table, what differs between the machines, and what was not compared."""
    effects = sorted({row.difference.minimum_effect for row in comparison.rows})
    least = " or ".join(f"{100 * effect:.3g}" for effect in effects)
    yield (
        "Ratio of medians, other / base: above 1 is slower. Differences under "
        f"{least} % do not count. Up to one in 20 cases without a difference is called different."
    )
    for remark in comparison.remarks:
        yield f"note: {printable(remark)}"
    for group in comparison.not_compared:
        yield f"not compared: {printable(str(group))}"


def printable(text: str) -> str:
    """Text from a file, with what could steer the terminal escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
