"""The Makefile's targets, with a ``fer`` that only writes down its arguments."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.make

REPOSITORY = Path(__file__).parents[1]


def make(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run make without the variables of this shell that would change the outcome."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATA", "FER_DATA", "FER_STORAGE") and not name.startswith("MAKE")
    }
    return subprocess.run(
        ["make", "-C", REPOSITORY, *arguments],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def make_study(tmp_path):
    """Runs ``make study``; gives the arguments of ``fer``, and the output."""
    programs = tmp_path / "venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "fer").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$ARGUMENTS"\n')
    (programs / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    (tmp_path / "venv" / "ready").touch()

    def run(*variables: str, **environment: str) -> tuple[list[str], str]:
        arguments = tmp_path / "arguments"
        done = make(
            "study",
            f"VENV={tmp_path / 'venv'}",
            *variables,
            **{"ARGUMENTS": str(arguments), "FER_CACHE": str(tmp_path / "cache"), **environment},
        )
        assert done.returncode == 0, done.stderr
        return arguments.read_text().splitlines(), done.stdout

    return run


def test_make_alone_lists_the_targets(tmp_path):
    done = make(f"VENV={tmp_path}")
    assert done.returncode == 0
    assert "make study [DATA=path]" in done.stdout
    assert "make test [ARGS=--slow]" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_without_python_one_line_says_how_to_name_another(tmp_path):
    done = make("test", f"VENV={tmp_path / 'venv'}", "PYTHON=no-such-python")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        "no-such-python: not found: expected Python 3.11 or newer: make study PYTHON=path"
    )
    assert list(tmp_path.iterdir()) == []


def test_without_faces_a_study_has_the_default_storage(make_study):
    assert make_study()[0] == ["search", "run", "quick"]


def test_each_source_has_a_storage_and_a_folder_of_its_own_on_every_call(make_study):
    folder = "runs/on-my faces.csv"
    options = ["--data", "some/my faces.csv", "--storage", f"{folder}/studies.db", "--out", folder]
    for _ in range(2):
        arguments, output = make_study("DATA=some/my faces.csv")
        assert arguments == ["search", "run", "quick", *options]
        assert f"dashboard --storage '{folder}/studies.db'" in output
    assert make_study("DATA=others.zip")[0][-1] == "runs/on-others.zip"
    assert make_study("DATA=synthetic")[0] == ["search", "run", "quick", "--data", "synthetic"]


def test_faces_named_in_the_environment_are_a_source_like_any_other(make_study):
    arguments, _ = make_study(FER_DATA="/far/faces.npz", FER_STORAGE="postgresql://me@there/db")
    options = ["--storage", "postgresql://me@there/db", "--out", "runs/on-faces.npz"]
    assert arguments == ["search", "run", "quick", *options]
