"""Images of every type, mode and folder name are read; other files are counted."""

import io
import json
import os
from pathlib import Path

import numpy as np
import pytest
from faces_sources import CLASSES, encoded, noise, png, write_folder, write_tar, write_zip
from PIL import Image
from typer.testing import CliRunner

from fer.commands.data import app
from fer.errors import BadInput
from fer.faces import load_faces, open_source
from fer.faces.audit import audit
from fer.faces.gray import to_gray
from fer.faces.image_types import SUFFIXES, WITHOUT_IMAGES

SMOOTH = np.add.outer(np.arange(48), 2 * np.arange(48)).astype(np.uint8)
COLOUR = np.random.default_rng(0).integers(0, 256, (48, 48, 3), dtype=np.uint8)
BLACK_AND_WHITE = np.where(noise(1) > 127, 255, 0).astype(np.uint8)


def test_every_type_that_pillow_reads_is_known_by_its_ending() -> None:
    Image.init()
    endings = Image.registered_extensions()
    only_written = {"PALM", "PDF"}
    not_read = {*WITHOUT_IMAGES, *only_written}
    assert {end for end, kind in endings.items() if kind not in not_read} <= SUFFIXES


@pytest.mark.parametrize(
    ("ending", "kind"),
    [("webp", "WEBP"), ("bmp", "BMP"), ("jfif", "JPEG"), ("tif", "TIFF"), ("TIFF", "TIFF"),
     ("gif", "GIF"), ("pgm", "PPM"), ("tga", "TGA"), ("jp2", "JPEG2000"), ("ico", "PNG")],
)  # fmt: skip
def test_images_of_other_types_are_read(tmp_path: Path, ending: str, kind: str) -> None:
    entries = {f"train/happy/x.{ending}": encoded(SMOOTH, kind=kind)}
    faces = load_faces(str(write_zip(tmp_path / "f.zip", entries)), "train", ("happy",))
    assert np.abs(faces.images[0].astype(int) - SMOOTH).max() < 12, "some types lose a little"


def test_six_types_in_one_folder_are_all_read(tmp_path: Path) -> None:
    kinds = {
        "png": "PNG",
        "webp": "WEBP",
        "bmp": "BMP",
        "jfif": "JPEG",
        "tif": "TIFF",
        "jpg": "JPEG",
    }
    entries = {
        f"train/{name}/{i}.{ending}": encoded(SMOOTH, kind=kind)
        for name in CLASSES
        for i, (ending, kind) in enumerate(kinds.items())
    }
    source = str(write_folder(tmp_path / "f", entries))
    assert len(load_faces(source, "train", CLASSES)) == 18
    assert audit(source).unreadable == []


def gray16() -> bytes:
    return encoded(noise(1).astype(np.uint16) * 257, "I;16")


@pytest.mark.parametrize(
    ("content", "kind", "pixels"),
    [
        (png(noise(1), mode="RGBA"), "opaque alpha", noise(1)),
        (png(noise(1), mode="LA"), "opaque alpha", noise(1)),
        (png(noise(1), mode="RGB"), "gray in RGB", noise(1)),
        (encoded(noise(1), "P"), "palette", noise(1)),
        (encoded(BLACK_AND_WHITE, "1"), "black and white", BLACK_AND_WHITE),
        (gray16(), "16-bit", noise(1)),
        (encoded(COLOUR, "RGB"), "colour", np.asarray(Image.fromarray(COLOUR).convert("L"))),
        (encoded(noise(1), "CMYK", "TIFF"), "CMYK", noise(1)),
    ],
)  # fmt: skip
def test_other_modes_are_converted_and_counted(
    tmp_path: Path, content: bytes, kind: str, pixels: np.ndarray
) -> None:
    entries = {"train/happy/a.tif": content, "train/happy/b.png": png(noise(2))}
    source = str(write_zip(tmp_path / "f.zip", entries))
    assert np.array_equal(load_faces(source, "train", ("happy",)).images[0], pixels)
    line = f"1 image converted to 8-bit gray: 1 {kind} (first: train/happy/a.tif)"
    assert open_source(source).notes.remarks == (line,)
    assert audit(source).remarks == [line]
    prepared = CliRunner().invoke(app, ["prepare", source])
    assert line in prepared.stdout.splitlines()


def transparent() -> bytes:
    image = Image.fromarray(noise(1)).convert("RGBA")
    image.putpixel((0, 0), (0, 0, 0, 0))
    return encoded(np.asarray(image), "RGBA")


