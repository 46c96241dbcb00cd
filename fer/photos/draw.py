"""Photos with their faces outlined and labelled."""

import os
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from fer.errors import BadInput
from fer.files import write_atomically
from fer.photos.box import centre_square
from fer.photos.picture import read_picture
from fer.photos.prediction import Prediction
from fer.wording import counted

COLOUR, INK = "#0072b2", "white"
"""Of outlines, and of the labels on them: blue of Okabe and Ito's palette, contrast 5 to 1."""

LEAST = 320
"""Shorter side of a drawn picture, in pixels: smaller photos are enlarged, so that labels fit."""

FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
"""Of drawn pictures, by the ending of the file's name."""


def drawn_files(photos: Sequence[Path], to: Path) -> list[Path]:
    """Where to draw each photo: ``to`` itself where it names an image file, else files in ``to``.

    In a folder, a picture has the photo's name with ``.jpg``, below the folders that the photos do
    not share.

    Raises:
        BadInput: one file for several photos, an unknown type, or a picture would replace its
            photo.
    """
    if to.suffix and not to.is_dir():
        if to.suffix.lower() not in FORMATS:
            raise BadInput(f"--draw {to}: expected a folder, or a name ending in {_endings()}")
        if len(photos) > 1:
            raise BadInput(
                f"--draw {to}: one file for {counted(len(photos), 'photo')}: expected a folder"
            )
        files = [to]
    elif to.is_file():
        raise BadInput(f"--draw {to}: a file: expected a folder, or a name ending in {_endings()}")
    else:
        files = [to / name for name in _names(photos)]
    originals = {photo.resolve() for photo in photos}
    for file in files:
        if file.resolve() in originals:
            raise BadInput(f"--draw {to}: would replace {file}: expected another folder or name")
    return files


def write_drawn(photo: Path, faces: Sequence[Prediction], file: Path) -> None:
    """Draw a photo's faces, and write it.

    Raises:
        BadInput: the photo cannot be read.
    """
    picture = draw(read_picture(photo, mode="RGB").image, faces)
    kind = FORMATS[file.suffix.lower()]
    write_atomically(file, lambda target: picture.save(target, kind, quality=92))


def draw(image: Image.Image, faces: Sequence[Prediction]) -> Image.Image:
    """A copy of an RGB image with a square around each face and a label such as ``happy 93%``.

    A face without a box is the image's centred square. Small images are enlarged.
    """
    zoom = max(1, -(-LEAST // min(image.size)))
    picture = image.resize((image.width * zoom, image.height * zoom), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    line = max(2, max(picture.size) // 400)
    font = ImageFont.load_default(max(14, max(picture.size) // 45))
    for face in faces:
        box = face.box or centre_square(*image.size)
        left, top, right, bottom = (zoom * at for at in box.corners)
        pen.rectangle((left, top, right - 1, bottom - 1), outline=COLOUR, width=line)
        text = f"{face.label} {100 * face.probability:.0f}%"
        _, _, width, height = pen.textbbox((0, 0), text, font=font)
        width, height = int(width) + 2 * line, int(height) + 2 * line
        left = max(0, min(left, picture.width - width))
        top = top - height if top >= height else top
        pen.rectangle((left, top, left + width - 1, top + height - 1), fill=COLOUR)
        pen.text((left + line, top + line), text, fill=INK, font=font)
    return picture


def _names(photos: Sequence[Path]) -> list[str]:
    """Names of pictures, relative and unique."""
    paths = [Path(os.path.abspath(photo)) for photo in photos]
    shared = os.path.commonpath([path.parent for path in paths])
    names = [path.relative_to(shared) for path in paths]
    short = [str(name.with_suffix(".jpg")) for name in names]
    if len({name.lower() for name in short}) == len(short):
        return short
    return [f"{name}.jpg" for name in names]


def _endings() -> str:
    *others, last = FORMATS
    return f"{', '.join(others)} or {last}"
