"""``fer search``."""

from pathlib import Path
from typing import Annotated

import typer

from fer.commands.help import examples
from search.storage import DEFAULT_STORAGE

app = typer.Typer(
    name="search",
    help="Run a study, watch it, and take its best recipe.",
    no_args_is_help=True,
    epilog=examples("fer search run quick --data synthetic", "fer search status beat_baseline"),
)

Study = Annotated[
    str,
    typer.Argument(
        metavar="STUDY",
        help="A TOML file, the bare name of a study that ships (quick, beat_baseline, wide), or "
        "the name of one in the storage.",
        show_default=False,
    ),
]
StorageUrl = Annotated[
    str,
    typer.Option(
        "--storage",
        metavar="URL",
        envvar="FER_STORAGE",
        help="sqlite:///FILE, postgresql://USER@HOST/DATABASE or journal:///FILE.",
        show_envvar=True,
    ),
]
READ_STORAGE_HELP = (
    "As in fer search run, or a folder that fer search export wrote.  [default: "
    f"{DEFAULT_STORAGE}, or if STUDY is not in it, the finished one that ships]"
)
ReadStorage = Annotated[
    str | None,
    typer.Option(
        "--storage",
        metavar="URL",
        envvar="FER_STORAGE",
        help=READ_STORAGE_HELP,
        show_default=False,
        show_envvar=True,
    ),
]
Data = Annotated[
    str | None,
    typer.Option(
        metavar="SOURCE",
        help="Faces: a Kaggle CSV, a folder, zip or tar of images, a .npz, or the word synthetic.",
        show_default=False,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Folder of run folders and results.  [default: runs]",
        show_default=False,
    ),
]


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
    workers: Annotated[
        int,
        typer.Option(metavar="N", min=1, help="Processes; each gets 1/N of the cores as threads."),
    ] = 1,
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

    run_study(Request(study, _source(data), storage, workers, trials, hours, out, dashboard))


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

    name = _name(study)
    folder = ((out or Path("runs")) / name).absolute()
    config = WorkerConfig(name, _source(data), str(folder), threads or available_cores())
    work(config, storage, WorkerStop(parent=0), fer_trainer)


@app.command(epilog=examples("fer search status beat_baseline"))
def status(study: Study, storage: ReadStorage = None) -> None:
    """Show the state of a study on one screen."""
    from rich.console import Console

    from search.results.snapshot import read_snapshot
    from search.results.terminal import screen
    from search.storage.exported import open_to_read
    from search.storage.study import open_study

    name = _name(study)
    with open_to_read(storage, name) as opened:
        Console().print(screen(read_snapshot(open_study(opened, name))))


@app.command(
    epilog=examples(
        "fer search best beat_baseline > best.toml",
        "fer train best.toml --data fer2013-train.zip --out runs/best",
    )
)
def best(study: Study, storage: ReadStorage = None) -> None:
    """Print the best trial's recipe as TOML for `fer train`."""
    from search.results.summary import best_recipe
    from search.storage.exported import open_to_read
    from search.storage.study import open_study

    name = _name(study)
    with open_to_read(storage, name) as opened:
        recipe = best_recipe(open_study(opened, name))
    typer.echo(recipe.to_toml(), nl=False)


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
    their models. Host names and the folders of this machine are left out, and so is what
    optuna-dashboard shows of the study.
    """
    from fer.formatting import count
    from search.results.export import export_study
    from search.storage.exported import open_to_read
    from search.storage.study import open_study

    name = _name(study)
    with open_to_read(storage, name) as opened:
        copied = export_study(open_study(opened, name), out, runs)
    typer.echo(f"study {name}: {count(len(copied.trials), 'trial')} in {out}")


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
