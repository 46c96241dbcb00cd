"""`fer data`: get, prepare and inspect faces."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Get, prepare and inspect faces.", no_args_is_help=True)

SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A Kaggle CSV, a folder or zip of train/CLASS/* and test/CLASS/* images, a .npz, "
        "or the word synthetic.",
    ),
]
Classes = Annotated[
    str | None,
    typer.Option(help="Comma-separated names, such as angry,happy,neutral; all if left out."),
]


@app.command(epilog="Example:  fer data prepare fer2013.csv")
def prepare(source: SourceArgument) -> None:
    """Read a source once into the cache, so that loading it takes no time."""
    from fer.cache_folder import cache_folder
    from fer.faces import open_source
    from fer.faces.load import SYNTHETIC

    prepared = open_source(source)
    for split, part in prepared.items():
        typer.echo(f"{split}: {len(part.images):,} faces")
    if source == SYNTHETIC:
        typer.echo("nothing to keep: they are drawn anew each time")
    else:
        typer.echo(f"kept in {cache_folder()} (FER_CACHE moves it)")


@app.command(
    epilog="Example:  fer data audit fer2013.zip --classes angry,happy,neutral --html audit.html"
)
def audit(
    source: SourceArgument,
    classes: Classes = None,
    test: Annotated[
        str | None, typer.Option(metavar="SOURCE", help="Where the test faces are, if elsewhere.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Draw a page into this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Count faces, duplicates, label conflicts, train/test leaks, and odd or unreadable images."""
    from fer.faces.audit import audit as audit_source
    from fer.faces.audit_table import render
    from fer.recipe import parse_classes

    found = audit_source(source, parse_classes(classes), test)
    if html:
        from fer.faces.audit_page import audit_page
        from fer.files import write_text

        write_text(html, audit_page(found))
    if as_json:
        typer.echo(json.dumps(found.as_json()))
    else:
        render(found)


@app.command(epilog="Example:  fer data sheet fer2013.zip --out faces.png")
def sheet(
    source: SourceArgument,
    out: Annotated[Path, typer.Option(metavar="FILE.png", help="The picture to write.")],
    split: Annotated[str, typer.Option(help="train or test")] = "train",
    classes: Classes = "angry,happy,neutral",
    rows: Annotated[int, typer.Option(min=1, max=50, help="of each class")] = 4,
    columns: Annotated[int, typer.Option(min=1, max=50, help="faces in a row")] = 16,
    seed: Annotated[int, typer.Option(min=0, help="which faces are drawn")] = 0,
) -> None:
    """Draw random faces of each class, to see what the data looks like."""
    from fer.errors import BadInput
    from fer.faces import load_faces
    from fer.faces.picture import png
    from fer.faces.picture import sheet as draw_sheet
    from fer.files import write_atomically
    from fer.recipe import EXPRESSIONS, parse_classes

    if split not in ("train", "test"):
        raise BadInput(f"--split {split}: expected train or test")
    if out.suffix.lower() != ".png":
        raise BadInput(f"--out {out}: expected a file name that ends in .png")
    faces = load_faces(source, split, parse_classes(classes) or EXPRESSIONS)  # type: ignore[arg-type]
    picture = draw_sheet(faces, rows, columns, seed)
    write_atomically(out, lambda file: file.write(png(picture)))
    typer.echo(f"{out}: {picture.width}×{picture.height}")


@app.command(epilog="Example:  fer data fetch && fer search run beat_baseline")
def fetch() -> None:
    """Get FER2013 from Kaggle, check it, and make it the faces that are used by default.

    Needs the extra `kaggle` and, as Kaggle asks, an account of yours: see kagglehub's help.
    """
    from fer.faces.fetch import fetch_fer2013

    path = fetch_fer2013()
    typer.echo(f"{path}: FER2013, checked and prepared; it is now used where no --data is given")
