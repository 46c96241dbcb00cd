"""`fer train`: train one recipe."""

from pathlib import Path
from typing import Annotated

import typer

from fer.commands.help import with_examples
from fer.commands.options import Device, Source, Threads


@with_examples(
    "fer train published --data fer2013.csv --out runs/published",
    "fer train best --data fer2013.csv --out runs/all --set validation=0",
)
def train(
    recipe: Annotated[
        str, typer.Argument(metavar="RECIPE", help="A TOML file, or the name of one that ships.")
    ],
    data: Source,
    out: Annotated[Path, typer.Option(metavar="RUN", help="The run folder to write.")],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Replace a key of the recipe; may be repeated."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue from the run folder's checkpoint, if any.")
    ] = False,
    device: Device = "auto",
    threads: Threads = 0,
) -> None:
    """Train a recipe, with a checkpoint after every epoch.

    The run folder gets recipe.toml, history.csv, metrics.json and model.safetensors; history.csv
    grows with each epoch. --resume continues a run that was interrupted or killed, and ends with
    the same weights as an uninterrupted one.
    """
    from fer.process import available_cores, restart_with_training_memory

    restart_with_training_memory()
    from fer.device import choose_device
    from fer.faces import load_faces, own_split, require_labels, unmeasured
    from fer.recipe import load_recipe, parse_settings
    from fer.signals import StopSignals
    from fer.training import train as train_recipe
    from fer.training.progress import Progress

    chosen = load_recipe(recipe).with_values(parse_settings(settings or []))
    where = choose_device(device)
    faces = load_faces(data, "train", chosen.classes)
    require_labels(faces, data, "train")
    if used := own_split(faces, chosen.validation):
        typer.echo(f"fer: {data}: {used}", err=True)
    holds_out = chosen.validation > 0 or faces.held_out is not None
    if holds_out and (problem := unmeasured(faces, chosen.validation, chosen.split_seed)):
        typer.echo(f"fer: warning: {data}: {problem}", err=True)
    trained = False
    with StopSignals() as stop, Progress(chosen.epochs) as progress:

        def on_step(step: int, steps: int) -> None:
            nonlocal trained
            trained = True
            progress.step(step, steps)
            stop.check(str(out), "resume with the same command and --resume")

        train_recipe(
            chosen,
            faces,
            out,
            device=where,
            threads=threads or available_cores(),
            resume=resume,
            on_epoch=progress.epoch,
            on_step=on_step,
        )
    typer.echo(f"{out}: {'done' if trained else 'was finished before; nothing to do'}")
