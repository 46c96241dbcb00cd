import errno
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from fer.files import write_atomically, write_text


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_text(path, "old")

    def fail(file: BinaryIO) -> None:
        file.write(b"half")
        raise RuntimeError("disk on fire")

    with pytest.raises(RuntimeError, match="disk on fire"):
        write_atomically(path, fail)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    write_text(tmp_path / "a" / "b", "text")
    assert (tmp_path / "a" / "b").read_text() == "text"


def test_a_full_disk_is_told_with_the_file_that_did_not_fit(tmp_path: Path) -> None:
    def fill(file: BinaryIO) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left") as error:
        write_atomically(tmp_path / "file", fill)
    assert error.value.filename == str(tmp_path / "file")


def test_the_old_file_is_kept_under_another_name_where_one_is_given(tmp_path: Path) -> None:
    path, kept = tmp_path / "file", tmp_path / "kept"
    for text in (b"1", b"2", b"3"):
        write_atomically(path, lambda file, text=text: file.write(text), keep=kept)  # type: ignore[misc]
    assert (path.read_text(), kept.read_text()) == ("3", "2")
    with pytest.raises(RuntimeError):
        write_atomically(path, _fail, keep=kept)
    assert (path.read_text(), kept.read_text()) == ("3", "2")


def _fail(_file: BinaryIO) -> None:
    raise RuntimeError
