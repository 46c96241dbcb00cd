"""`fer predict`: photos, folders of them, and a split."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from made_photos import save_turned
from PIL import Image

from fer.faces.types import Faces

Fer = Callable[..., tuple[int, str, str]]


@pytest.fixture
def trained(fer: Fer, source: Path, recipe: Path, tmp_path: Path) -> Path:
    """A run that knows its faces."""
    run = tmp_path / "run"
    assert fer("train", recipe, "--data", source, "--out", run, "--threads", 1)[0] == 0
    return run


@pytest.fixture
def photos(tmp_path: Path, faces: Faces, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of photos of known faces, in the working directory."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "photos"
    (folder / "sub").mkdir(parents=True)
    Image.fromarray(faces.images[0]).save(folder / "face.png")
    large = Image.fromarray(faces.images[1]).resize((768, 768), Image.Resampling.NEAREST)
    save_turned(folder / "selfie.jpg", large.convert("RGB").transpose(Image.Transpose.ROTATE_90), 6)
    (folder / "sub" / "face.png").write_bytes((folder / "face.png").read_bytes())
    (folder / ".DS_Store").write_bytes(b"hidden")
    (folder / "notes.txt").write_text("no image")
    return folder


def test_a_folder_of_photos_is_predicted_and_what_was_done_is_said(
    fer: Fer, trained: Path, photos: Path
) -> None:
    status, out, err = fer("predict", trained, "photos")
    lines = out.splitlines()
    assert status == 0
    assert [line.split()[:2] for line in lines] == [
        ["photos/face.png", "angry"],
        ["photos/selfie.jpg", "happy"],
        ["photos/sub/face.png", "angry"],
    ]
    assert "(" not in lines[0], "an exact 48×48 gray image is used as it is"
    assert lines[1].endswith("(turned as its EXIF says, resized from 768×768, gray from RGB)")
    assert err.splitlines() == [
        "fer: photos/notes.txt: not an image, or of a type that Pillow does not read: save it as "
        "JPEG or PNG",
        "fer: 1 of 4 files not read",
    ]


def test_a_named_file_that_is_no_image_is_one_line_and_status_2(
    fer: Fer, trained: Path, photos: Path
) -> None:
    status, out, err = fer("predict", trained, "photos/face.png", "photos/notes.txt")
    assert (status, out) == (2, "")
    assert err.startswith("fer: photos/notes.txt: not an image")
    assert err.count("\n") == 1


def test_ids_of_a_submission_of_images_are_unique(fer: Fer, trained: Path, photos: Path) -> None:
    assert fer("predict", trained, "photos", "--out", "all.csv")[0] == 0
    rows = list(csv.reader(Path("all.csv").read_text().splitlines()))
    assert rows == [
        ["id", "label"],
        ["photos/face", "0"],
        ["photos/selfie", "1"],
        ["photos/sub/face", "0"],
    ]
    assert fer("predict", trained, "photos/selfie.jpg", "--out", "one.csv")[0] == 0
    assert Path("one.csv").read_text() == "id,label\nselfie,1\n"


def test_a_split_is_written_as_a_submission(
    fer: Fer, trained: Path, source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "submission.csv"
    assert fer("predict", trained, "--data", source, "--split", "test", "--out", out)[0] == 0
    rows = list(csv.reader(out.read_text().splitlines()))
    assert rows[0] == ["id", "label"]
    assert [row[0] for row in rows[1:]] == [str(i) for i in range(60)]
    labels = np.array([int(row[1]) for row in rows[1:]])
    assert (labels == np.arange(60) % 3).mean() > 0.9


def test_a_name_does_not_steer_the_terminal(fer: Fer, trained: Path, photos: Path) -> None:
    (photos / "face.png").rename(photos / "a\x1b[2Jb.png")
    _, out, _ = fer("predict", trained, "photos/a\x1b[2Jb.png")
    assert out.startswith("photos/a\\x1b[2Jb.png  angry")


def test_predict_wants_images_or_a_source(fer: Fer) -> None:
    status, _, error = fer("predict", "model.safetensors")
    assert (status, error) == (2, "fer: predict: expected either images or --data SOURCE\n")
