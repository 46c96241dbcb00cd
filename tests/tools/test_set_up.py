"""The set-up of the environment: what it lacks in one line, and progress from pip's output."""

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import set_up

PIP = """\
Collecting torch>=2.11 (from -c constraints.txt (line 78))
  Downloading torch-2.15.0-cp311-cp311-manylinux_2_28_x86_64.whl.metadata (30 kB)
  Downloading torch-2.15.0-cp311-cp311-manylinux_2_28_x86_64.whl (905.3 MB)
  Using cached nvidia_cublas-13.4.1.3-py3-none-manylinux_2_27_x86_64.whl (1.2 GB)
  Downloading idna-3.20-py3-none-any.whl (68 kB)
Installing collected packages: idna, torch, fer-search
Successfully installed fer-search-0.1.0 idna-3.20 torch-2.15.0
"""


def test_progress_names_the_large_downloads_and_counts_the_packages(tmp_path, capsys):
    status = set_up.run_pip([sys.executable, "-c", f"print({PIP!r})"], tmp_path)
    lines = [line.rsplit(", ", 1)[0].strip() for line in capsys.readouterr().out.splitlines()]
    assert status == 0
    assert lines == [
        "torch 2.15.0 (905 MB)",
        "nvidia_cublas 13.4.1.3 (1200 MB)",
        "installing 3 packages",
    ]


def test_a_long_installation_says_how_far_it_is(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(set_up, "SECONDS", 0.01)
    (tmp_path / "lib/python3.11/site-packages/idna-3.20.dist-info").mkdir(parents=True)
    code = f"import time; print({PIP!r}, flush=True); time.sleep(0.1)"
    assert set_up.run_pip([sys.executable, "-c", code], tmp_path) == 0
    assert "  installed 1 of 3 packages, " in capsys.readouterr().out


def test_pip_has_no_cache_where_there_is_no_home(tmp_path, capfd, monkeypatch):
    code = "import os, sys; print(os.environ.get('PIP_NO_CACHE_DIR'), file=sys.stderr)"
    monkeypatch.delenv("PIP_NO_CACHE_DIR", raising=False)
    set_up.run_pip([sys.executable, "-c", code], tmp_path)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    set_up.run_pip([sys.executable, "-c", code], tmp_path)
    assert capfd.readouterr().err == "None\n1\n"


@pytest.mark.parametrize(
    ("version", "missing", "line"),
    [
        ((3, 9), "", r"Python 3\.9: expected 3\.11 or newer: .*PYTHON=python3\.12"),
        ((3, 11), "ensurepip", r".*: no module ensurepip: .*apt-get install python3-venv\), or .*"),
    ],
)
def test_a_python_that_cannot_make_an_environment_is_refused_in_one_line(
    monkeypatch, version, missing, line
):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == missing else find_spec(name)
    )
    problem = set_up.problem(version, uv=False)
    assert problem is not None
    assert re.fullmatch(line, problem)


def test_a_failed_installation_leaves_no_environment_that_counts_as_ready(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(set_up.shutil, "which", lambda _: None)
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: 0)
    monkeypatch.setattr(set_up, "run_pip", lambda *_: 1)
    assert set_up.main(tmp_path) == 1
    assert "set-up failed (status 1)" in capsys.readouterr().err
    assert not (tmp_path / "ready").exists()
    monkeypatch.setattr(set_up, "run_pip", lambda *_: 0)
    assert set_up.main(tmp_path) == 0
    assert (tmp_path / "ready").exists()


def test_the_script_can_be_read_by_an_old_python():
    source = Path(set_up.__file__).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
