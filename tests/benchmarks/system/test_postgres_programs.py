"""The lookup of PostgreSQL's programs: a named folder, PATH, then Debian's folders."""

from pathlib import Path

import pytest

from benchmarks.system import postgres_programs
from benchmarks.system.postgres_programs import find_program


def install(folder: Path) -> str:
    folder.mkdir(parents=True)
    program = folder / "initdb"
    program.touch(mode=0o755)
    return str(program)


@pytest.fixture
def debian(tmp_path, monkeypatch) -> Path:
    monkeypatch.delenv("FER_POSTGRES", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(postgres_programs, "DEBIAN", tmp_path / "debian")
    return tmp_path / "debian"


def test_path_comes_before_debians_folders(debian, tmp_path):
    in_debian = install(debian / "15" / "bin")
    assert find_program("initdb") == in_debian
    in_path = install(tmp_path / "path")
    assert find_program("initdb") == in_path


def test_a_named_folder_hides_every_other(debian, tmp_path, monkeypatch):
    install(debian / "15" / "bin")
    monkeypatch.setenv("FER_POSTGRES", str(tmp_path / "mine"))
    with pytest.raises(FileNotFoundError, match=r"no initdb in FER_POSTGRES \(.*mine\): Postgre"):
        find_program("initdb")
    mine = install(tmp_path / "mine")
    assert find_program("initdb") == mine
    monkeypatch.setenv("FER_POSTGRES", "")
    with pytest.raises(FileNotFoundError, match="no initdb: PostgreSQL is not installed"):
        find_program("initdb")
