"""A source's own validation split, small classes and repeated file names, as commands meet them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from faces_sources import noise, png, write_folder, write_zip

Fer = Callable[..., tuple[int, str, str]]
CLASSES = ("angry", "happy", "neutral")


def images(split: str, each: int, first_seed: int) -> dict[str, bytes]:
    return {
        f"{split}/{name}/{name}-{i}.png": png(noise(first_seed + 100 * label + i))
        for label, name in enumerate(CLASSES)
        for i in range(each)
    }


@pytest.fixture
def own_split(tmp_path: Path) -> Path:
    """Thirty training and fifteen validation faces."""
    return write_folder(tmp_path / "faces", images("train", 10, 0) | images("valid", 5, 1000))


@pytest.mark.parametrize("validation", [0, 0.25])
def test_the_sources_own_validation_split_is_held_out_by_train_and_evaluate(
    fer: Fer, own_split: Path, recipe: Path, tmp_path: Path, validation: float
) -> None:
    run = tmp_path / "run"
    settings = ["--set", "epochs=1", "--set", f"validation={validation}", "--threads", 1]
    status, _, error = fer("train", recipe, "--data", own_split, "--out", run, *settings)
    assert status == 0
    assert error.splitlines()[0] == (
        f"fer: {own_split}: its own validation split (15 faces) is held out; the recipe's "
        f"validation = {float(validation)} is not used"
    )
    metrics = json.loads((run / "metrics.json").read_text())
    assert (metrics["faces"]["training"], metrics["faces"]["validation"]) == (30, 15)
    scores = np.load(run / "validation.npz")
    assert scores["index"].tolist() == list(range(30, 45))
    status, out, _ = fer("evaluate", run, "--data", own_split, "--split", "validation", "--json")
    assert json.loads(out)["n"] == 15
    assert json.loads(out)["accuracy"] == pytest.approx(metrics["validation_accuracy"])


def test_a_run_is_not_scored_on_the_same_images_split_otherwise(
    fer: Fer, own_split: Path, recipe: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    fer("train", recipe, "--data", own_split, "--out", run, "--set", "epochs=1", "--threads", 1)
    (own_split / "valid/happy/happy-0.png").rename(own_split / "train/happy/happy-99.png")
    status, _, error = fer("evaluate", run, "--data", own_split, "--split", "validation")
    assert status == 2
    assert "expected the source that it was trained on" in error


def test_training_warns_of_a_class_without_held_out_faces(
    fer: Fer, recipe: Path, tmp_path: Path
) -> None:
    entries = images("train", 10, 0)
    few = {name: entry for name, entry in entries.items() if "neutral" not in name}
    source = write_zip(tmp_path / "f.zip", few | {"train/neutral/1.png": png(noise(9999))})
    arguments = ["train", recipe, "--data", source, "--set", "epochs=1", "--threads", 1]
    status, _, error = fer(*arguments, "--out", tmp_path / "run")
    assert status == 0
    assert error.splitlines()[0] == (
        f"fer: warning: {source}: no held-out face of 'neutral', which has 1: "
        "validation = 0.25 of 21 faces: expected more faces of each class"
    )
    status, _, error = fer(*arguments, "--out", tmp_path / "all", "--set", "validation=0")
    assert (status, "warning" in error) == (0, False), "holding nothing out on purpose is silent"


def test_a_submission_has_each_id_once_where_file_names_repeat(
    fer: Fer, run: Path, tmp_path: Path
) -> None:
    entries = {f"test/{name}/1.png": png(noise(i)) for i, name in enumerate(CLASSES)}
    source = write_zip(tmp_path / "f.zip", entries | {"test/happy/2.png": png(noise(7))})
    submission = tmp_path / "submission.csv"
    assert (
        fer("predict", "--model", run, "--data", source, "--split", "test", "--out", submission)[0]
        == 0
    )
    lines = submission.read_text().splitlines()
    ids = [line.split(",")[0] for line in lines[1:]]
    assert ids == ["angry/1", "happy/1", "happy/2", "neutral/1"]


@pytest.mark.parametrize("command", ["prepare", "audit", "sheet", "fetch"])
def test_every_data_command_has_an_example(fer: Fer, command: str) -> None:
    examples = re.split("Examples?:", fer("data", command, "--help")[1])[1]
    assert f"fer data {command}" in examples