def animated() -> bytes:
    frames = [Image.fromarray(noise(seed)) for seed in range(3)]
    content = io.BytesIO()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (transparent(), "has transparent pixels: put it on a background and save it without"),
        (animated(), "3 frames: expected one image: save each in its own file"),
        (
            encoded(noise(1).astype(np.uint16), "I;16"),
            "16 bits with no pixel above 255: expected the range 0 to 65535: save it as 8-bit gray",
        ),
        (encoded(noise(1), "F", "TIFF"), "mode F: save it as 8-bit gray or RGB"),
        (encoded(COLOUR, "LAB", "TIFF"), "mode LAB: save it as 8-bit gray or RGB"),
    ],
)
def test_what_cannot_be_converted_without_doubt_says_what_to_do(
    tmp_path: Path, content: bytes, answer: str
) -> None:
    source = str(write_zip(tmp_path / "f.zip", {"train/happy/x.png": content}))
    with pytest.raises(BadInput) as caught:
        load_faces(source, "train", ("happy",))
    assert str(caught.value).startswith(f"{source}: train/happy/x.png: {answer}")


def test_a_16_bit_image_keeps_its_shades_and_its_range() -> None:
    levels = np.linspace(0, 65535, 48 * 48).reshape(48, 48).astype(np.uint16)
    pixels, kind = to_gray(Image.fromarray(levels), "x.png")
    assert (pixels.min(), pixels.max(), kind) == (0, 255, "16-bit")
    assert np.abs(pixels - levels / 257).max() <= 0.5


def test_files_that_are_not_read_are_counted_and_named(tmp_path: Path) -> None:
    entries = {"train/happy/a.png": png(noise(1))}
    entries |= {"train/happy/a.txt": b"x", "train/happy/b.HEIC": b"x", "train/happy/c.heic": b"x"}
    for source in (write_folder(tmp_path / "f", entries), write_zip(tmp_path / "f.zip", entries)):
        line = "3 files not read: 2 .heic, 1 .txt (first: train/happy/a.txt)"
        assert line in CliRunner().invoke(app, ["prepare", str(source)]).stdout.splitlines()
        result = CliRunner().invoke(app, ["audit", str(source), "--json"])
        assert json.loads(result.stdout)["unreadable"] == [
            f"{source.name}: train/happy/{name}: not read: not an image that Pillow reads"
            for name in ("a.txt", "b.HEIC", "c.heic")
        ]


def test_conversions_and_unread_files_are_reported_once_when_a_source_is_prepared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = {"train/happy/a.png": png(noise(1), mode="RGB"), "train/happy/a.txt": b"x"}
    source = str(write_folder(tmp_path / "f", entries))
    load_faces(source, "train", ("happy",))
    assert capsys.readouterr().err.splitlines() == [
        f"fer: {source}: 1 image converted to 8-bit gray: 1 gray in RGB (first: train/happy/a.png)",
        f"fer: {source}: 1 file not read: 1 .txt (first: train/happy/a.txt)",
    ]
    load_faces(source, "train", ("happy",))
    assert capsys.readouterr().err == ""


def test_an_archive_inside_a_folder_is_named(tmp_path: Path) -> None:
    source = write_folder(tmp_path / "f", {"a/fer2013.tar.gz": b"x", "README": b"x"})
    with pytest.raises(BadInput, match=r"no images, but a/fer2013.tar.gz: unpack that and name it"):
        open_source(str(source))


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f.csv")
    with pytest.raises(BadInput, match="a pipe or device: expected a file or folder"):
        open_source(str(tmp_path / "f.csv"))


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    entries = {
        "train/happy/a.png": png(noise(1)),
        "train/happy/.ipynb_checkpoints/a-checkpoint.png": png(noise(2)),
        "train/.ipynb_checkpoints/x.png": b"x",
        "__MACOSX/train/happy/._a.png": b"x",
        ".git/x.png": b"x",
        "train/happy/.DS_Store": b"x",
    }
    sources = (
        write_folder(tmp_path / ".hidden" / "f", entries),
        write_zip(tmp_path / "f.zip", entries),
        write_tar(tmp_path / "f.tar", entries, "w"),
    )
    for source in sources:
        assert load_faces(str(source), "train", ("happy",)).ids == ("a",)
        assert open_source(str(source)).notes.unread == ()


