"""A sheet shows faces of each class, the same ones for the same seed."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from faces_sources import CLASSES, noise, png, write_zip
from PIL import Image
from typer.testing import CliRunner

from fer.commands.data import app
from fer.errors import BadInput
from fer.faces import Faces
from fer.faces.picture import data_uri, sheet


def shaded(counts: tuple[int, ...], labelled: bool = True) -> Faces:
    """Faces of one gray level each, by class: 10, 20, 30."""
    labels = np.repeat(np.arange(len(counts)), counts)
    images = np.zeros((len(labels), 48, 48), np.uint8)
    images += (10 * (labels + 1)).astype(np.uint8)[:, None, None]
    names = tuple(map(str, range(len(labels))))
    return Faces(images, labels if labelled else None, names, CLASSES[: len(counts)], "")


def area(picture: Image.Image, level: int) -> int:
    return int((np.asarray(picture) == level).sum())


def test_each_class_is_drawn_as_often_as_asked_or_as_it_has_faces() -> None:
    picture = sheet(shaded((9, 2, 5)), rows=2, columns=2, seed=0)
    faces = [area(picture, 10 * (label + 1)) / 48**2 for label in range(3)]
    assert faces == pytest.approx([4, 2, 4], abs=0.05)  # some letters have the same gray


def test_unlabelled_faces_are_one_block() -> None:
    picture = sheet(shaded((9,), labelled=False), rows=1, columns=3, seed=0)
    assert area(picture, 10) / 48**2 == pytest.approx(3, abs=0.05)


def test_the_seed_decides_which_faces_are_drawn() -> None:
    images = np.stack([noise(seed) for seed in range(40)])
    faces = Faces(images, np.zeros(40, np.int64), tuple(map(str, range(40))), ("happy",), "")
    first, again, other = (sheet(faces, 1, 4, seed).tobytes() for seed in (1, 1, 2))
    assert first == again != other


def test_an_inlined_picture_is_the_face_itself() -> None:
    kind, content = data_uri(noise(3)).split(",")
    assert kind == "data:image/png;base64"
    picture = Image.open(io.BytesIO(base64.b64decode(content)))
    assert np.array_equal(np.asarray(picture), noise(3))


def test_the_command_writes_a_png(tmp_path: Path, entries: dict[str, bytes]) -> None:
    source, out = write_zip(tmp_path / "f.zip", entries), tmp_path / "sheet.png"
    result = CliRunner().invoke(
        app, ["sheet", str(source), "--out", str(out), "--rows", "1", "--columns", "2"]
    )
    assert result.exit_code == 0
    with Image.open(out) as picture:
        assert result.stdout == f"{out}: {picture.width}×{picture.height}\n"


def test_the_command_opens_the_test_split_only_when_it_is_asked_for(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "f.zip", {"test/1.png": png(noise(1))})
    out = tmp_path / "sheet.png"
    result = CliRunner().invoke(app, ["sheet", str(source), "--out", str(out)])
    assert isinstance(result.exception, BadInput)
    assert not out.exists()
    result = CliRunner().invoke(app, ["sheet", str(source), "--out", str(out), "--split", "test"])
    assert result.exit_code == 0
    result = CliRunner().invoke(app, ["sheet", str(source), "--out", str(out), "--split", "tset"])
    assert str(result.exception) == "--split tset: expected train or test"


def test_the_prepare_command_counts_what_it_prepared(
    tmp_path: Path, entries: dict[str, bytes]
) -> None:
    result = CliRunner().invoke(app, ["prepare", str(write_zip(tmp_path / "f.zip", entries))])
    assert result.stdout.splitlines()[:2] == ["test: 2 faces", "train: 7 faces"]
    assert result.stdout.splitlines()[2].startswith(f"kept in {tmp_path}")


def test_the_prepare_command_says_that_it_keeps_no_synthetic_faces() -> None:
    result = CliRunner().invoke(app, ["prepare", "synthetic"])
    assert result.stdout.splitlines()[-1] == "nothing to keep: they are drawn each time"
