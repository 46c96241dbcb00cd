"""Kinds of storages: each a file and a line."""

import subprocess
import sys
from types import ModuleType

import pytest

from fer.errors import BadInput
from search.storage.backends import BACKENDS, find_backend
from search.storage.backends.journal import Journal
from search.storage.file_lock import file_lock, try_lock


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("studies.db", "sqlite"),
        ("studies", "sqlite"),
        ("studies.journal", "journal"),
        ("runs/studies.log", "journal"),
        ("sqlite:///studies.journal", "sqlite"),
    ],
)
def test_a_path_stands_for_the_storage_that_its_ending_says(text, scheme, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    backend = find_backend(text)
    assert backend.url.drivername == scheme
    assert backend.local == tmp_path / text.removeprefix("sqlite:///")
    assert list(tmp_path.iterdir()) == [], "nothing is opened yet"


class Ledger(Journal):
    """What a new storage's file would hold."""

    endings = (".ledger",)


def test_a_new_storage_is_a_file_and_a_line(monkeypatch, open_cheap, run_serially):
    module = ModuleType("made_up_storage")
    module.Ledger = Ledger
    monkeypatch.setitem(sys.modules, "made_up_storage", module)
    monkeypatch.setitem(BACKENDS, "ledger", "made_up_storage:Ledger")
    study = open_cheap(("trials = 8", "trials = 2"), storage="studies.ledger")
    assert study.opened.shown.startswith("ledger:///")
    assert len(run_serially(study)) == 2
    with pytest.raises(BadInput, match="must be sqlite, postgresql, journal or ledger"):
        find_backend("mysql://a@b/c")


def test_a_lock_ends_with_the_process_that_held_it(tmp_path):
    path = tmp_path / "lock"
    with file_lock(path):
        assert try_lock(path) is None
    hold = (
        "import pathlib, sys; from search.storage.file_lock import file_lock\n"
        "with file_lock(pathlib.Path(sys.argv[1])): print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        assert try_lock(path) is None
        holder.kill()
    with try_lock(path):
        pass


def test_a_lock_that_is_never_released_is_one_line_in_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr("search.storage.file_lock.TIMEOUT_SECONDS", 0)
    with (
        file_lock(tmp_path / "lock"),
        pytest.raises(BadInput, match="lock: locked by another process"),
        file_lock(tmp_path / "lock"),
    ):
        pass


def test_a_named_lock_is_held_by_one_at_a_time_and_holds_up_no_other(opened, tmp_path):
    storage, same = (opened(str(tmp_path / "studies.db")) for _ in range(2))
    with storage.try_lock("confirm-1") as taken:
        assert taken
        with same.try_lock("confirm-1") as again, same.try_lock("confirm-2") as other, same.lock():
            assert (again, other) == (False, True)
    with same.try_lock("confirm-1") as taken:
        assert taken