def test_a_tar_gives_the_same_faces_as_a_zip_whatever_the_order_of_its_entries(
    tmp_path: Path, entries: dict[str, bytes]
) -> None:
    backwards = dict(reversed(entries.items()))
    packed = write_zip(tmp_path / "f.zip", entries), write_tar(tmp_path / "f.tar.gz", backwards)
    first, second = (load_faces(str(source), "train", CLASSES) for source in packed)
    assert (first.hash, first.ids) == (second.hash, second.ids)


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (("0", "3", "6"), CLASSES),
        (("anger", "happiness", "neutrality"), CLASSES),
        (("Angry", "HAPPY", "Neutral"), CLASSES),
        (("disgusted", "fearful", "sadness"), ("disgust", "fear", "sad")),
        (("scared", "joy", "surprised"), ("fear", "happy", "surprise")),
    ],
)
def test_class_folders_are_read_by_number_and_by_their_usual_names(
    tmp_path: Path, names: tuple[str, ...], classes: tuple[str, ...]
) -> None:
    entries = {f"train/{name}/x.png": png(noise(seed)) for seed, name in enumerate(names)}
    source = str(write_zip(tmp_path / "f.zip", entries))
    faces = load_faces(source, "train", classes)
    assert faces.labels is not None
    for seed in range(3):
        at = faces.labels.tolist().index(seed)
        assert np.array_equal(faces.images[at], noise(seed))
    numbered = "class folders are read as FER2013's numbers: 0 angry, 1 disgust, 2 fear, 3 happy"
    remarks = open_source(source).notes.remarks
    assert bool(remarks) == (names[0] == "0")
    assert all(line.startswith(numbered) for line in remarks)


def test_contempt_is_left_out_and_counted(tmp_path: Path) -> None:
    entries = {
        f"train/{name}/{i}.png": png(noise(i)) for name in ("happy", "Contempt") for i in (1, 2)
    }
    prepared = open_source(str(write_zip(tmp_path / "f.zip", entries)))
    assert len(prepared["train"].images) == 2
    assert prepared.notes.remarks == (
        "2 faces left out: 2 contempt, which is none of the seven classes",
    )


@pytest.mark.parametrize("name", ["validation", "valid", "Val"])
def test_a_validation_folder_is_a_split_of_its_own(tmp_path: Path, name: str) -> None:
    entries = {
        f"{split}/{label}/{i}.png": png(noise(10 * s + i))
        for s, split in enumerate(("train", name))
        for i, label in enumerate(CLASSES)
    }
    source = str(write_folder(tmp_path / "f", entries))
    faces = load_faces(source, "train", CLASSES)
    assert faces.held_out is not None
    assert faces.held_out.tolist() == [3, 4, 5]
    assert [faces.images[i].tobytes() for i in faces.held_out] == [
        noise(10 + i).tobytes() for i in range(3)
    ]
    assert faces.ids == tuple(f"{split}/{i}" for split in ("train", "validation") for i in range(3))
    stdout = CliRunner().invoke(app, ["prepare", source]).stdout.splitlines()
    assert "validation: 3 faces, held out instead of the recipe's share" in stdout
    only_train = {f"train/{label}/{i}.png": png(noise(i)) for i, label in enumerate(CLASSES)}
    alone = load_faces(str(write_folder(tmp_path / "g", only_train)), "train", CLASSES)
    assert (alone.held_out, len(alone)) == (None, 3)
    assert alone.hash != faces.hash


def test_copies_across_the_own_splits_are_found_by_the_audit(tmp_path: Path) -> None:
    places = ("train/happy/a", "validation/happy/b", "test/happy/c")
    entries = {f"{place}.png": png(noise(1)) for place in places}
    entries |= {"validation/happy/d.png": png(noise(2)), "test/happy/e.png": png(noise(2))}
    source = str(write_zip(tmp_path / "f.zip", entries))
    numbers = audit(source).as_json()
    assert numbers["validation_leaks"] == ["validation/happy/b"]
    assert numbers["leaks"] == ["test/happy/c", "test/happy/e"]
    printed = CliRunner().invoke(app, ["audit", source]).stdout
    assert "validation leaks  1 validation image is also in train" in printed


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (("happy/1.png", "sad/2.png"), ("1", "2")),
        (("happy/1.png", "sad/1.png", "sad/2.png"), ("happy/1", "sad/1", "sad/2")),
        (("happy/1.jpg", "happy/1.png"), ("happy/1.jpg", "happy/1.png")),
        (("happy/1.v2.png", "sad/1.v2.png"), ("happy/1.v2", "sad/1.v2")),
    ],
)
def test_ids_are_unique_in_a_split(
    tmp_path: Path, names: tuple[str, ...], ids: tuple[str, ...]
) -> None:
    entries = {f"test/{name}": png(noise(seed)) for seed, name in enumerate(names)}
    prepared = open_source(str(write_zip(tmp_path / "f.zip", entries)))
    assert tuple(prepared["test"].ids.tolist()) == ids


def test_the_same_path_in_two_parts_of_a_folder_is_told_apart_by_the_whole_path(
    tmp_path: Path,
) -> None:
    entries = {f"{part}/test/1.png": png(noise(1)) for part in "ab"}
    prepared = open_source(str(write_folder(tmp_path / "f", entries)))
    assert prepared["test"].ids.tolist() == ["a/test/1.png", "b/test/1.png"]
