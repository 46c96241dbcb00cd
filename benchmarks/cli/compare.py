"""``fer bench compare``."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer.errors import BadInput
from fer.wording import counted

if TYPE_CHECKING:
    from benchmarks.analysis.comparison import Comparison


WIDE = 100
"""Columns of a terminal that has room for the table."""


def compare(
    recordings: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="Recordings, the base first; a folder holds repetitions of one recording.",
            show_default=False,
        ),
    ],
    factor: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Compare cases that differ in this factor alone, such as mode or batch; also "
            "within one recording.",
            show_default=False,
        ),
    ] = None,
    minimum_effect: Annotated[
        str | None,
        typer.Option(
            metavar="PERCENT",
            help="Smallest difference that counts; by default 2%, 5% with a single run, 8% with "
            "fewer than 30 samples.",
            show_default=False,
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Compare incomparable cases too, and mark them.")
    ] = False,
    fail_on: Annotated[
        str | None,
        typer.Option(
            metavar="PERCENT", help="Exit with 1 where a case is slower by this, or fails."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Compare recordings: faster, slower, or no difference shown.

    Prints ratios of medians with a 95 % bootstrap interval and a rank test. Cases that differ in
    more than the machine or the factor (network, batch, precision, torch, threads) are not
    compared; their number and the reason follow the table.
    """
    from benchmarks.analysis.comparison import compare as compare_sets
    from benchmarks.recordings.recording_set import read_recording_set

    if len(recordings) < 2 and factor is None:
        raise BadInput(f"{recordings[0]}: expected two recordings to compare, or --factor")
    effect = None if minimum_effect is None else parse_share("--minimum-effect", minimum_effect)
    limit = None if fail_on is None else parse_share("--fail-on", fail_on)
    sets = [read_recording_set(path) for path in recordings]
    comparisons = [
        compare_sets(sets[0], other, factor=factor, minimum_effect=effect, anyway=anyway)
        for other in (sets[1:] or sets)
    ]
    _print(comparisons, factor, as_json)
    if limit is not None:
        _fail_on(comparisons, limit, str(fail_on))


def _fail_on(comparisons: "list[Comparison]", limit: float, fail_on: str) -> None:
    """Exit with 1 where a case is slower by the limit, or was timed in the base only."""
    from benchmarks.cli.comparison_table import printable

    slower = [row for comparison in comparisons for row in comparison.regressions(limit)]
    lost = [name for comparison in comparisons for name in comparison.lost]
    if slower:
        typer.echo(f"slower by {fail_on} or more: {counted(len(slower), 'case')}", err=True)
    if lost:
        typer.echo(
            f"failed or out of memory: {counted(len(lost), 'case')}, first {printable(lost[0])}",
            err=True,
        )
    if slower or lost:
        raise typer.Exit(1)


def parse_share(option: str, text: str) -> float:
    """``10%`` to 0.1.

    Raises:
        BadInput: not a percentage from 0 to 1000.
    """
    match = re.fullmatch(r"(\d{1,4}(?:\.\d{1,6})?) ?%", text.strip())
    if match is None or float(match[1]) > 1000:
        raise BadInput(f"{option} {text}: expected a percentage, such as 10%")
    return float(match[1]) / 100


def _print(comparisons: "list[Comparison]", factor: str | None, as_json: bool) -> None:
    if as_json:
        import json

        typer.echo(json.dumps([comparison.to_json() for comparison in comparisons], indent=1))
        return
    from rich.console import Console

    from benchmarks.cli.comparison_table import lines_below, printable, stacked, table

    console = Console()
    for comparison in comparisons:
        for doubt in comparison.doubts:
            console.print(f"WARNING: {printable(doubt)}", markup=False, highlight=False)
        if console.width >= WIDE:
            console.print(table(comparison, factor))
        else:
            for text in stacked(comparison, factor):
                console.print(text)
        for line in lines_below(comparison):
            console.print(line, markup=False, highlight=False)
