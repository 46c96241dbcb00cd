"""A source is read once, recognised by its content, and cached whole or not at all."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from faces_sources import CLASSES, noise, png, write_folder, write_zip

from fer.errors import FerError
from fer.faces import load_faces, open_source


def prepared(cache: Path) -> list[Path]:
    return sorted(cache.glob("faces-*"))


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fer.faces.load.read_source", lambda *_: pytest.fail("read again"))


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_prepared_source_is_not_read_again(
    tmp_path: Path, entries: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    source = str({"folder": write_folder, "zip": write_zip}[kind](tmp_path / f"f.{kind}", entries))
    first = load_faces(source, "train", CLASSES)
    forbid_reading(monkeypatch)
    again = load_faces(source, "train", CLASSES)
    assert first.hash == again.hash
    assert np.array_equal(first.images, again.images)
    assert len(load_faces(source, "train", ("sad", "happy"))) == 3


def test_the_same_content_elsewhere_or_touched_is_not_read_again(
    tmp_path: Path, entries: dict[str, bytes], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_zip(tmp_path / "f.zip", entries)
    load_faces(str(source), "train", CLASSES)
    forbid_reading(monkeypatch)
    copy = shutil.copy(source, tmp_path / "copy.zip")
    os.utime(source, ns=(1, 1))
    for path in (copy, source):
        load_faces(str(path), "train", CLASSES)
    assert len(prepared(cache)) == 1


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_changed_source_is_read_again(
    tmp_path: Path, entries: dict[str, bytes], cache: Path, kind: str
) -> None:
    write, source = {"folder": write_folder, "zip": write_zip}[kind], tmp_path / f"f.{kind}"
    before = load_faces(str(write(source, entries)), "train", CLASSES)
    after = load_faces(
        str(write(source, {**entries, "train/angry/angry-0.png": png(noise(99))})),
        "train",
        CLASSES,
    )
    assert before.hash != after.hash
    assert np.array_equal(after.images[0], noise(99))
    assert len(prepared(cache)) == 2


def test_a_renamed_class_folder_is_another_source(
    tmp_path: Path, entries: dict[str, bytes]
) -> None:
    source = write_folder(tmp_path / "f", entries)
    before = load_faces(str(source), "train", CLASSES)
    (source / "train/angry").rename(source / "train/fear")
    (source / "train/sad").rename(source / "train/angry")
    assert before.hash != load_faces(str(source), "train", CLASSES).hash


CHILD = """
import os, signal, sys, time
import fer.faces.load as load
read = load.read_source
def noted(*arguments):
    with open(sys.argv[2], "a") as file:
        file.write("read\\n")
    time.sleep(0.3)
    return read(*arguments)
load.read_source = noted
if len(sys.argv) > 3:
    calls = iter(range(1000))
    fsync = os.fsync
    # The stamp takes the first two, for the file and its folder; then the arrays follow.
    os.fsync = lambda file: fsync(file) if next(calls) < 4 else os.kill(os.getpid(), signal.SIGKILL)
print(load.load_faces(sys.argv[1], "train", ("angry", "happy", "neutral")).hash)
"""


def start(*arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", CHILD, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_of_several_processes_one_prepares_and_all_load_the_same(
    tmp_path: Path, entries: dict[str, bytes], cache: Path
) -> None:
    source, log = write_zip(tmp_path / "f.zip", entries), tmp_path / "log"
    children = [start(source, log) for _ in range(4)]
    hashes = {child.communicate()[0] for child in children}
    assert [child.returncode for child in children] == [0] * 4
    assert len(hashes) == 1
    assert log.read_text() == "read\n"
    assert len(prepared(cache)) == 1


def test_a_process_killed_while_it_prepares_leaves_no_prepared_source(
    tmp_path: Path, entries: dict[str, bytes], cache: Path
) -> None:
    source, log = write_zip(tmp_path / "f.zip", entries), tmp_path / "log"
    killed = start(source, log, "kill")
    killed.communicate()
    assert killed.returncode == -9
    assert prepared(cache) == []
    assert list(cache.glob(".faces-*"))  # it was killed while writing
    assert len(load_faces(str(source), "train", CLASSES)) == 6
    assert len(prepared(cache)) == 1
    assert not list(cache.glob(".faces-*"))


def test_a_prepared_folder_is_a_source_itself(
    tmp_path: Path, entries: dict[str, bytes], cache: Path
) -> None:
    source = write_zip(tmp_path / "f.zip", entries)
    faces = load_faces(str(source), "train", CLASSES)
    source.unlink()
    assert load_faces(str(prepared(cache)[0]), "train", CLASSES).hash == faces.hash


def test_a_folder_prepared_by_the_version_before_is_still_a_source(
    tmp_path: Path, entries: dict[str, bytes], cache: Path
) -> None:
    faces = load_faces(str(write_zip(tmp_path / "f.zip", entries)), "train", CLASSES)
    (prepared(cache)[0] / "notes.json").unlink()  # it wrote none
    assert load_faces(str(prepared(cache)[0]), "train", CLASSES).hash == faces.hash
    assert open_source(str(prepared(cache)[0])).notes.remarks == ()


def test_a_prepared_source_that_was_damaged_is_named(
    tmp_path: Path, entries: dict[str, bytes], cache: Path
) -> None:
    source = str(write_zip(tmp_path / "f.zip", entries))
    load_faces(source, "train", CLASSES)
    os.truncate(prepared(cache)[0] / "train-images.npy", 500)
    with pytest.raises(
        FerError, match=r"train-images\.npy: damaged: remove .*/faces-\w+, and it is"
    ):
        load_faces(source, "train", CLASSES)


def test_test_labels_are_opened_only_by_what_asks_for_the_test_split(
    tmp_path: Path, entries: dict[str, bytes], cache: Path
) -> None:
    source = str(write_zip(tmp_path / "f.zip", entries))
    load_faces(source, "train", CLASSES)
    (prepared(cache)[0] / "test-labels.npy").unlink()
    load_faces(source, "train", CLASSES)
    with pytest.raises(FerError, match="damaged"):
        load_faces(source, "test", ("angry", "happy"))


def test_a_cache_that_cannot_be_written_is_named(
    tmp_path: Path, entries: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = str(write_zip(tmp_path / "f.zip", entries))
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "f.zip" / "cache"))
    with pytest.raises(FerError, match=r"the cache cannot be written: .*: set FER_CACHE to"):
        load_faces(source, "train", CLASSES)
