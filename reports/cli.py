"""``fer report``: pages that are complete in one file."""

from pathlib import Path
from typing import Annotated

import typer

from search.cli import STORAGE, StorageUrl

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
    test: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="its test faces, to audit, if --data has none"),
    ] = None,
) -> None:
    """What a study found: one page, complete in one file.

    The verdict comes first, then each trial, what mattered, the best recipes, where the best model
    errs, and how to make it all again.
    """
    from fer.errors import BadInput
    from reports.data.study_data import read_study_data
    from reports.pages.study import study_page
    from reports.rendering.write import write_page

    if test is not None and data is None:
        raise BadInput(f"--test {test}: is audited with the training faces: give --data SOURCE too")
    study_data = read_study_data(name_of(study), storage, data, runs, test)
    write_page(study_page(study_data), out, png)


@app.command(epilog="Example:  fer report bench laptop.json server.json --out bench.html")
def bench(
    recordings: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE.json …",
            help="recordings of fer bench run, the base first; a folder is several of one machine",
        ),
    ],
    out: Out,
    png: Png = None,
) -> None:
    """How fast machines train and read faces, and how sure that is: one page.

    Time of an epoch and images per second by machine, batch and precision; latency; the share of
    the machine's own limit; ours against a DataLoader; what could not be compared, and why.
    """
    from benchmarks.analysis.comparison import read_side
    from reports.pages.bench import bench_page
    from reports.rendering.write import write_page

    write_page(bench_page([read_side(path) for path in recordings]), out, png)


@app.command(epilog="Example:  fer report compare beat_baseline wide --out compare.html")
def compare(
    studies: Annotated[list[str], typer.Argument(metavar="STUDY STUDY …", help="two or more")],
    out: Out,
    storage: Annotated[
        list[str],
        typer.Option(
            "--storage", envvar="FER_STORAGE", help="one for all, or one for each STUDY in turn"
        ),
    ] = [STORAGE],  # noqa: B006
    bench: Annotated[
        list[Path],
        typer.Option(metavar="FILE.json", help="a recording of fer bench, to price the studies on"),
    ] = [],  # noqa: B006
    png: Png = None,
) -> None:
    """Set studies side by side: how fast they found what, and whether they differ."""
    from benchmarks.recordings.recording import read
    from fer.errors import BadInput
    from reports.data.study_data import read_study_data
    from reports.pages.compare import compare_page
    from reports.rendering.write import write_page

    if len(studies) < 2:
        raise BadInput(f"STUDY {' '.join(studies)}: expected two or more, to be set side by side")
    if len(storage) not in (1, len(studies)):
        raise BadInput(
            f"--storage: {len(storage)} of them: expected one, or one for each of the "
            f"{len(studies)} studies"
        )
    urls = storage * len(studies) if len(storage) == 1 else storage
    materials = [read_study_data(name_of(s), url) for s, url in zip(studies, urls, strict=True)]
    write_page(compare_page(materials, [read(path) for path in bench]), out, png)


def name_of(study: str) -> str:
    """The name in the storage of a study that is named by a file, or by its name."""
    from search.config.study_file import stored_name

    return stored_name(study)
