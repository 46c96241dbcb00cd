"""`fer data`: prepare and inspect faces."""

from typing import Annotated

import typer

app = typer.Typer(help="Prepare and inspect faces.", no_args_is_help=True)

SourceArgument = Annotated[str, typer.Argument(metavar="SOURCE", help="As for --data.")]


@app.callback()
def data() -> None:
    """Prepare and inspect faces."""


@app.command()
def prepare(source: SourceArgument) -> None:
    """Read a source once into the cache, so that loading it takes no time."""
    from fer.faces.load import open_source

    for split, part in open_source(source).items():
        typer.echo(f"{split}: {len(part.images):,} faces")
