"""A recipe is trained to a run folder, to the same weights each time."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import fer.training.state
from fer.errors import Diverged
from fer.faces.types import Faces
from fer.inference import predict_faces
from fer.model import load_model
from fer.recipe import Recipe, Tta
from fer.scores import VALIDATION, read_scores
from fer.training import Epoch, Result, train

CPU = torch.device("cpu")


def run_once(recipe: Recipe, faces: Faces, run: Path, **options: object) -> Result:
    return train(recipe, faces, run, device=CPU, threads=1, **options)  # type: ignore[arg-type]


def test_a_run_learns_and_leaves_its_folder(tmp_path: Path, tiny: Recipe, faces: Faces) -> None:
    recipe = tiny.with_values({"epochs": 8, "augmentation": 0.2, "validation": 0.25})
    result = run_once(recipe, faces, tmp_path / "run")
    assert result.validation_accuracy is not None
    assert result.validation_accuracy > 0.9
    assert [epoch.number for epoch in result.history] == list(range(1, 9))
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "recipe.toml",
        "history.csv",
        "metrics.json",
        "model.safetensors",
        "validation.npz",
    }
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert metrics["recipe_hash"] == recipe.hash
    assert metrics["faces"]["training"] + metrics["faces"]["validation"] == len(faces)


@pytest.mark.parametrize("tta", ["none", "flip"])
def test_an_evaluation_averages_the_views_that_the_recipe_names(
    tmp_path: Path, tiny: Recipe, faces: Faces, tta: Tta
) -> None:
    recipe = tiny.with_values({"epochs": 1, "validation": 0.25, "tta": tta})
    result = run_once(recipe, faces, tmp_path)
    network, _ = load_model(tmp_path, CPU)
    scores = read_scores(tmp_path / VALIDATION)
    expected = predict_faces(network, faces.images[scores.index], CPU, tta=tta)
    np.testing.assert_allclose(scores.probabilities, expected, atol=1e-6)
    assert result.history[-1].validation_accuracy == scores.evaluation(recipe.classes).accuracy
    picked = scores.probabilities[np.arange(len(scores)), scores.label]
    assert result.history[-1].validation_loss == pytest.approx(-np.log(picked).mean(), rel=1e-4)


def test_a_run_killed_after_its_last_epoch_is_evaluated_when_it_resumes(
    tmp_path: Path, tiny: Recipe, faces: Faces
) -> None:
    def stop(epoch: Epoch) -> None:
        if epoch.number == recipe.epochs:
            raise InterruptedError

    recipe = tiny.with_values({"epochs": 2, "validation": 0.25})
    run_once(recipe, faces, tmp_path / "whole")
    with pytest.raises(InterruptedError):
        run_once(recipe, faces, tmp_path / "killed", on_epoch=stop)
    run_once(recipe, faces, tmp_path / "killed", resume=True)
    scores = [(tmp_path / run / "validation.npz").read_bytes() for run in ("whole", "killed")]
    assert scores[0] == scores[1]


@pytest.mark.parametrize("optimiser", ["adam", "adamw", "sgd"])
@pytest.mark.parametrize("ema", [0.0, 0.9])
def test_the_same_seed_gives_the_same_weights(
    tmp_path: Path, tiny: Recipe, faces: Faces, optimiser: str, ema: float
) -> None:
    recipe = tiny.with_values({"optimiser": optimiser, "ema": ema, "epochs": 2})
    for name in ("a", "b"):
        run_once(recipe, faces, tmp_path / name)
    run_once(recipe.with_values({"seed": 1}), faces, tmp_path / "c")
    a, b, c = ((tmp_path / name / "model.safetensors").read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_divergence_ends_the_run_and_keeps_the_last_good_checkpoint(
    tmp_path: Path, tiny: Recipe, faces: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blow_up(epoch: Epoch) -> None:
        if epoch.number == 2:
            step = fer.training.state.State.optimiser_step
            monkeypatch.setattr(
                fer.training.state.State, "optimiser_step", lambda self, rate: step(self, math.inf)
            )

    with pytest.raises(
        Diverged, match=r"epoch 3; its last good checkpoint is kept: lower"
    ) as error:
        run_once(tiny, faces, tmp_path, on_epoch=blow_up)
    assert "\n" not in str(error.value)
    monkeypatch.undo()
    result = run_once(tiny, faces, tmp_path, resume=True)
    assert len(result.history) == 3
    assert math.isfinite(result.history[-1].train_loss)


def test_nothing_held_out_leaves_no_validation_figures(
    tmp_path: Path, tiny: Recipe, faces: Faces
) -> None:
    result = run_once(tiny.with_values({"validation": 0.0, "epochs": 1}), faces, tmp_path)
    assert result.validation_accuracy is None
    assert json.loads((tmp_path / "metrics.json").read_text())["faces"]["validation"] == 0


def test_the_model_is_the_average_of_the_weights(
    tmp_path: Path, tiny: Recipe, faces: Faces
) -> None:
    run_once(tiny, faces, tmp_path / "average")
    run_once(tiny.with_values({"ema": 0.0}), faces, tmp_path / "last")
    average, last = (
        load_file(tmp_path / name / "model.safetensors") for name in ("average", "last")
    )
    assert any(not torch.equal(average[name], last[name]) for name in last)


def test_fewer_faces_than_a_batch_still_train(tmp_path: Path, tiny: Recipe, faces: Faces) -> None:
    assert run_once(tiny.with_values({"batch_size": 4096, "epochs": 1}), faces, tmp_path).history


def test_bf16_trains_where_it_is_asked_for(
    tmp_path: Path, tiny: Recipe, faces: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fer.training.state, "precision", lambda device: "bf16")
    recipe = tiny.with_values({"epochs": 8, "augmentation": 0.2, "validation": 0.25})
    result = run_once(recipe, faces, tmp_path)
    assert result.validation_accuracy is not None
    assert result.validation_accuracy > 0.9
    assert json.loads((tmp_path / "metrics.json").read_text())["machine"]["precision"] == "bf16"
