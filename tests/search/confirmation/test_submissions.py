"""Submissions of unlabelled test images: one of each final run, and one of their mean."""

import csv
from pathlib import Path

import numpy as np
import pytest
import torch
from made_confirmations import confirmation, final_run

from fer.faces import Faces
from fer.files import write_text
from fer.inference import predict_faces
from fer.model import load_model, save_model
from fer.networks.build import build_network
from fer.recipe import Recipe
from search.confirmation.store import read, store
from search.confirmation.submissions import write_submissions

CPU = torch.device("cpu")


@pytest.fixture
def test_faces() -> Faces:
    images = np.random.default_rng(0).integers(0, 256, (40, 48, 48), dtype=np.uint8)
    names = tuple(f"{number:04d}" for number in range(40))
    return Faces(images, None, names, ("angry", "happy", "neutral"), "cd" * 32)


@pytest.fixture
def study(open_cheap, tmp_path):
    """A study whose confirmation has two final runs, and a third that failed."""
    study = open_cheap()
    finals = [final_run("trial-5", number) for number in (1, 2)]
    finals.append(final_run("trial-5", 3, reason="Diverged: the loss became NaN"))
    store(study, confirmation(seeds=3, finals=tuple(finals), folder=tmp_path))
    for run in finals[:2]:
        torch.manual_seed(run.number)
        recipe = Recipe(widths=(4,), seed=run.number)
        save_model(tmp_path / run.run / "model.safetensors", build_network(recipe, CPU), recipe)
    return study


def labels(path: Path) -> list[int]:
    return [int(row["label"]) for row in csv.DictReader(path.read_text().splitlines())]


def probabilities(folder: Path, number: int, faces: Faces):
    network, _ = load_model(folder / f"confirm/seed-{number}-trial-5", CPU)
    return predict_faces(network, faces.images, CPU, tta="flip")


def test_each_seed_and_the_mean_of_all_have_a_submission(study, tmp_path, test_faces):
    recorded = write_submissions(study, read(study), test_faces).submissions
    assert [each.file for each in recorded] == [
        "confirm/submission-seed-1.csv",
        "confirm/submission-seed-2.csv",
        "confirm/submission-mean.csv",
    ]
    assert [each.seeds for each in recorded] == [(1,), (2,), (1, 2)]
    one, two = (probabilities(tmp_path, number, test_faces) for number in (1, 2))
    assert labels(tmp_path / recorded[0].file) == one.argmax(1).tolist()
    assert labels(tmp_path / recorded[2].file) == ((one + two) / 2).argmax(1).tolist()
    assert (tmp_path / recorded[0].file).read_text().startswith("id,label\n0000,")


def test_submissions_that_are_there_are_kept_and_a_changed_one_is_written_again(
    study, tmp_path, test_faces, monkeypatch
):
    first = write_submissions(study, read(study), test_faces)
    write_text(tmp_path / "confirm/submission-mean.csv", "id,label\n")
    again = write_submissions(study, read(study), test_faces)
    assert again.submissions == first.submissions
    monkeypatch.setattr("search.confirmation.submissions._predict", None)
    assert write_submissions(study, read(study), test_faces) == again, "nothing is predicted"
