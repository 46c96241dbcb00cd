"""A file with one flipped bit is refused by name, whichever bit it is."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from faces_sources import CLASSES, noise, png, write_zip

from fer.errors import FerError
from fer.faces import Faces, load_faces, open_source
from fer.model import load_model
from fer.recipe import Recipe
from fer.training import train
from fer.training.checkpoint import read_checkpoint

CPU = torch.device("cpu")
FLIPS = 25
"""Of each file. 200 of each were tried by hand, and all refused."""


def refused(path: Path, read: Callable[[], object]) -> int:
    """How many of ``FLIPS`` single flipped bits are refused with an error that names the file."""
    content = path.read_bytes()
    draw = np.random.default_rng(len(content))
    count = 0
    for place in draw.choice(8 * len(content), FLIPS, replace=False).tolist():
        flipped = bytearray(content)
        flipped[place // 8] ^= 1 << place % 8
        path.write_bytes(flipped)
        try:
            read()
        except FerError as error:
            count += f"{path}: " in str(error) and "\n" not in str(error)
    path.write_bytes(content)
    read()
    return count


@pytest.fixture(scope="module")
def small() -> Recipe:
    return Recipe(widths=(2,), epochs=1, batch_size=32)


@pytest.fixture(scope="module")
def trained(small: Recipe, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Faces]:
    """A run that was stopped after its first epoch, the same run finished, and its faces."""
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (90, 48, 48), dtype=np.uint8)
    labels = np.arange(90) % 3
    faces = Faces(images, labels, tuple(map(str, range(90))), small.classes, "f" * 64)
    folder = tmp_path_factory.mktemp("runs")

    def stop(_epoch: object) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        train(small, faces, folder / "stopped", device=CPU, threads=1, on_epoch=stop)
    shutil.copytree(folder / "stopped", folder / "whole")
    train(small, faces, folder / "whole", device=CPU, threads=1, resume=True)
    return folder / "stopped", folder / "whole", faces


def test_a_flipped_checkpoint_is_refused(trained: tuple[Path, Path, Faces]) -> None:
    path = trained[0] / "checkpoint.pt"
    assert refused(path, lambda: read_checkpoint(path)) == FLIPS


@pytest.mark.parametrize(
    "name",
    ["model.safetensors", "metrics.json", "recipe.toml", "history.csv", "validation.npz"],
)
def test_a_flipped_file_of_a_finished_run_is_refused(
    trained: tuple[Path, Path, Faces], name: str
) -> None:
    _, run, _ = trained
    assert refused(run / name, lambda: load_model(run, CPU)) == FLIPS


def test_a_flipped_model_outside_of_its_run_is_refused(
    trained: tuple[Path, Path, Faces], tmp_path: Path
) -> None:
    model = Path(shutil.copy(trained[1] / "model.safetensors", tmp_path / "copy.safetensors"))
    assert refused(model, lambda: load_model(model, CPU)) == FLIPS


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Path]:
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    entries = {f"train/{name}/{i}.png": png(noise(i)) for i, name in enumerate(CLASSES)}
    source = str(write_zip(tmp_path / "faces.zip", entries))
    load_faces(source, "train", CLASSES)
    (folder,) = (tmp_path / "cache").glob("faces-*")
    return source, folder


@pytest.mark.parametrize(
    "name", ["train-images.npy", "train-labels.npy", "train-ids.npy", "splits.json", "notes.json"]
)
def test_a_flipped_file_of_a_prepared_source_is_refused(
    prepared: tuple[str, Path], name: str
) -> None:
    source, folder = prepared

    def read() -> None:
        load_faces(source, "train", CLASSES)
        assert open_source(source).notes is not None

    assert refused(folder / name, read) == FLIPS


def test_a_label_out_of_range_is_refused_in_a_source_of_an_earlier_version(
    prepared: tuple[str, Path],
) -> None:
    _, folder = prepared
    (folder / "splits.json").write_text('["train"]')
    assert len(load_faces(str(folder), "train", CLASSES)) == 3
    np.save(folder / "train-labels.npy", np.array([0, 7, 3]))
    with pytest.raises(FerError, match=r"train-\*\.npy: damaged: remove "):
        load_faces(str(folder), "train", CLASSES)
