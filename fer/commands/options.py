"""Options that several commands share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fer import recipe

SOURCE_HELP = (
    "Faces: a Kaggle CSV, a folder, zip or tar of a CSV or of train/CLASS/*, validation/CLASS/* "
    "and test/CLASS/* images, a .npz, or the word synthetic."
)
Source = Annotated[str, typer.Option("--data", metavar="SOURCE", help=SOURCE_HELP)]
Device = Annotated[str, typer.Option(metavar="DEVICE", help="auto, cpu, cuda or cuda:N.")]
Threads = Annotated[int, typer.Option(metavar="N", min=0, help="CPU threads; 0 = all cores.")]
Tta = Annotated[
    bool | None,
    typer.Option(
        "--tta/--no-tta",
        help="Average over each face and its mirror image, or do not.",
        show_default="the recipe's tta",
    ),
]
TtaCrops = Annotated[
    bool,
    typer.Option("--tta-crops", help="The same over each face and four shifted crops of it."),
]
RunOrModel = Annotated[
    Path,
    typer.Argument(metavar="RUN|MODEL", help="A finished run's folder, or a .safetensors file."),
]


def chosen_tta(flip: bool | None, crops: bool) -> "recipe.Tta | None":
    """What ``--tta`` and ``--tta-crops`` ask for, or None: what the model's recipe does."""
    if crops:
        return "crops"
    return None if flip is None else "flip" if flip else "none"
