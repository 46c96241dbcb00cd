"""The files of a model that ships: of one run, calibrated, the same in each format."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from made_confirmations import confirmation, graded
from made_scores import make_scores
from torch import Tensor

from fer.best_model import best_model
from fer.errors import BadInput
from fer.evaluation.model_card import ModelFile
from fer.evaluation.onnx_comparisons import OnnxComparisons
from fer.faces import Faces
from fer.inference import predict_probabilities
from fer.model import MODEL, load_model, save_model
from fer.networks.build import build_network
from fer.recipe import Recipe, load_recipe
from fer.scores import VALIDATION, write_scores
from search.confirmation.record import Confirmation
from tools import ship_model, shipped_model
from tools.compare_onnx import CHECK, CPU, ONNX, rows
from tools.shipped_model import CARD, run_of

RECIPE = Recipe(widths=(2,), validation=0.0)
NETWORK = build_network(RECIPE, CPU)


class Made:
    """What is read of a confirmed study."""

    def __init__(self, confirmation: Confirmation) -> None:
        self.confirmation = confirmation


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Exported results of a confirmed study with one model, and cheap stand-ins for ONNX."""
    made = confirmation(seeds=2)
    assert made.choice is not None
    monkeypatch.setattr(shipped_model, "read_confirmed", lambda _: Made(made))
    metrics = {
        "recipe_hash": RECIPE.hash,
        "faces": {"hash": "ab", "counts": {"angry": 9}, "training": 9, "validation": 0},
        "epochs": 1,
        "train_accuracy": 0.9,
        "training_seconds": 1.0,
        "machine": {},
        "versions": {},
    }
    for run in (*made.fold_runs(made.choice.winner), *made.finals):
        folder = tmp_path / "runs" / run.run
        folder.mkdir(parents=True)
        (folder / "recipe.toml").write_text(RECIPE.to_toml())
        (folder / "metrics.json").write_text(json.dumps(metrics))
        if run in made.folds:
            write_scores(folder / VALIDATION, make_scores(0.8, run.seed, faces=90))
    save_model(run_of(tmp_path) / MODEL, NETWORK, RECIPE)

    def compare(_: object, files: tuple[ModelFile, ...], images: object) -> OnnxComparisons:
        return OnnxComparisons(
            safetensors=files[0].sha256,
            onnx=files[1].sha256,
            processor="A Processor",
            threads=1,
            versions={"torch": "2", "onnxruntime": "1"},
            rows=(),
        )

    monkeypatch.setattr(ship_model, "to_onnx", lambda *_: b"onnx")
    monkeypatch.setattr(ship_model, "compare", compare)
    monkeypatch.setattr(ship_model, "load_images", lambda *_: {})
    return tmp_path


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_the_model_moves_out_of_its_run_and_is_calibrated_on_the_folds(results: Path) -> None:
    ship_model.ship(results, "train", "test")
    network, recipe = load_model(results / MODEL, CPU)
    assert network.calibration is not None
    assert (network.calibration.runs, network.calibration.faces) == (3, 270)
    assert recipe == RECIPE
    assert not list(results.glob("runs/**/*.safetensors"))
    assert files_of(results).keys() == {MODEL, ONNX, CHECK, CARD}
    card = (results / CARD).read_text()
    assert "| `fold-3-trial-5` | 0.8000 |" in card
    assert "| file | `model.onnx`, 4 bytes |" in card


def test_the_same_command_makes_the_same_files_again(results: Path) -> None:
    ship_model.ship(results, "train", "test")
    before = files_of(results)
    ship_model.ship(results, "train", "test")
    assert files_of(results) == before


def test_a_model_of_another_run_is_refused_and_nothing_is_written(results: Path) -> None:
    (run_of(results) / MODEL).unlink()
    with pytest.raises(BadInput, match=r"has no model\.safetensors: export the study again"):
        ship_model.ship(results, "train", "test")
    save_model(results / MODEL, NETWORK, RECIPE.with_values({"seed": 7}))
    with pytest.raises(BadInput, match=r"must be that of .*, its seed too"):
        ship_model.ship(results, "train", "test")
    assert files_of(results).keys() == {MODEL}


def test_a_file_that_is_too_large_is_refused(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ship_model, "to_onnx", lambda *_: bytes(ship_model.LARGEST + 1))
    with pytest.raises(BadInput, match=r"model\.onnx: 5,000,001 bytes: expected at most 5,000,000"):
        ship_model.ship(results, "train", "test")
    assert not files_of(results)


def test_a_comparison_of_other_files_is_on_no_card(results: Path) -> None:
    ship_model.ship(results, "train", "test")
    (results / ONNX).write_bytes(b"another")
    with pytest.raises(BadInput, match=r"onnx\.json: is of other files"):
        shipped_model.card(results)


def test_the_grade_of_its_own_submission_alone_counts() -> None:
    made = confirmation(**graded(0.845, 0.847))
    second = shipped_model.test_result(made, 2)
    assert second is not None
    assert second.accuracy == pytest.approx(0.847, abs=2e-4)
    assert shipped_model.test_result(confirmation(seeds=2), 1) is None


def test_labels_that_differ_and_the_largest_difference_are_found() -> None:
    images = np.random.default_rng(0).integers(0, 256, (8, 48, 48), dtype=np.uint8)
    ids = tuple(map(str, range(8)))
    faces = Faces(images, None, ids, RECIPE.classes, "ab")

    def runtime(pixels: Tensor) -> Tensor:
        scores = predict_probabilities(NETWORK, pixels, "fp32", tta="none")
        scores[2] = torch.tensor([0.0, 0.0, 0.0]).index_fill(0, scores[2].argmin(), 1.0)
        return scores

    exact, half = rows(NETWORK, runtime, "test", faces)
    assert (exact.n, exact.precision, exact.labels_differ) == (8, "fp32", 1)
    assert exact.largest_difference > 0.5
    assert half.precision == "bf16"


def test_the_default_model_is_calibrated_and_predicts_the_same_as_onnx_on_every_image() -> None:
    folder = best_model().parent
    network, recipe = load_model(best_model(), CPU)
    assert network.calibration is not None
    assert recipe == load_recipe(str(run_of(folder) / "recipe.toml"))
    found = OnnxComparisons.model_validate_json((folder / CHECK).read_bytes())
    exact = [row for row in found.rows if row.precision == "fp32"]
    assert [row.n for row in exact] == [16_175, 3_965]
    assert all(row.labels_differ == 0 and row.largest_difference < 1e-4 for row in exact)
