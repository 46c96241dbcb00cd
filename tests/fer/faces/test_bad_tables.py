"""A bad CSV or .npz is refused with one line that names the row, or the array."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faces_sources import CLASSES

from fer.errors import BadInput
from fer.faces import load_faces
from fer.faces.load import open_source

PIXELS = " ".join(["7"] * 2304)
SHORT = PIXELS[2:]
HEADER = "emotion,pixels,Usage"


def refusal(source: Path) -> str:
    """The error's one line, without the source."""
    with pytest.raises(BadInput) as caught:
        load_faces(str(source), "train", CLASSES)
    line = str(caught.value)
    assert line.startswith(f"{source}: ")
    assert line.isprintable()
    return line.removeprefix(f"{source}: ")


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (f"3,{SHORT},Training", "2,303 pixels: expected 2,304"),
        (f"3,{PIXELS} 7,Training", "2,305 pixels: expected 2,304"),
        ("3,,Training", "0 pixels: expected 2,304"),
        (f"3,{SHORT} x,Training", "pixel 'x': expected a number from 0 to 255"),
        (f"3,{SHORT} 300,Training", "pixel 300: expected a number from 0 to 255"),
        (f"3,{SHORT} -1,Training", "pixel '-1': expected a number from 0 to 255"),
        (f"3,{SHORT} 7.5,Training", "pixel '7.5': expected a whole number from 0 to 255"),
        (f"3,{SHORT} 256.0,Training", "pixel '256.0': expected a whole number from 0 to 255"),
        (f"3,{SHORT} 7.,Training", "pixel '7.': expected a number from 0 to 255"),
        (f"3,{'0.5 ' * 2304},Training", "pixels between 0 and 1: multiply them by 255 and round"),
        (f"3,{SHORT} 1_0,Training", "pixel '1_0': expected a number from 0 to 255"),
        (f"3,{SHORT} ٣,Training", "pixel '٣': expected a number from 0 to 255"),
        (f"3,{SHORT} {'9' * 40},Training", f"pixel {'9' * 20}: expected a number from 0 to 255"),
        (f"3,{SHORT} 7\0,Training", "pixel '7\\x00': expected a number from 0 to 255"),
        (f"3,{PIXELS}", "2 columns: expected 3"),
        (f"3,{PIXELS},Training,", "4 columns: expected 3"),
        (f"3,{PIXELS},Traning", "Usage = 'Traning': expected Training, PublicTest or Private"),
        (f"7,{PIXELS},Training", "emotion = '7': expected 0 to 6, or one of angry, disgust"),
        (f"-1,{PIXELS},Training", "emotion = '-1': expected 0 to 6, or one of angry, disgust"),
        (f",{PIXELS},Training", "emotion = '': expected 0 to 6, or one of angry, disgust"),
        (f"{'9' * 5000},{PIXELS},Training", f"emotion = '{'9' * 40}': expected 0 to 6"),
        (f"hapy,{PIXELS},Training", "emotion = 'hapy': expected 0 to 6, or one of angry"),
        ("3," + "1 " * 100_000, "expected at most 40,000 characters"),
    ],
)
def test_a_row_that_is_wrong_is_refused_by_its_line(tmp_path: Path, row: str, answer: str) -> None:
    source = tmp_path / "f.csv"
    source.write_text(f"{HEADER}\n0,{PIXELS},Training\n\n{row}\n")
    assert refusal(source).startswith(f"line 4: {answer}")


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ("", "line 1: no column 'pixels': expected emotion,pixels,Usage"),
        (f"3,{PIXELS},Training\n", "line 1: no column 'pixels': expected emotion,pixels,Usage"),
        (f"{HEADER}\n", "no faces after the header"),
        (
            f"emotions,pixels,Usage\n3,{PIXELS},Training\n",
            "line 1: unknown column 'emotions': did you mean 'emotion'? rename it, or remove it",
        ),
        (
            f"emotion,pixels,Usag\n3,{PIXELS},Training\n",
            "line 1: unknown column 'usag': did you mean 'usage'? rename it, or remove it",
        ),
        (
            f"label,pixels\n3,{PIXELS}\n",
            "line 1: unknown column 'label': did you mean 'emotion'? rename it, or remove it",
        ),
        (
            f"emotion,pixels,split\n3,{PIXELS},train\n",
            "line 1: unknown column 'split': did you mean 'usage'? rename it, or remove it",
        ),
        (
            f"emotion|pixels|Usage\n3|{PIXELS}|Training\n",
            "line 1: columns separated by '|': expected commas, semicolons or tabs",
        ),
        (f"pixels,pixels\n{PIXELS},{PIXELS}\n", "line 1: column 'pixels' appears twice"),
    ],
)
def test_a_file_with_a_wrong_header_or_without_rows_is_refused(
    tmp_path: Path, content: str, answer: str
) -> None:
    source = tmp_path / "f.csv"
    source.write_text(content)
    assert refusal(source) == answer


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    source = tmp_path / "f.csv"
    source.write_bytes(np.random.default_rng(0).bytes(20_000).replace(b"\n", b"\0"))
    assert "line 1" in refusal(source)


