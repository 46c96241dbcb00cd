"""``fer bench compare``."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer.errors import BadInput

if TYPE_CHECKING:
    from rich.table import Table

    from benchmarks.analysis.comparison import Comparison, Row


def compare(
    recordings: Annotated[
        list[Path],
        typer.Argument(
            help="the base first; a folder of recordings is so many runs of the same",
            show_default=False,
        ),
    ],
    factor: Annotated[
        str | None,
        typer.Option(
            help="compare cases that differ in this alone, such as mode, batch or device; also "
            "within one recording",
            show_default=False,
        ),
    ] = None,
    minimum_effect: Annotated[
        str | None,
        typer.Option(
            help="share under which no difference is called; 2% if left out, 5% where a side has "
            "one run, 8% where that has fewer than 30 samples",
            show_default=False,
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="compare what is not comparable, and say why it is not")
    ] = False,
    fail_on: Annotated[
        str | None,
        typer.Option(help="exit status 1 where a case is slower by this, such as 10%, or fails"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON, not a table")] = False,
) -> None:
    """Compare recordings of fer bench run: what is faster, what slower, what cannot be said.

    Ratios of medians with a 95 % bootstrap interval and a rank test. Recordings that differ in
    more than the factor compared (network, batch, precision, torch, threads) are refused.
    """
    from benchmarks.analysis.comparison import compare as compare_sides
    from benchmarks.analysis.comparison import read_side

    if len(recordings) < 2 and factor is None:
        raise BadInput(f"{recordings[0]}: expected two recordings to compare, or --factor")
    effect = None if minimum_effect is None else parse_share("--minimum-effect", minimum_effect)
    limit = None if fail_on is None else parse_share("--fail-on", fail_on)
    sides = [read_side(path) for path in recordings]
    comparisons = [
        compare_sides(sides[0], side, factor=factor, minimum_effect=effect, anyway=anyway)
        for side in (sides[1:] or sides)
    ]
    regressions = [
        row
        for comparison in comparisons
        for row in (comparison.regressions(limit) if limit is not None else [])
    ]
    lost = [name for comparison in comparisons for name in comparison.lost]
    _print(comparisons, as_json)
    if regressions:
        typer.echo(f"slower by {fail_on} or more: {len(regressions)} cases", err=True)
    if lost and limit is not None:
        typer.echo(f"timed in the base alone: {len(lost)} cases, {_clean(lost[0])} first", err=True)
    if regressions or (lost and limit is not None):
        raise typer.Exit(1)


def parse_share(option: str, text: str) -> float:
    """``10%`` to 0.1.

    Raises:
        BadInput: not a percentage from 0 to 1000.
    """
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,6})?) ?%", text.strip())
    if found is None or float(found[1]) > 1000:
        raise BadInput(f"{option} {text}: expected a percentage, such as 10%")
    return float(found[1]) / 100


def _print(comparisons: "list[Comparison]", as_json: bool) -> None:
    if as_json:
        import json

        typer.echo(json.dumps([comparison.to_json() for comparison in comparisons], indent=1))
        return
    from rich.console import Console

    console = Console()
    for comparison in comparisons:
        console.print(table(comparison))
        for line in _below(comparison):
            console.print(line, markup=False, highlight=False)


def table(comparison: "Comparison") -> "Table":
    """One row a case: medians, ratio, interval, rank test and verdict."""
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=Text(f"{_clean(comparison.other)} against {_clean(comparison.base)}"))
    shown.add_column("case", overflow="fold")
    for heading in ("base", "other", "ratio", "95 % interval", "p"):
        shown.add_column(heading, justify="right", no_wrap=heading != "95 % interval")
    shown.add_column("verdict")
    colours = {"slower": "red", "faster": "green", "no difference shown": "dim"}
    for row in comparison.rows:
        found = row.difference
        name = row.other if row.base == row.other else f"{row.base} → {row.other}"
        shown.add_row(
            Text(_clean(name)),
            duration(row.base_seconds),
            duration(row.other_seconds),
            f"{found.ratio:.3f}",
            f"{found.low:.3f} to {found.high:.3f}",
            f"{found.p:.2g}",
            Text(_verdict(row), style=colours[found.word]),
        )
    return shown


def _verdict(row: "Row") -> str:
    marks = ["noisy"] * row.noisy + [f"not comparable: {_clean(str(d))}" for d in row.differs]
    return row.difference.word + (f" ({'; '.join(marks)})" if marks else "")


def _below(comparison: "Comparison") -> list[str]:
    effects = sorted({row.difference.minimum_effect for row in comparison.rows})
    least = " or ".join(f"{100 * effect:.3g}" for effect in effects)
    return [
        f"Ratio: other / base, of medians; above 1 is slower. Differences under {least} % are not "
        f"called. Of {len(comparison.rows)} cases that do not differ, up to one in 20 may be.",
        *(f"note: {_clean(remark)}" for remark in comparison.remarks),
        *(
            f"only in the {side}: {_clean(name)} ({_clean(reason)})"
            for side, lone in (("base", comparison.only_base), ("other", comparison.only_other))
            for name, reason in lone.items()
        ),
    ]


def duration(seconds: float) -> str:
    """Three digits and a unit: ``1.23 s``, ``45.6 ms``, ``789 µs``, ``12.3 ns``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def _clean(text: str) -> str:
    """Names come from files: none may steer the terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
