"""`fer predict`: predict the expressions on images or a split."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer.commands.help import with_examples
from fer.commands.options import Device, RunOrModel, Threads, Tta
from fer.errors import BadInput, printable
from fer.wording import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fer.photos import Photos


@with_examples(
    "fer predict runs/published selfie.jpg photos/",
    "fer predict model.safetensors --data test.zip --tta --out submission.csv",
)
def predict(
    model: RunOrModel,
    images: Annotated[
        list[Path] | None,
        typer.Argument(metavar="IMAGE", help="Images of any type and size, and folders of them."),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="SOURCE", help="A source of faces, instead of images."),
    ] = None,
    split: Annotated[
        str, typer.Option(metavar="SPLIT", help="With --data: train or test.")
    ] = "test",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Write id,label as a submission; else print."),
    ] = None,
    tta: Tta = False,
    device: Device = "auto",
    threads: Threads = 0,
) -> None:
    """Predict the expressions on images or a split.

    An image is turned as its EXIF orientation says, cropped to its centred square, resized to
    48×48, laid on white where it is transparent, and made gray; its line says what was done. Faces
    are not detected: crop a photo to the face first. Of a folder, hidden files are left out,
    and files that are no images are named.
    """
    if bool(images) == bool(data):
        raise BadInput("predict: expected either images or --data SOURCE")
    if split not in ("train", "test"):
        raise BadInput(f"--split {split}: expected train or test")
    import numpy as np
    import torch

    from fer.device import choose_device
    from fer.evaluation import write_submission
    from fer.faces import load_faces
    from fer.inference import predict_faces
    from fer.model import load_model
    from fer.photos import read_photos, unique_names
    from fer.process import available_cores

    torch.set_num_threads(threads or available_cores())
    where = choose_device(device)
    network, recipe = load_model(model, where)
    if data:
        faces = load_faces(data, split, recipe.classes)  # type: ignore[arg-type]
        names, pixels = faces.ids, faces.images
        changes: list[tuple[str, ...]] = [()] * len(faces)
    else:
        photos = read_photos(images or [])
        _tell_skipped(photos)
        paths = [photo.path for photo in photos.photos]
        names = unique_names(paths) if out else tuple(map(str, paths))
        changes = [photo.changes for photo in photos.photos]
        pixels = np.stack([photo.pixels for photo in photos.photos])
    probabilities = predict_faces(network, pixels, where, tta=tta)
    if out:
        write_submission(out, names, probabilities.argmax(1))
        typer.echo(f"{out}: {counted(len(names), 'prediction')}")
        return
    for name, row, done in zip(names, probabilities, changes, strict=True):
        typer.echo(_line(name, row, done, recipe.classes))


def _tell_skipped(photos: "Photos") -> None:
    for problem in photos.skipped:
        typer.echo(f"fer: {printable(problem)}", err=True)
    if photos.skipped:
        read, skipped = len(photos.photos), len(photos.skipped)
        typer.echo(f"fer: {skipped:,} of {counted(read + skipped, 'file')} not read", err=True)


def _line(
    name: str, row: "NDArray[np.float32]", changes: Sequence[str], classes: tuple[str, ...]
) -> str:
    scores = "  ".join(f"{c} {p:.3f}" for c, p in zip(classes, row, strict=True))
    done = f"  ({', '.join(changes)})" if changes else ""
    return f"{printable(name)}  {classes[row.argmax()]:<9} {scores}{done}"
