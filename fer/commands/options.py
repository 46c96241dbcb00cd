"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

SOURCE_HELP = (
    "Faces: a Kaggle CSV, a folder, zip or tar of a CSV or of train/CLASS/*, validation/CLASS/* "
    "and test/CLASS/* images, a .npz, or the word synthetic."
)
Source = Annotated[str, typer.Option("--data", metavar="SOURCE", help=SOURCE_HELP)]
Device = Annotated[str, typer.Option(metavar="DEVICE", help="auto, cpu, cuda or cuda:N.")]
Threads = Annotated[int, typer.Option(metavar="N", min=0, help="CPU threads; 0 = all cores.")]
Tta = Annotated[bool, typer.Option("--tta", help="Average over each face and its mirror image.")]
RunOrModel = Annotated[
    Path,
    typer.Argument(metavar="RUN|MODEL", help="A finished run's folder, or a .safetensors file."),
]
