"""``fer search replay``."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from fer.commands.help import examples

BUDGETS = (200, 344, 620)
"""344 epochs is what the finished ``beat_baseline`` trained, 620 what its trials are in full."""
EPILOG = examples(
    "fer search replay",
    "fer search replay --strategy tpe --strategy tpe/race2 --budget 344",
)


def replay(
    table: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="curves.csv.gz of tools.measure_curves.  [default: the one that ships]",
            show_default=False,
        ),
    ] = None,
    strategy: Annotated[
        list[str],
        typer.Option(
            metavar="NAME",
            help="SAMPLER[+PRUNER][/PLAN], such as tpe+halving/race2; may be given several times.  "
            "[default: all but gp]",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    budget: Annotated[
        list[int],
        typer.Option(
            metavar="EPOCHS",
            min=1,
            help="Epochs of a search; may be given several times.  [default: 200, 344, 620]",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    emulate: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Search made tables of N recipes, a new one each repeat, in place of the measured "
            "one.",
        ),
    ] = 0,
    repeats: Annotated[
        int, typer.Option(metavar="N", min=2, help="Searches by each strategy, each with a seed.")
    ] = 100,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Processes.  [default: one a core]"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the results as JSON.")
    ] = None,
) -> None:
    """Compare samplers, pruners and rounds by searches of a table of measured training curves.

    No network is trained: a trial of a replayed search is the recipe of the table that is nearest
    to what the sampler suggests and was not tried yet, and its epochs are those that were measured.
    Regret is the true accuracy of the best recipe minus that of the chosen one. SAMPLER is random,
    qmc, tpe or gp; PRUNER is halving, halving8, median or hyperband; PLAN is full (trials of 20
    epochs), short (trials of 7 epochs), mean2 (each trial on both folds), race1 or race2 (trials of
    7 epochs, and a race of the best quarter over one or both folds).

    A measured table has few recipes and two folds. --emulate makes larger ones by a Gaussian
    process of its accuracies, with its noise; PLAN may then also be race3, race5, race5early,
    race3few, race3early, race5few, again2 or again3.
    """
    from rich.console import Console

    from fer.files import write_text
    from fer.process import available_cores
    from search.replay.results import replay as replayed
    from search.replay.simulate import Source
    from search.replay.strategies import DEFAULT, MANY_FOLDS, parse_strategy
    from search.replay.table import shipped_table
    from search.replay.terminal import screen

    shown = (*DEFAULT, *MANY_FOLDS) if emulate else DEFAULT
    names = tuple(dict.fromkeys(strategy or shown))
    budgets = tuple(sorted(set(budget or BUDGETS)))
    words = ["fer", "search", "replay", "--repeats", str(repeats)]
    if emulate:
        words += ["--emulate", str(emulate)]
    if table is not None:
        words += ["--table", table.name]
    for name in dict.fromkeys(strategy):
        words += ["--strategy", name]
    for epochs in sorted(set(budget)):
        words += ["--budget", str(epochs)]
    result = replayed(
        Source(table or shipped_table(), emulate),
        [parse_strategy(name) for name in names],
        repeats,
        budgets,
        workers or available_cores(),
        shlex.join(words),
    )
    if out is not None:
        write_text(out, result.text())
    if as_json:
        typer.echo(result.text(), nl=False)
    else:
        Console().print(screen(result))
