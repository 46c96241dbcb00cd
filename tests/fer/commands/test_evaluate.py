"""`fer evaluate` and `fer export`: from a run to its figures and its model."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

Fer = Callable[..., tuple[int, str, str]]


def test_train_evaluate_predict_and_export(
    fer: Fer, source: Path, recipe: Path, tmp_path: Path
) -> None:
    run, model = tmp_path / "run", tmp_path / "model.safetensors"
    assert fer("train", recipe, "--data", source, "--out", run, "--threads", 1)[0] == 0
    assert fer("export", run, "--format", "safetensors", "--out", model)[0] == 0
    status, out, _ = fer("evaluate", model, "--data", source, "--split", "validation", "--json")
    evaluation = json.loads(out)
    assert status == 0
    assert set(evaluation) == {"n", "accuracy", "ci95", "macro_f1", "per_class", "confusion"}
    assert (evaluation["n"], evaluation["accuracy"]) == (60, pytest.approx(1, abs=0.1))
    metrics = json.loads((run / "metrics.json").read_text())
    assert evaluation["accuracy"] == pytest.approx(metrics["validation_accuracy"])
    status, out, _ = fer("evaluate", run, "--data", source, "--split", "test", "--tta")
    assert "95 % interval" in out
    assert "macro F1" in out
    submission = tmp_path / "submission.csv"
    assert (
        fer("predict", "--model", run, "--data", source, "--split", "test", "--out", submission)[0]
        == 0
    )
    lines = submission.read_text().splitlines()
    assert lines[0] == "id,label"
    assert [line.split(",")[0] for line in lines[1:]] == [str(i) for i in range(60)]
    assert {line.split(",")[1] for line in lines[1:]} == {"0", "1", "2"}


def test_the_faces_in_another_order_are_not_taken_for_those_held_out(
    fer: Fer, source: Path, recipe: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    fer("train", recipe, "--data", source, "--out", run, "--threads", 1, "--set", "epochs=1")
    arrays = {name: values[::-1] for name, values in np.load(source).items()}
    np.savez(tmp_path / "reversed.npz", **arrays)
    status, _, err = fer(
        "evaluate", run, "--data", tmp_path / "reversed.npz", "--split", "validation"
    )
    assert status == 2
    assert "expected the source that it was trained on" in err


def test_a_model_is_not_compared_with_labels_that_are_not_there(
    fer: Fer, source: Path, unlabelled: Path, recipe: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    fer("train", recipe, "--data", source, "--out", run, "--set", "epochs=1", "--threads", 1)
    for split, named in (("validation", "train"), ("test", "test")):
        status, _, error = fer("evaluate", run, "--data", unlabelled, "--split", split)
        assert status == 2
        assert error.startswith(f"fer: {unlabelled}: its {named} images have no labels")
