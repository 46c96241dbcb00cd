"""The commands as a user types them, in this process."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fer.cli import main
from fer.faces.types import Faces
from fer.signals import SIGNALS

Fer = Callable[..., tuple[int, str, str]]


@pytest.fixture
def fer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Fer:
    """Run `fer` in this process; gives exit status, stdout and stderr."""
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    # Set by the user, so that `fer train` does not execute this process again.
    monkeypatch.setenv("GLIBC_TUNABLES", "")

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fer", *map(str, arguments)])
        before = {number: signal.getsignal(number) for number in SIGNALS}
        try:
            main()
            status: object = 0
        except SystemExit as stop:
            status = stop.code
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        captured = capsys.readouterr()
        assert isinstance(status, int)
        return status, captured.out, captured.err

    return run


@pytest.fixture
def source(tmp_path: Path, faces: Faces) -> Path:
    """A ``.npz`` of training and test faces, with labels."""
    assert faces.labels is not None
    names = np.array(faces.classes)[faces.labels]
    np.savez(
        tmp_path / "faces.npz",
        train_images=faces.images,
        train_labels=names,
        test_images=faces.images[:60],
        test_labels=names[:60],
    )
    return tmp_path / "faces.npz"


@pytest.fixture
def unlabelled(tmp_path: Path, faces: Faces) -> Path:
    """A ``.npz`` of the same faces without labels."""
    path = tmp_path / "unlabelled.npz"
    np.savez(path, train_images=faces.images, test_images=faces.images)
    return path


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A recipe that learns the faces in a second."""
    path = tmp_path / "tiny.toml"
    path.write_text(
        "widths = [4, 8]\nepochs = 8\nbatch_size = 32\nlearning_rate = 0.01\n"
        "augmentation = 0.2\nvalidation = 0.25\n"
    )
    return path


@pytest.fixture
def run(fer: Fer, source: Path, recipe: Path, tmp_path: Path) -> Path:
    """A run of one epoch."""
    arguments = ["--data", source, "--out", tmp_path / "run", "--threads", 1, "--set", "epochs=1"]
    assert fer("train", recipe, *arguments)[0] == 0
    return tmp_path / "run"
