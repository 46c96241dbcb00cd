"""A bad tar archive is refused with one line that names what is wrong."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest
from faces_sources import CLASSES, noise, png, write_tar

from fer.errors import BadInput
from fer.faces import load_faces


def refusal(source: Path) -> str:
    with pytest.raises(BadInput) as caught:
        load_faces(str(source), "train", CLASSES)
    line = str(caught.value)
    assert line.startswith(f"{source}: ")
    assert line.isprintable()
    return line.removeprefix(f"{source}: ")


@pytest.mark.parametrize("name", ["../x.png", "/train/happy/x.png", "train/../../x.png"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    source = write_tar(tmp_path / "f.tar", {name: png(noise(1))}, "w")
    assert refusal(source) == f"{name!r}: a name that leads out of the archive"


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("train/happy/x.png")
    member.type, member.linkname = kind, "/etc/passwd"
    with tarfile.open(tmp_path / "f.tar", "w") as archive:
        archive.addfile(member)
    assert refusal(tmp_path / "f.tar") == (
        "train/happy/x.png: a link or device: copy the files instead (cp -rL)"
    )


def test_an_image_of_a_huge_declared_size_is_refused_unread(tmp_path: Path) -> None:
    source = write_tar(tmp_path / "f.tgz", {"train/happy/x.png": b"\0" * 5_000_000})
    assert (
        refusal(source) == "train/happy/x.png: declares 5,000,000 bytes: expected at most 1,000,000"
    )


def header(size: int, kind: bytes = tarfile.REGTYPE, name: str = "a.bin") -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.type = size, kind
    return member.tobuf(tarfile.GNU_FORMAT)


def test_entries_of_a_huge_total_size_are_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "f.tar.gz").write_bytes(gzip.compress(header(5_000_000_000)))
    assert refusal(tmp_path / "f.tar.gz") == (
        "declares 5,000,000,000 bytes: expected at most 4,000,000,000"
    )


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_of_a_huge_declared_size_takes_no_memory(tmp_path: Path, kind: bytes) -> None:
    (tmp_path / "f.tar").write_bytes(header(3_000_000_000, kind) + b"x" * 1024)
    assert refusal(tmp_path / "f.tar").startswith("not a tar archive, or a damaged one: ")


@pytest.mark.parametrize("keep", [0, 100, -700])
def test_half_an_archive_is_refused(tmp_path: Path, keep: int) -> None:
    source = write_tar(tmp_path / "f.tar.gz", {"train/happy/x.png": png(noise(0))})
    source.write_bytes(source.read_bytes()[:keep])
    assert refusal(source).startswith("not a tar archive, or a damaged one: ")


def test_a_damaged_header_in_the_middle_is_refused(tmp_path: Path) -> None:
    entries = {f"train/happy/{i}.png": png(noise(i)) for i in range(3)}
    source = write_tar(tmp_path / "f.tar", entries, "w")
    content = bytearray(source.read_bytes())
    at = content.find(b"train/happy/1.png")
    content[at : at + 4] = b"tram"
    source.write_bytes(content)
    assert refusal(source) == (
        f"not a tar archive, or a damaged one: a damaged header at byte {at:,}"
    )


def test_a_zip_under_the_name_of_a_tar_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f.tar").write_bytes(io.BytesIO(b"PK\x03\x04" + b"\0" * 600).getvalue())
    assert refusal(tmp_path / "f.tar").startswith("not a tar archive")
