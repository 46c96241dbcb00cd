"""``fer search``."""

from pathlib import Path
from typing import Annotated

import typer

STORAGE = "sqlite:///runs/studies.db"

app = typer.Typer(
    name="search",
    help="Search for a better recipe: run a study, watch it, and take its best recipe.",
    no_args_is_help=True,
)

Study = Annotated[
    str,
    typer.Argument(
        help="a TOML file, the bare name of a study that ships (quick, beat_baseline, wide), or "
        "the name of one in the storage",
        show_default=False,
    ),
]
StorageUrl = Annotated[
    str,
    typer.Option(
        "--storage",
        envvar="FER_STORAGE",
        help="sqlite:///FILE, postgresql://USER@HOST/DATABASE or journal:///FILE",
        show_envvar=True,
    ),
]
Data = Annotated[
    str | None,
    typer.Option(
        help="CSV, folder, zip or npz of faces, or the word synthetic", show_default=False
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(help="where run folders and results go; runs if left out", show_default=False),
]


@app.command(
    epilog="Examples:  fer search run quick --data synthetic   |   "
    "fer search run beat_baseline --data fer2013-train.zip --workers 2"
)
def run(
    study: Study,
    data: Data = None,
    storage: StorageUrl = STORAGE,
    workers: Annotated[int, typer.Option(min=1, help="processes; each gets cores / N threads")] = 1,
    trials: Annotated[int | None, typer.Option(min=1, help="total, trial 0 included")] = None,
    hours: Annotated[float | None, typer.Option(min=0, help="total over all starts")] = None,
    out: Out = None,
    dashboard: Annotated[
        bool, typer.Option("--dashboard", help="show it in the browser while it runs")
    ] = False,
) -> None:
    """Run a study, or go on with it, until its budget is spent.

    Trial 0 trains the baseline. Budgets are totals: the same command goes on where the study
    stopped, however it stopped, and does nothing once the budget is spent. Trials that run when
    the hours or epochs are spent are finished. DIR/STUDY/ then holds summary.json, trials.csv,
    best.toml and a run folder for each trial.
    """
    from search.execution.run_study import Request, run_study

    run_study(Request(study, _source(data), storage, workers, trials, hours, out, dashboard))


@app.command(epilog="Example:  fer search worker beat_baseline --data faces.zip --storage URL")
def worker(
    study: Study,
    data: Data = None,
    storage: StorageUrl = STORAGE,
    threads: Annotated[int | None, typer.Option(min=1, help="all cores if left out")] = None,
    out: Out = None,
) -> None:
    """Take trials of a study that has been started, on this or another machine."""
    from fer.process import available_cores, restart_with_training_memory

    restart_with_training_memory()
    from search.execution.worker import StopSignal, WorkerConfig, fer_trainer, work

    name = _name(study)
    folder = ((out or Path("runs")) / name).absolute()
    config = WorkerConfig(name, _source(data), str(folder), threads or available_cores())
    work(config, storage, StopSignal(parent=0), fer_trainer)


@app.command(epilog="Example:  fer search status beat_baseline")
def status(study: Study, storage: StorageUrl = STORAGE) -> None:
    """Show a study's state in one screen."""
    from rich.console import Console

    from search.results.terminal import screen
    from search.storage.storage import Storage
    from search.storage.study import open_study

    with Storage(storage, create=False) as opened:
        Console().print(screen(open_study(opened, _name(study))))


@app.command(epilog="Example:  fer search best beat_baseline > best.toml && fer train best.toml")
def best(study: Study, storage: StorageUrl = STORAGE) -> None:
    """Print the best trial's recipe as TOML, ready for fer train."""
    from search.results.summary import best_recipe
    from search.storage.storage import Storage
    from search.storage.study import open_study

    with Storage(storage, create=False) as opened:
        found = best_recipe(open_study(opened, _name(study)))
    typer.echo(found.to_toml(), nl=False)


def _source(data: str | None) -> str:
    if data is not None:
        return data
    from fer.faces import default_source

    source = default_source()
    typer.echo(source.why, err=True)
    return source.source


def _name(study: str) -> str:
    from search.config.study_file import stored_name

    return stored_name(study)
