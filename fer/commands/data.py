"""`fer data`: get, prepare and inspect faces."""

import json
from pathlib import Path
from typing import Annotated

import typer

from fer.commands.help import examples
from fer.commands.options import SOURCE_HELP
from fer.wording import counted

app = typer.Typer(
    help="Get, prepare and inspect faces.",
    no_args_is_help=True,
    epilog=examples("fer data fetch", "fer data audit fer2013.zip --html audit.html"),
)

SourceArgument = Annotated[str, typer.Argument(metavar="SOURCE", help=SOURCE_HELP)]
Classes = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES", help="Comma-separated, such as angry,happy,neutral; all if left out."
    ),
]


@app.command(epilog=examples("fer data prepare fer2013.tar.gz"))
def prepare(source: SourceArgument) -> None:
    """Read a source once into the cache, and count its faces.

    After that it loads at once. Images that were converted and files that were not read are
    counted and named.
    """
    from fer.cache_folder import cache_folder
    from fer.faces import open_source
    from fer.faces.synthetic import SYNTHETIC

    prepared = open_source(source)
    for split, part in prepared.items():
        note = ", held out instead of the recipe's share" if split == "validation" else ""
        typer.echo(f"{split}: {counted(len(part.images), 'face')}{note}")
    for line in prepared.notes.remarks:
        typer.echo(line)
    if source == SYNTHETIC:
        typer.echo("nothing to keep: they are drawn each time")
    else:
        typer.echo(f"kept in {cache_folder()} (FER_CACHE moves it)")


@app.command(
    epilog=examples("fer data audit fer2013.zip --classes angry,happy,neutral --html audit.html")
)
def audit(
    source: SourceArgument,
    classes: Classes = None,
    test: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="The source of the test faces, if another."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write a page with pictures.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Count faces, duplicates, label conflicts and leaks."""
    from fer.faces.audit import audit as audit_source
    from fer.faces.audit_table import render
    from fer.recipe import parse_classes

    result = audit_source(source, parse_classes(classes), test)
    if html:
        from fer.faces.audit_page import audit_page
        from fer.files import write_text

        write_text(html, audit_page(result))
    if as_json:
        typer.echo(json.dumps(result.as_json()))
    else:
        render(result)


@app.command(epilog=examples("fer data sheet fer2013.zip --out faces.png"))
def sheet(
    source: SourceArgument,
    out: Annotated[Path, typer.Option(metavar="FILE.png", help="The picture to write.")],
    split: Annotated[str, typer.Option(metavar="SPLIT", help="train or test.")] = "train",
    classes: Classes = "angry,happy,neutral",
    rows: Annotated[int, typer.Option(metavar="N", min=1, max=50, help="Rows of each class.")] = 4,
    columns: Annotated[int, typer.Option(metavar="N", min=1, max=50, help="Faces in a row.")] = 16,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="Decides which faces are drawn.")
    ] = 0,
) -> None:
    """Draw a sheet of random faces of each class."""
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


@app.command(
    epilog=examples("fer data fetch", "fer search run beat_baseline  # uses what was fetched")
)
def fetch() -> None:
    """Download FER2013 from Kaggle, check it, make it the default.

    Needs the extra `kaggle` and an account at Kaggle: see kagglehub's help.
    """
    from fer.faces.fetch import fetch_fer2013

    path = fetch_fer2013()
    typer.echo(f"{path}: FER2013, checked and prepared; it is now used where no --data is given")
