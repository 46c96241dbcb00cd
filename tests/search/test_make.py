"""`make study`, with a `fer` that only says what it was asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.make

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def make_study(tmp_path):
    """Runs `make study`; gives the words after `fer`, and all that was printed."""
    programs = tmp_path / "venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "fer").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$SAID"\n')
    (programs / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    (tmp_path / "venv" / "ready").touch()

    def run(*variables: str, **environment: str) -> tuple[list[str], str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATA", "FER_DATA", "FER_STORAGE") and not name.startswith("MAKE")
        }
        done = subprocess.run(
            ["make", "-C", REPOSITORY, "study", f"VENV={tmp_path / 'venv'}", *variables],
            env=kept
            | {"SAID": str(tmp_path / "said"), "FER_CACHE": str(tmp_path / "cache")}
            | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return (tmp_path / "said").read_text().splitlines(), done.stdout

    return run


def test_without_faces_it_is_the_plain_command(make_study):
    assert make_study()[0] == ["search", "run", "quick"]


def test_each_source_has_a_storage_and_a_folder_of_its_own_and_always_the_same(make_study):
    place = "runs/on-my faces.csv"
    asked = ["--data", "some/my faces.csv", "--storage", f"{place}/studies.db", "--out", place]
    for _ in range(2):
        said, printed = make_study("DATA=some/my faces.csv")
        assert said == ["search", "run", "quick", *asked]
        assert f"dashboard --storage '{place}/studies.db'" in printed
    assert make_study("DATA=others.zip")[0][-1] == "runs/on-others.zip"
    assert make_study("DATA=synthetic")[0] == ["search", "run", "quick", "--data", "synthetic"]


def test_faces_from_the_environment_are_a_source_like_any_other(make_study):
    said, _ = make_study(FER_DATA="/far/faces.npz", FER_STORAGE="postgresql://me@there/db")
    asked = ["--storage", "postgresql://me@there/db", "--out", "runs/on-faces.npz"]
    assert said == ["search", "run", "quick", *asked]