IMAGES = np.zeros((3, 48, 48), np.uint8)


@pytest.mark.parametrize(
    ("arrays", "answer"),
    [
        (
            {"train_images": IMAGES[:, :40]},
            "train_images: uint8 [3, 40, 48]: expected uint8 [N, 48, 48]",
        ),
        (
            {"train_images": IMAGES.astype(np.float32)},
            "train_images: float32 [3, 48, 48]: expected uint8 [N, 48, 48]",
        ),
        ({"train_images": np.array([{}])}, "not a .npz of plain arrays: Object arrays cannot"),
        (
            {"train_images": IMAGES, "train_labels": np.array(["happy", 1, 2], object)},
            "not a .npz of plain arrays: Object arrays cannot",
        ),
        ({"train_images": IMAGES, "train_labels": [0, 1]}, "train_labels: [2]: expected [3]"),
        ({"train_images": IMAGES, "train_labels": 0}, "train_labels: []: expected [3]"),
        ({"train_images": IMAGES, "train_labels": [0, 7, 1]}, "train_labels: 7: expected 0 to 6"),
        ({"train_images": IMAGES, "train_labels": [0, -1, 1]}, "train_labels: -1: expected 0 to 6"),
        (
            {"train_images": IMAGES, "train_labels": [0.0, 1.0, 2.0]},
            "train_labels: float64: expected integers or names",
        ),
        (
            {"train_images": IMAGES, "train_labels": ["happy", "hapy", "sad"]},
            "train_labels: unknown class 'hapy'",
        ),
        ({"images": IMAGES}, "expected an array train_images or test_images in it"),
        ({"train_images": IMAGES[:0]}, "class 'angry' has no train images"),
    ],
)
def test_a_npz_with_other_arrays_is_refused(
    tmp_path: Path, arrays: dict[str, Any], answer: str
) -> None:
    np.savez(tmp_path / "f.npz", **arrays)
    assert refusal(tmp_path / "f.npz").startswith(answer)


def test_an_array_of_a_huge_declared_size_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    content = io.BytesIO()
    shape = {"descr": "|u1", "fortran_order": False, "shape": (10**9, 48, 48)}
    np.lib.format.write_array_header_1_0(content, shape)
    source = tmp_path / "f.npz"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("train_images.npy", content.getvalue() + b"\0" * 100)
    assert refusal(source).startswith("train_images.npy: declares [1000000000, 48, 48] in ")


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04"])
def test_a_file_that_is_no_npz_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f.npz").write_bytes(content)
    assert refusal(tmp_path / "f.npz").startswith("not a .npz of plain arrays")


def test_a_quoted_header_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    source = tmp_path / "f.csv"
    source.write_text(f'\ufeff"Usage","emotion","pixels"\n"Training","3","{PIXELS}"\n')
    assert open_source(str(source))["train"].labels.tolist() == [3]
