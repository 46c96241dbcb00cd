"""`fer export`: write a run's model to one file."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer.commands.help import with_examples
from fer.commands.options import RunOrModel
from fer.wording import counted

if TYPE_CHECKING:
    from fer.evaluation.calibration import Calibration


class Format(StrEnum):
    """File formats of an exported model."""

    safetensors = "safetensors"
    onnx = "onnx"


@with_examples(
    "fer export runs/published --out published.safetensors",
    "fer export runs/published --format onnx --out published.onnx",
    "fer export runs/final --calibrate runs/wide/confirm --out final.safetensors",
)
def export(
    model: RunOrModel,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
    kind: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help="safetensors or onnx.")
    ] = Format.safetensors,
    calibrate: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="RUNS",
            help="Calibrate on the held-out faces of a run, or of all runs of the same recipe in a "
            "folder of runs. Repeat for more.",
        ),
    ] = None,
) -> None:
    """Write a model to one file, with its recipe.

    The recipe is in the file's metadata. ONNX needs the extra `onnx`; its model takes `images`,
    uint8 [faces, 48, 48], and returns `probabilities`, float32 [faces, classes]. The names of the
    classes are in its metadata, separated by commas.

    --calibrate fits the temperature that the logits are divided by before the softmax. It changes
    probabilities, never the predicted class. Runs of another recipe are refused; seeds and the
    share of held-out faces may differ, so a model trained on all faces takes its temperature from
    the folds of `fer search confirm`.
    """
    import torch

    from fer.evaluation.calibration import calibrate as fit
    from fer.evaluation.folds import faces_of, read_folds
    from fer.files import write_atomically
    from fer.model import load_model, to_safetensors

    network, recipe = load_model(model, torch.device("cpu"))
    if calibrate:
        folds = read_folds(calibrate, recipe, faces_of(model))
        network.calibration = fit([fold.scores for fold in folds])
        for line in _about(network.calibration):
            typer.echo(line)
    if kind is Format.onnx:
        from fer.onnx import to_onnx

        written = to_onnx(network, recipe)
    else:
        written = to_safetensors(network, recipe)
    write_atomically(out, lambda file: file.write(written))
    typer.echo(f"{out}: {recipe.hash}, {len(written):,} bytes")


def _about(calibration: "Calibration") -> tuple[str, ...]:
    from fer.evaluation.calibration import BINS

    predictions = counted(calibration.faces, "held-out prediction")
    return (
        f"temperature {calibration.temperature:g}, fitted on {predictions} of "
        f"{counted(calibration.runs, 'run')}",
        f"expected calibration error {calibration.error_before:.4f} before, "
        f"{calibration.error_after:.4f} after ({BINS} bins, cross-validated); by chance "
        f"{calibration.error_by_chance:.4f}",
    )
