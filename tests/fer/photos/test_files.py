"""A folder stands for its images; its other files are named."""

import os
import re
import struct
import zlib
from pathlib import Path

import pytest
from made_photos import corner

from fer.errors import BadInput
from fer.photos import Photos, read_photos, read_picture, whole


def read(paths: list[Path]) -> Photos:
    """The images, each as one crop."""
    return read_photos(paths, whole)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder as a camera, an editor and a file manager leave it."""
    folder = tmp_path / "photos"
    for name in ("b.jpg", "a.png", "sub/c.webp", ".thumbnails/d.png", ".hidden.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        corner(64, 50).save(folder / name)
    (folder / "notes.txt").write_text("two of us at the lake")
    (folder / "clip.mov").write_bytes(b"\0\0\0\x14ftypqt  ")
    return folder


def test_a_folder_stands_for_its_images_and_names_the_rest(photos: Path) -> None:
    found = read([photos])
    names = [str(Path(photo.name).relative_to(photos)) for photo in found.photos]
    assert names == ["a.png", "b.jpg", "sub/c.webp"]
    assert [line.split(": ")[0] for line in found.skipped] == [
        str(photos / "clip.mov"),
        str(photos / "notes.txt"),
    ]


def test_a_damaged_image_of_a_folder_is_named_and_the_others_are_read(photos: Path) -> None:
    whole = (photos / "a.png").read_bytes()
    (photos / "a.png").write_bytes(whole[: len(whole) // 2])
    found = read([photos])
    assert len(found.photos) == 2
    assert found.skipped[0].startswith(f"{photos / 'a.png'}: damaged image: ")


def test_links_to_folders_are_named_and_not_followed(photos: Path) -> None:
    (photos / "sub" / "back").symlink_to(photos, target_is_directory=True)
    found = read([photos])
    assert len(found.photos) == 3
    assert f"{photos}/sub/back: expected an image file" in found.skipped


def test_files_and_folders_keep_the_order_in_which_they_are_named(photos: Path) -> None:
    found = read([photos / "sub", photos / "a.png"])
    assert [Path(photo.name).name for photo in found.photos] == ["c.webp", "a.png"]


def test_an_image_named_twice_is_refused(photos: Path) -> None:
    with pytest.raises(BadInput, match=r"a\.png: named twice"):
        read([photos, photos / "a.png"])


def test_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none here")
    with pytest.raises(BadInput, match=r"no image in it, of 1 file, such as .*notes\.txt: "):
        read([tmp_path])


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("nowhere.jpg", None, "nowhere.jpg: cannot be read: No such file or directory"),
        ("face.txt", b"hello", "face.txt: not an image, or of a type that Pillow does not read"),
        ("me.HEIC", b"\0\0\0\x18ftypheic", "me.HEIC: HEIC, which Pillow does not read: save"),
        ("empty.png", b"", "empty.png: not an image"),
        (
            "page.eps",
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
            "page.eps: not an image",
        ),
    ],
)
def test_what_is_no_image_is_one_line_with_the_remedy(
    tmp_path: Path, name: str, content: bytes | None, complaint: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=re.escape(f"{tmp_path}/{complaint}")) as error:
        read_picture(tmp_path / name)
    assert "\n" not in str(error.value)


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000))
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b""))
    with pytest.raises(
        BadInput, match=r"bomb\.png: too large: expected at most 178,956,970 pixels"
    ):
        read_picture(tmp_path / "bomb.png")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(BadInput, match="expected an image file"):
        read_picture(tmp_path / "pipe.jpg")
