"""`fer export`: a model as a file, calibrated on the folds of its recipe."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from made_scores import make_scores

from fer import digest
from fer.model import load_model
from fer.run_metrics import FILES, METRICS
from fer.scores import VALIDATION, Scores, read_scores, write_scores

Fer = Callable[..., tuple[int, str, str]]


@pytest.fixture
def fold(run: Path) -> Path:
    """A run of a recipe that held 60 faces out, and is right about most of them.

    Its metrics have no digests, as those of an earlier version.
    """
    scores = read_scores(run / VALIDATION)
    made = make_scores(0.8, faces=len(scores))
    write_scores(run / VALIDATION, Scores(scores.index, made.label, made.probabilities))
    metrics = json.loads((run / METRICS).read_text())
    kept = {key: value for key, value in metrics.items() if key not in (FILES, digest.KEY)}
    (run / METRICS).write_text(json.dumps(kept))
    return run


def test_a_model_of_all_faces_is_calibrated_on_a_fold_of_its_recipe(
    fer: Fer, fold: Path, source: Path, recipe: Path, tmp_path: Path
) -> None:
    final, model = tmp_path / "final", tmp_path / "final.safetensors"
    values = ["--set", "epochs=1", "--set", "validation=0", "--set", "seed=7"]
    fer("train", recipe, "--data", source, "--out", final, "--threads", 1, *values)
    status, out, _ = fer("export", final, "--calibrate", fold, "--out", model)
    network, _ = load_model(model, torch.device("cpu"))
    assert (status, network.calibration is not None) == (0, True)
    assert out.splitlines()[0] == (
        f"temperature {network.temperature:g}, fitted on 60 held-out predictions of 1 run"
    )
    assert out.splitlines()[1].startswith("expected calibration error 0.")
    again = tmp_path / "again.safetensors"
    assert fer("export", model, "--out", again)[0] == 0
    assert again.read_bytes() == model.read_bytes(), "a calibrated model stays so"


def test_without_calibration_the_model_is_the_run_s_own(
    fer: Fer, run: Path, tmp_path: Path
) -> None:
    assert fer("export", run, "--out", tmp_path / "a.safetensors")[0] == 0
    assert (tmp_path / "a.safetensors").read_bytes() == (run / "model.safetensors").read_bytes()


def test_a_calibrated_model_predicts_other_probabilities_and_the_same_classes(
    fer: Fer, fold: Path, source: Path, tmp_path: Path
) -> None:
    model = tmp_path / "calibrated.safetensors"
    fer("export", fold, "--calibrate", fold, "--out", model)
    plain, calibrated = (
        json.loads(fer("predict", "--model", each, "--data", source, "--json")[1])["images"]
        for each in (fold, model)
    )
    pairs = [(a["faces"][0], b["faces"][0]) for a, b in zip(plain, calibrated, strict=True)]
    assert len(pairs) == 60
    assert all(a["label"] == b["label"] for a, b in pairs)
    assert all(a["probabilities"] != b["probabilities"] for a, b in pairs)


def test_a_run_of_another_recipe_calibrates_nothing(
    fer: Fer, fold: Path, source: Path, recipe: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    values = ["--set", "epochs=1", "--set", "dropout=0.5"]
    fer("train", recipe, "--data", source, "--out", other, "--threads", 1, *values)
    out = tmp_path / "other.safetensors"
    status, _, err = fer("export", other, "--calibrate", fold, "--out", out)
    assert (status, err.count("\n"), out.exists()) == (2, 1, False)
    assert err == (
        f"fer: {fold / 'recipe.toml'}: dropout = 0.3: must be 0.5, as all must be of one recipe\n"
    )


def test_a_card_is_written_with_the_model(fer: Fer, fold: Path, tmp_path: Path) -> None:
    model, card = tmp_path / "fold.safetensors", tmp_path / "fold.md"
    status, out, _ = fer("export", fold, "--calibrate", fold, "--out", model, "--card", card)
    text = card.read_text()
    assert (status, out.splitlines()[-1]) == (0, f"{card}: model card")
    assert hashlib.sha256(model.read_bytes()).hexdigest() in text
    assert "On the faces that this model held out of its training:" in text
    assert "| before | 0." in text
    assert "Trained on 180 faces, with 60 faces held\nout" in text


def test_a_card_has_a_file_of_its_own(fer: Fer, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.md"
    status, _, err = fer("export", run, "--out", out, "--card", out)
    assert (status, out.exists()) == (2, False)
    assert err == f"fer: --card {out}: must be another file than --out\n"


@pytest.mark.onnx
def test_an_onnx_model_has_the_temperature_in_its_graph(
    fer: Fer, fold: Path, source: Path, tmp_path: Path
) -> None:
    import onnxruntime

    model = tmp_path / "fold.onnx"
    arguments = ["--format", "onnx", "--calibrate", fold, "--out", model]
    assert fer("export", fold, *arguments)[0] == 0
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    images = np.load(source)["train_images"]
    probabilities = session.run(["probabilities"], {"images": images})[0]
    network, recipe = load_model(fold, torch.device("cpu"))
    with torch.inference_mode():
        logits = network(torch.from_numpy(images)[:, None] / 255)
    expected = (logits / float(metadata["temperature"])).softmax(1)
    np.testing.assert_allclose(probabilities, expected, rtol=0, atol=1e-4)
    assert json.loads(metadata["fer_recipe"]) == recipe.model_dump(mode="json")
