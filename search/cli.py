"""``fer search``."""

from pathlib import Path
from typing import Annotated

import typer

from fer.commands.help import epilog_of, examples
from search.commands.audit import audit
from search.commands.confirm import confirm
from search.commands.grade import grade
from search.commands.lint import lint
from search.commands.options import (
    Data,
    Out,
    ReadStorage,
    StorageUrl,
    Study,
    Workers,
    name_of,
    source_of,
)
from search.commands.replay import EPILOG, replay
from search.storage import DEFAULT_STORAGE

app = typer.Typer(
    name="search",
    help="Run a study, watch it, and take its best recipe.",
    no_args_is_help=True,
    epilog=examples("fer search run quick --data synthetic", "fer search status beat_baseline"),
)


@app.command(
    epilog=examples(
        "fer search run quick --data synthetic",
        "fer search run beat_baseline --data fer2013-train.zip --workers 2",
    )
)
def run(
    study: Study,
    data: Data = None,
    storage: StorageUrl = DEFAULT_STORAGE,
    workers: Workers = 1,
    trials: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Total trials, trial 0 included.")
    ] = None,
    hours: Annotated[
        float | None, typer.Option(metavar="HOURS", min=0, help="Total hours over all starts.")
    ] = None,
    out: Out = None,
    dashboard: Annotated[
        bool, typer.Option("--dashboard", help="Show it in the browser while it runs.")
    ] = False,
) -> None:
    """Run or resume a study until its budget is spent.

    Trial 0 trains the baseline. Budgets are totals: the same command resumes the study where it
    stopped, however it stopped, and does nothing once the budget is spent. Trials that are running
    when the hours or epochs are spent are finished. The results are in DIR/STUDY: summary.json,
    trials.csv, best.toml and a run folder for each trial.
    """
    from search.execution.announce import announce

    announce(f"study {study}: starting")
    from search.execution.request import Request
    from search.execution.run_study import run_study

    run_study(Request(study, source_of(data), storage, workers, trials, hours, out, dashboard))


@app.command(
    epilog=examples("fer search worker wide --data faces.zip --storage postgresql://me@server/fer")
)
def worker(
    study: Study,
    data: Data = None,
    storage: StorageUrl = DEFAULT_STORAGE,
    threads: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="CPU threads.  [default: all cores]")
    ] = None,
    out: Out = None,
) -> None:
    """Run trials of a started study, on any machine."""
    from fer.process import available_cores, restart_with_training_memory

    restart_with_training_memory()
    from search.execution.worker import WorkerConfig, WorkerStop, fer_trainer, work

    name = name_of(study)
    folder = ((out or Path("runs")) / name).absolute()
    config = WorkerConfig(name, source_of(data), str(folder), threads or available_cores())
    work(config, storage, WorkerStop(parent=0), fer_trainer)


@app.command(epilog=examples("fer search status beat_baseline"))
def status(study: Study, storage: ReadStorage = None) -> None:
    """Show the state of a study on one screen."""
    from rich.console import Console, Group

    from search.results.ablation_table import ablation_parts
    from search.results.snapshot import read_snapshot
    from search.results.terminal import print_answer, screen
    from search.storage.exported import open_to_read
    from search.storage.study import open_study

    name = name_of(study)
    with open_to_read(storage, name) as opened:
        snapshot, console = read_snapshot(open_study(opened, name)), Console()
        print_answer(snapshot, console)
        console.print(Group(screen(snapshot), *ablation_parts(snapshot)))


app.command(epilog=epilog_of(confirm), short_help="Confirm the best recipes on fresh folds.")(
    confirm
)
app.command(epilog=epilog_of(grade), short_help="Record a grade that came from outside.")(grade)


@app.command(
    short_help="Print the best recipe as TOML for `fer train`.",
    epilog=examples(
        "fer search best beat_baseline > best.toml",
        "fer train best.toml --data fer2013-train.zip --out runs/best",
    ),
)
def best(study: Study, storage: ReadStorage = None) -> None:
    """Print the best recipe as TOML for `fer train`: the confirmed one, or else the best trial's.

    A line on stderr says so where it is not confirmed.
    """
    from search.results.best import not_confirmed
    from search.results.snapshot import read_snapshot
    from search.results.summary import best_recipe
    from search.storage.exported import open_to_read
    from search.storage.study import open_study

    name = name_of(study)
    with open_to_read(storage, name) as opened:
        found = open_study(opened, name)
        recipe, warning = best_recipe(found), not_confirmed(read_snapshot(found))
    typer.echo(recipe.to_toml(), nl=False)
    if warning:
        typer.echo(f"fer: {warning}", err=True)


app.command(
    epilog=examples("fer search lint beat_baseline"),
    short_help="Show what to do better, with evidence.",
)(lint)
app.command(
    epilog=examples("fer search audit beat_baseline --json"),
    short_help="Show how often the pruner was wrong.",
)(audit)


@app.command(
    short_help="Copy a study to a folder that others can read.",
    epilog=examples("fer search export beat_baseline --out beat_baseline"),
)
def export(
    study: Study,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write.")],
    storage: ReadStorage = None,
    runs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Its run folders, if they were moved.")
    ] = None,
) -> None:
    """Copy a study to a folder that others can read.

    The folder holds study.db, summary.json, trials.csv, best.toml and the run folders without
    their models, except that of a confirmed winner's first seed. Host names and the folders of
    this machine are left out, and so is what optuna-dashboard shows of the study.
    """
    from fer.formatting import count
    from search.results.export import export_study
    from search.storage.exported import open_to_read
    from search.storage.study import open_study

    name = name_of(study)
    with open_to_read(storage, name) as opened:
        copied = export_study(open_study(opened, name), out, runs)
    typer.echo(f"study {name}: {count(len(copied.trials), 'trial')} in {out}")


app.command(
    name="replay",
    short_help="Compare samplers, pruners and rounds.",
    epilog=EPILOG,
)(replay)
