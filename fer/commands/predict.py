"""`fer predict`: predict the expressions on photos or a split."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer.commands.help import with_examples
from fer.commands.options import Device, Threads, Tta, TtaCrops, chosen_tta
from fer.errors import BadInput, printable
from fer.wording import counted

if TYPE_CHECKING:
    from fer.faces.types import Split
    from fer.photos import Photo, Photos


@with_examples(
    "fer predict selfie.jpg photos/ --draw drawn/",
    "fer predict crop.png --no-detect --json",
    "fer predict --model runs/published --data test.zip --out submission.csv",
)
def predict(
    images: Annotated[
        list[Path] | None,
        typer.Argument(metavar="IMAGE", help="Photos of any type and size, and folders of them."),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN|MODEL",
            help="A finished run's folder, or a .safetensors file.  [default: the best that ships]",
        ),
    ] = None,
    no_detect: Annotated[
        bool, typer.Option("--no-detect", help="Take each image as a crop of one face.")
    ] = False,
    draw: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR|FILE", help="Write the photos with boxes and labels; FILE for one photo."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv", help="Write a CSV; with --data, a submission of id,label."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="SOURCE", help="A source of faces, instead of images."),
    ] = None,
    split: Annotated[
        str, typer.Option(metavar="SPLIT", help="With --data: train or test.")
    ] = "test",
    tta: Tta = None,
    tta_crops: TtaCrops = False,
    device: Device = "auto",
    threads: Threads = 0,
) -> None:
    """Predict the expressions on photos or a split.

    Frontal faces are detected, which needs the extra `photo`, and each is classified. A 48×48 image
    is taken as a crop of one face, as every image is with --no-detect: its centred square, resized
    to 48×48. Photos are turned as their EXIF orientation says, laid on white where they are
    transparent, and made gray. A photo without a face is named, and is no error. Of a folder,
    hidden files are left out, and files that are no images are named.
    """
    _check(images or (), data, split, draw, out, as_json)
    import torch

    from fer.best_model import best_model
    from fer.classifier import Classifier
    from fer.evaluation import write_submission
    from fer.photos import output
    from fer.photos.draw import drawn_files, write_drawn
    from fer.process import available_cores

    torch.set_num_threads(threads or available_cores())
    model = model or best_model()
    classifier = Classifier.load(model, device=device, tta=chosen_tta(tta, tta_crops))
    if data:
        photos = _faces(data, "train" if split == "train" else "test", classifier.classes)
    else:
        read = classifier.read(images or (), detect=not no_detect)
        _tell_skipped(read)
        photos = read.photos
    files = drawn_files([Path(photo.name) for photo in photos], draw) if draw else []
    faces = classifier.predict_photos(photos)
    for photo in photos:
        if not photo.crops:
            remedy = "if it is cropped to a face, use --no-detect"
            typer.echo(f"fer: {printable(photo.name)}: no face found: {remedy}", err=True)
    for photo, found, file in zip(photos, faces, files, strict=bool(draw)):
        write_drawn(Path(photo.name), found, file)
    if as_json:
        typer.echo(json.dumps(output.as_json(photos, faces, model)))
    elif out is None:
        output.print_table(photos, faces, classifier.classes)
    else:
        if data:
            labels = [classifier.classes.index(face.label) for (face,) in faces]
            write_submission(out, [photo.name for photo in photos], labels)
        else:
            output.write_csv(out, photos, faces, classifier.classes)
        typer.echo(f"{out}: {counted(sum(map(len, faces)), 'prediction')}")


def _check(
    images: Sequence[Path],
    data: str | None,
    split: str,
    draw: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    if bool(images) == bool(data):
        raise BadInput("predict: expected either images or --data SOURCE")
    if split not in ("train", "test"):
        raise BadInput(f"--split {split}: expected train or test")
    if out and as_json:
        raise BadInput("predict: expected --out or --json, not both")
    if draw and data:
        raise BadInput("--draw: expected images instead of --data")
    for path in images:  # as a run was named before --model was an option
        if path.suffix == ".safetensors" or (path / "model.safetensors").is_file():
            raise BadInput(f"{path}: a model, not an image: expected --model {path}")


def _faces(source: str, split: "Split", classes: tuple[str, ...]) -> "tuple[Photo, ...]":
    """The faces of a source, each as a photo that is a crop."""
    from fer.faces import load_faces
    from fer.faces.types import SIZE
    from fer.photos import Crop, Photo

    faces = load_faces(source, split, classes)
    return tuple(
        Photo(name, (SIZE, SIZE), (Crop(pixels, None),), ())
        for name, pixels in zip(faces.ids, faces.images, strict=True)
    )


def _tell_skipped(photos: "Photos") -> None:
    for problem in photos.skipped:
        typer.echo(f"fer: {printable(problem)}", err=True)
    if photos.skipped:
        read, skipped = len(photos.photos), len(photos.skipped)
        typer.echo(f"fer: {skipped:,} of {counted(read + skipped, 'file')} not read", err=True)
