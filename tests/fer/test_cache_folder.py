"""The cache is where the environment says, or in a temporary folder."""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from fer.cache_folder import cache_folder
from fer.errors import FerError


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable says where the cache is, and temporary folders are the test's own."""
    for name in ("FER_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, "recorded, so that it is restored")
        monkeypatch.delenv(name)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))


def test_the_cache_is_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert cache_folder() == tmp_path / "me" / ".cache" / "fer"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "fer"
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    assert capsys.readouterr() == ("", "")


def test_a_home_that_cannot_be_written_is_told_once_and_not_by_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    folder = cache_folder()
    assert folder == tmp_path / "tmp" / f"fer-cache-{os.getuid()}"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert cache_folder() == folder
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"fer: {tmp_path}/file/.cache/fer: Not a directory: faces are cached in {folder}: "
        "set FER_CACHE to a folder that stays\n"
    )
    assert os.environ["FER_CACHE"] == str(folder), "which child processes inherit"


def test_a_user_without_a_home_gets_a_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", none)
    assert cache_folder().parent == tmp_path / "tmp"
    assert capsys.readouterr().err.startswith("fer: there is no home folder: faces are cached in ")


def test_a_temporary_folder_of_another_user_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/dev/null")
    shared = tmp_path / "tmp" / f"fer-cache-{os.getuid()}"
    shared.mkdir()
    shared.chmod(0o777)
    assert cache_folder() != shared
    assert cache_folder().parent == tmp_path / "tmp"


def test_nowhere_to_write_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/dev/null")
    monkeypatch.setattr(tempfile, "tempdir", "/dev/null")
    with pytest.raises(FerError, match=r"nor any temporary folder: set FER_CACHE to one$"):
        cache_folder()


def test_a_command_runs_as_a_user_without_a_home(tmp_path: Path) -> None:
    (tmp_path / "faces.csv").write_text("emotion,pixels\n" + f"3,{' '.join(['7'] * 2304)}\n")
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path), "HOME": "/dev/null"}
    done = subprocess.run(
        [sys.executable, "-m", "fer", "data", "prepare", str(tmp_path / "faces.csv")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "train: 1 face\n" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "FER_CACHE" in done.stderr
