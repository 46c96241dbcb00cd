"""A bad folder or archive is refused with one line that names what is wrong."""

import errno
import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from faces_sources import CLASSES, noise, png, write_folder, write_zip
from PIL import Image

from fer.errors import BadInput
from fer.faces import load_faces


def refusal(source: Path, split: str = "train") -> str:
    """The error's one line, without the source."""
    with pytest.raises(BadInput) as caught:
        load_faces(str(source), split, CLASSES)  # type: ignore[arg-type]
    line = str(caught.value)
    assert line.startswith(str(source))
    assert line.isprintable()
    return line.removeprefix(str(source))


def headed(width: int, height: int) -> bytes:
    """A PNG whose header declares a size, with hardly any data."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (png(0, size=(50, 48)), "size 50×48: expected 48×48"),
        (png(noise(0))[:900], "damaged image: image file is truncated"),
        (png(noise(0))[:20], "damaged image: Truncated File Read"),
        (b"", "not an image, or of a type that Pillow does not read"),
        (b"GIF89a", "not an image"),
        (headed(60_000, 60_000), "a decompression bomb: expected 48×48 pixels"),
        (headed(12_000, 12_000), "size 12000×12000: expected 48×48"),
        (b"\0" * 1_000_001, "expected an image file of at most 1,000,000 bytes"),
    ],
)
def test_an_image_that_is_no_gray_48x48_one_is_refused_by_name(
    tmp_path: Path, content: bytes, answer: str
) -> None:
    good = {"train/happy/good.png": png(noise(1))}
    folder = write_folder(tmp_path / "faces", {**good, "train/happy/x.png": content})
    assert refusal(folder).startswith(f": train/happy/x.png: {answer}")


def test_a_bomb_is_refused_without_decoding_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("decoded"))
    source = write_zip(tmp_path / "f.zip", {"train/happy/x.png": headed(12_000, 12_000)})
    assert "expected 48×48" in refusal(source)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("train/happy/../../x.png", "a name that leads out of the archive"),
        ("../x.txt", "a name that leads out of the archive"),
        ("/train/happy/x.png", "a name that leads out of the archive"),
        ("C:\\train\\happy\\x.png", "a name that leads out of the archive"),
        ("train/hapy/x.png", "unknown class 'hapy': did you mean 'happy'?"),
        ("train/x.png", "expected train/CLASS/*"),
        ("happy/x.png", "expected train/CLASS/*, validation/CLASS/*, test/CLASS/* or test/*"),
        ("train/7/x.png", "unknown class '7': expected a number as in FER2013: 0 angry, 1 disg"),
        ("valid/x.png", "expected valid/CLASS/*"),
        ("train/happy/deep/x.png", "expected train/CLASS/*"),
        ("train/happy/a\nfer: all is well\x1b[2J.png", "a name with characters that cannot be"),
    ],
)
def test_an_archive_with_a_wrong_name_in_it_is_refused(
    tmp_path: Path, name: str, answer: str
) -> None:
    assert answer in refusal(write_zip(tmp_path / "faces.zip", {name: png(noise(0))}))
    assert os.listdir(tmp_path) in (["faces.zip", "cache"], ["cache", "faces.zip"])


def test_an_entry_of_a_huge_declared_size_is_refused_unread(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "f.zip", {"train/happy/x.png": b"\0" * 50_000_000})
    assert refusal(source) == (
        ": train/happy/x.png: declares 50,000,000 bytes: expected at most 1,000,000"
    )


def test_entries_of_a_huge_total_size_are_refused_unread(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "f.zip", {f"{i}.txt": b"x" for i in range(3)})
    content = bytearray(source.read_bytes())
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 24 : at + 28] = struct.pack("<I", 2_000_000_000)
    source.write_bytes(content)
    assert refusal(source) == ": declares 6,000,000,000 bytes: expected at most 4,000,000,000"


def test_an_entry_that_is_larger_than_declared_is_refused(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "f.zip", {"train/happy/x.png": b"\0" * 50_000_000})
    content = bytearray(source.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 100)
    source.write_bytes(content)
    assert "train/happy/x.png: damaged or encrypted entry" in refusal(source)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_entry_is_refused_by_name(tmp_path: Path, compression: int) -> None:
    source = tmp_path / "f.zip"
    with zipfile.ZipFile(source, "w", compression) as archive:
        archive.writestr("train/happy/x.png", png(noise(0)) + b"\0" * 5000)
    content = bytearray(source.read_bytes())
    content[60:200] = b"\xff" * 140
    source.write_bytes(content)
    assert "train/happy/x.png: damaged or encrypted entry" in refusal(source)


def test_an_encrypted_entry_is_refused_by_name(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "f.zip", {"train/happy/x.png": png(noise(0))})
    content = bytearray(source.read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    content[content.find(b"PK\x03\x04") + 6] |= 1
    source.write_bytes(content)
    assert "train/happy/x.png: damaged or encrypted entry" in refusal(source)


def test_links_are_refused_in_folders_and_archives(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "a", {"train/happy/x.png": png(noise(0))})
    (folder / "train/happy/link.png").symlink_to("/etc/passwd")
    assert refusal(folder) == "/train/happy/link.png: a link: copy the files instead (cp -rL)"
    folder = write_folder(tmp_path / "b", {"train/happy/x.png": png(noise(0))})
    (folder / "train/angry").symlink_to("/etc")
    assert refusal(folder) == "/train/angry: a link: copy the files instead (cp -rL)"
    link = zipfile.ZipInfo("train/happy/link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusal(tmp_path / "c.zip") == (
        ": train/happy/link.png: a link or device: copy the files instead (cp -rL)"
    )


@pytest.mark.parametrize("name", ["none.zip", "none.csv", "none.npz", "none"])
def test_a_missing_source_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name) == (
        ": no such file or folder: expected a CSV, zip, tar, .npz, folder or 'synthetic'"
    )


@pytest.mark.parametrize("name", ["faces.rar", "faces"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert refusal(tmp_path / name).startswith(
        ": not a source of faces: expected a folder, a .zip, a .tar (also .tar.gz"
    )


def test_a_source_without_images_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for source, only in (
        (tmp_path / "empty", ""),
        (write_folder(tmp_path / "text", {"train/happy/x.TXT": b"x"}), ", only 1 .txt"),
        (write_zip(tmp_path / "empty.zip", {}), ""),
    ):
        assert refusal(source) == (
            f": no images{only}: expected train/CLASS/* or test/* in it, or a CSV"
        )


@pytest.mark.parametrize("keep", [0, 5, -100])
def test_a_file_that_is_no_archive_or_half_of_one_is_refused(tmp_path: Path, keep: int) -> None:
    source = write_zip(tmp_path / "f.zip", {"train/happy/x.png": png(noise(0))})
    source.write_bytes(source.read_bytes()[:keep])
    assert refusal(source).startswith(": not a zip archive")


def test_a_class_without_images_is_refused_by_name(tmp_path: Path) -> None:
    entries = {f"train/{name}/x.png": png(noise(0)) for name in ("angry", "neutral")}
    source = write_zip(tmp_path / "f.zip", entries)
    assert refusal(source) == ": class 'happy' has no train images"
    assert refusal(source, "test") == ": no test faces in it, only train"


def test_test_images_of_which_only_some_have_a_class_are_refused(tmp_path: Path) -> None:
    entries = {name: png(noise(0)) for name in ("test/1.png", "test/2.png", "test/happy/3.png")}
    assert refusal(write_zip(tmp_path / "f.zip", entries), "test") == (
        ": 2 of 3 test images have no class: expected all or none of them to have one"
    )


def test_a_file_that_may_not_be_read_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    # Root, who runs some machines' tests, may read every file.
    monkeypatch.setattr("fer.faces.sources.folder.read_bounded", forbidden)
    folder = write_folder(tmp_path / "a", {"train/happy/x.png": png(noise(0))})
    assert refusal(folder) == ": train/happy/x.png: cannot be read: Permission denied"


def test_nothing_half_written_stays_of_a_source_that_was_refused(
    tmp_path: Path, cache: Path
) -> None:
    refusal(write_zip(tmp_path / "f.zip", {"train/happy/x.png": b""}))
    assert not [path for path in cache.iterdir() if path.is_dir()]
