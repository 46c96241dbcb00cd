"""`fer predict`: a model on faces without labels."""

from pathlib import Path
from typing import Annotated

import typer

from fer.commands.options import Device, RunOrModel, Threads, Tta
from fer.errors import BadInput


def predict(
    model: RunOrModel,
    images: Annotated[
        list[Path] | None, typer.Argument(metavar="[IMAGE]...", help="48×48 gray images.")
    ] = None,
    data: Annotated[
        str | None, typer.Option("--data", metavar="SOURCE", help="Faces, instead of images.")
    ] = None,
    split: Annotated[str, typer.Option(help="train or test, with --data.")] = "test",
    out: Annotated[
        Path | None, typer.Option(help="Write id,label here, as a submission; else print.")
    ] = None,
    tta: Tta = False,
    device: Device = "auto",
    threads: Threads = 0,
) -> None:
    """Predict the expression of images, or of a split of a source.

    Examples:

      fer predict runs/published face.png another.png

      fer predict model.safetensors --data test.zip --split test --tta --out submission.csv
    """
    if bool(images) == bool(data):
        raise BadInput("predict: expected either images or --data SOURCE")
    if split not in ("train", "test"):
        raise BadInput(f"--split {split}: expected train or test")
    import torch

    from fer.device import choose_device
    from fer.evaluation import predict_faces, write_submission
    from fer.faces import load_faces, read_images
    from fer.model import load_model
    from fer.process import available_cores

    torch.set_num_threads(threads or available_cores())
    where = choose_device(device)
    network, recipe = load_model(model, where)
    if data:
        faces = load_faces(data, split, recipe.classes)  # type: ignore[arg-type]
    else:
        faces = read_images(images or [], recipe.classes)
    predictions = predict_faces(network, faces, where, tta)
    if out:
        write_submission(out, predictions)
        typer.echo(f"{out}: {len(faces):,} predictions")
        return
    for name, row in zip(predictions.ids, predictions.probabilities, strict=True):
        scores = "  ".join(f"{c} {p:.3f}" for c, p in zip(recipe.classes, row, strict=True))
        typer.echo(f"{name}  {recipe.classes[row.argmax()]:<9} {scores}")
