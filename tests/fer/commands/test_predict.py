"""`fer predict`: photos, folders of them, and a split."""

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from made_photos import drawn_face, save_turned
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


def rows_of(table: str) -> list[list[str]]:
    """The cells of a printed table, without its heading."""
    lines = [line for line in table.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines]


def test_a_folder_of_crops_is_predicted_and_what_was_done_is_said(
    fer: Fer, trained: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    status, out, err = fer("predict", "photos", "--model", trained, "--no-detect")
    rows = rows_of(out)
    assert status == 0
    assert [row[:2] for row in rows] == [
        ["photos/face.png", "angry"],
        ["photos/selfie.jpg", "happy"],
        ["photos/sub/face.png", "angry"],
    ]
    assert rows[0][-1] == "48×48 gray, as it is"
    assert rows[1][-1] == "turned as its EXIF says, gray from RGB, resized from 768×768"
    assert err.splitlines() == [
        "fer: photos/notes.txt: not an image, or of a type that Pillow does not read: save it as "
        "JPEG or PNG",
        "fer: 1 of 4 files not read",
    ]


def test_a_named_file_that_is_no_image_is_one_line_and_status_2(
    fer: Fer, trained: Path, photos: Path
) -> None:
    status, out, err = fer("predict", "photos/face.png", "photos/notes.txt", "--model", trained)
    assert (status, out) == (2, "")
    assert err.startswith("fer: photos/notes.txt: not an image")
    assert err.count("\n") == 1


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A photo of two faces, one without any, and a crop, in the working directory."""
    monkeypatch.chdir(tmp_path)
    face = drawn_face(400, 300)
    two = Image.new("RGB", (800, 300))
    two.paste(face, (0, 0))
    two.paste(face, (400, 0))
    (tmp_path / "album").mkdir()
    two.save(tmp_path / "album" / "b.png")
    Image.new("RGB", (300, 200), "gray").save(tmp_path / "album" / "a.jpg")
    face.crop((120, 70, 280, 230)).resize((48, 48)).save(tmp_path / "album" / "c.png")
    return tmp_path / "album"


@pytest.mark.photo
def test_several_faces_one_or_none_are_found_drawn_and_written(fer: Fer, group: Path) -> None:
    status, out, err = fer("predict", "album", "--json", "--draw", "drawn")
    found = json.loads(out)
    assert status == 0, "a photo without a face is no error"
    assert err == ("fer: album/a.jpg: no face found: if it is cropped to a face, use --no-detect\n")
    assert found["model"].endswith("model.safetensors")
    assert [(image["image"], len(image["faces"])) for image in found["images"]] == [
        ("album/a.jpg", 0),
        ("album/b.png", 2),
        ("album/c.png", 1),
    ]
    left, right = found["images"][1]["faces"]
    assert left["label"] == right["label"]
    assert right["box"]["left"] - left["box"]["left"] == pytest.approx(400, abs=10)
    assert sum(left["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    assert found["images"][2]["faces"][0]["box"] is None
    assert sorted(path.name for path in Path("drawn").iterdir()) == ["a.jpg", "b.jpg", "c.jpg"]

    assert fer("predict", "album", "--out", "all.csv")[:2] == (0, "all.csv: 3 predictions\n")
    table = list(csv.DictReader(Path("all.csv").read_text().splitlines()))
    assert list(table[0]) == [
        *("image", "left", "top", "width", "height", "label", "angry", "happy", "neutral")
    ]
    assert [row["image"] for row in table] == ["album/b.png", "album/b.png", "album/c.png"]
    assert (table[0]["left"], table[2]["left"]) == (str(left["box"]["left"]), "")


def test_without_opencv_nothing_is_written_and_crops_still_work(
    fer: Fer, group: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    status, out, err = fer("predict", "album", "--out", "all.csv", "--draw", "drawn")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "pip install 'fer-search[photo]', or use --no-detect" in err
    assert {path.name for path in Path().iterdir()} <= {"album", "cache"}
    assert fer("predict", "album/c.png", "--out", "c.csv")[0] == 0
    assert fer("predict", "album", "--no-detect", "--out", "all.csv")[0] == 0
    assert len(Path("all.csv").read_text().splitlines()) == 1 + 3


def test_a_split_is_written_as_a_submission(
    fer: Fer, trained: Path, source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "submission.csv"
    assert (
        fer("predict", "--model", trained, "--data", source, "--split", "test", "--out", out)[0]
        == 0
    )
    rows = list(csv.reader(out.read_text().splitlines()))
    assert rows[0] == ["id", "label"]
    assert [row[0] for row in rows[1:]] == [str(i) for i in range(60)]
    labels = np.array([int(row[1]) for row in rows[1:]])
    assert (labels == np.arange(60) % 3).mean() > 0.9


def test_a_name_does_not_steer_the_terminal(fer: Fer, trained: Path, photos: Path) -> None:
    (photos / "face.png").rename(photos / "a\x1b[2J[red]b.png")
    _, out, _ = fer("predict", "--model", trained, "photos/a\x1b[2J[red]b.png")
    assert "\x1b" not in out
    assert "".join(row[0] for row in rows_of(out)) == "photos/a\\x1b[2J[red]b.png"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "predict: expected either images or --data SOURCE"),
        (["a.png", "--data", "synthetic"], "predict: expected either images or --data SOURCE"),
        (["a.png", "--json", "--out", "a.csv"], "predict: expected --out or --json, not both"),
        (["--data", "synthetic", "--draw", "d"], "--draw: expected images instead of --data"),
        (["--data", "synthetic", "--split", "all"], "--split all: expected train or test"),
        (["m.safetensors", "a.png"], "m.safetensors: a model, not an image: expected --model m."),
        (["run", "a.png"], "run: a model, not an image: expected --model run"),
    ],
)
def test_wrong_use_is_one_line_with_the_remedy(
    fer: Fer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    complaint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "model.safetensors").touch()
    status, out, error = fer("predict", *arguments)
    assert (status, out, error.count("\n")) == (2, "", 1)
    assert error.startswith(f"fer: {complaint}")
