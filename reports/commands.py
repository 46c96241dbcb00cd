"""``fer report``: pages that are complete in one file."""

from pathlib import Path
from typing import Annotated

import typer

from search.commands import STORAGE, StorageUrl

app = typer.Typer(
    name="report",
    help="Turn studies and benchmarks into pages to read and to hand round.",
    no_args_is_help=True,
)

Out = Annotated[Path, typer.Option(metavar="FILE.html", help="The page to write.")]
Png = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Also write its figures as pictures; needs Chromium."),
]


@app.command(
    epilog="Example:  fer report study beat_baseline --data fer2013-train.zip --out study.html"
)
def study(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="its name, or its TOML file")],
    out: Out,
    storage: StorageUrl = STORAGE,
    data: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="its faces, to show mistakes and to audit them"),
    ] = None,
    runs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="its run folders, if they were moved")
    ] = None,
    png: Png = None,
) -> None:
    """What a study found: one page, complete in one file.

    The verdict comes first, then each trial, what mattered, the best recipes, where the best model
    errs, and how to make it all again.
    """
    from reports.material import read_material
    from reports.study import study_page
    from reports.write import write_page

    write_page(study_page(read_material(name_of(study), storage, data, runs)), out, png)


def name_of(study: str) -> str:
    """The name in the storage of a study that is named by a file, or by its name."""
    from search.definition import find_study_file, read_study

    path = find_study_file(study)
    return read_study(path)[0].name if path else study
