"""`fer export`: write a run's model to one file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fer.commands.help import with_examples


class Format(StrEnum):
    """File formats of an exported model."""

    safetensors = "safetensors"
    onnx = "onnx"


@with_examples(
    "fer export runs/published --out published.safetensors",
    "fer export runs/published --format onnx --out published.onnx",
)
def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A finished run's folder.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
    kind: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help="safetensors or onnx.")
    ] = Format.safetensors,
) -> None:
    """Write a run's model to one file, with its recipe.

    The recipe is in the file's metadata. ONNX needs the extra `onnx`; its model takes uint8 images
    [N, 48, 48] and returns logits [N, classes] in the order of the recipe's classes, of which
    softmax gives the probabilities.
    """
    import torch

    from fer.model import load_model, save_model

    network, recipe = load_model(run, torch.device("cpu"))
    if kind is Format.onnx:
        from fer.onnx import save_onnx

        save_onnx(out, network, recipe)
    else:
        save_model(out, network, recipe)
    typer.echo(f"{out}: {recipe.hash}, {out.stat().st_size:,} bytes")
