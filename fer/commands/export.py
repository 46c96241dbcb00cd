"""`fer export`: a run's model as one file to share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """What can be exported to."""

    safetensors = "safetensors"
    onnx = "onnx"


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A finished run's folder.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
    kind: Annotated[Format, typer.Option("--format", help="Layout of the file.")] = (
        Format.safetensors
    ),
) -> None:
    """Write a run's model, with its recipe in the file's metadata.

    ONNX needs the extra `onnx`. Its model takes bytes, images [N, 48, 48], and gives logits
    [N, classes], which softmax turns into probabilities, in the order of the recipe's classes.

    Examples:

      fer export runs/published --format safetensors --out published.safetensors

      fer export runs/published --format onnx --out published.onnx
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
