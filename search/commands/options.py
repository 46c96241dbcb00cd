"""Options that several commands of ``fer search`` share."""

from pathlib import Path
from typing import Annotated

import typer

from search.storage import DEFAULT_STORAGE

Study = Annotated[
    str,
    typer.Argument(
        metavar="STUDY",
        help="A TOML file, the bare name of a study that ships (quick, beat_baseline, wide, "
        "ablation), or the name of one in the storage.",
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
Workers = Annotated[
    int, typer.Option(metavar="N", min=1, help="Processes; each gets 1/N of the cores as threads.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Folder of run folders and results.  [default: runs]",
        show_default=False,
    ),
]


def source_of(data: str | None) -> str:
    """The faces that a command takes: those that the user named, or the default ones."""
    if data is not None:
        return data
    from fer.faces import default_source

    source = default_source()
    typer.echo(source.why, err=True)
    return source.source


def name_of(study: str) -> str:
    """The name in the storage of the study that the user named."""
    from search.config.study_file import stored_name

    return stored_name(study)
