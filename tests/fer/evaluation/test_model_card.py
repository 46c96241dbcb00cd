"""Model cards: the figures come from the runs, and text from outside stays text."""

from dataclasses import replace
from pathlib import Path

import pytest
from made_scores import make_scores

from fer.evaluation.calibration import Calibration
from fer.evaluation.folds import Fold
from fer.evaluation.model_card import ModelCard, ModelFile, TestResult, model_card
from fer.evaluation.onnx_comparisons import OnnxComparison, OnnxComparisons
from fer.recipe import Recipe
from fer.run_record import RunRecord

RECORD = RunRecord.model_validate(
    {
        "faces": {
            "hash": "ab" * 32,
            "counts": {"angry": 3995, "happy": 7215, "neutral": 4965},
            "training": 16175,
            "validation": 0,
        },
        "epochs": 20,
        "train_accuracy": 0.8885,
        "training_seconds": 453.9,
        "machine": {"processor": "AMD EPYC", "precision": "bf16", "threads": 1},
        "versions": {"torch": "2.15.0"},
        "sha256": "not shown",
    }
)


@pytest.fixture
def bare() -> ModelCard:
    """A model of which nothing is known but its file."""
    return ModelCard((ModelFile("m.onnx", "onnx", b"model"),), Recipe(), 979_171, None, None)


@pytest.fixture
def full(bare: ModelCard) -> ModelCard:
    folds = [Fold(Path(f"fold-{n}"), "ab" * 32, make_scores(0.8 + n / 100, n)) for n in (1, 3)]
    calibration = Calibration(
        temperature=1.25,
        faces=1200,
        runs=2,
        error_before=0.1234,
        error_after=0.0234,
        error_by_chance=0.0214,
    )
    return replace(bare, folds=tuple(folds), calibration=calibration, record=RECORD)


def part(text: str, heading: str) -> str:
    return text.split(f"## {heading}\n")[1].split("\n## ", maxsplit=1)[0]


def test_the_accuracy_is_that_of_the_folds_with_intervals(full: ModelCard) -> None:
    accuracy = part(model_card(full), "Accuracy")
    assert "2 other runs" in accuracy
    assert "| `fold-1` | 0.8100 | 0.7767 to 0.8394 | 600 |" in accuracy
    assert "| mean ± SD | 0.8200 ± 0.0141 | | |" in accuracy
    counts = full.pooled.confusion[1]
    assert f"| happy | {counts[0]} | {counts[1]} | {counts[2]} |" in accuracy
    row = full.pooled.per_class["neutral"]
    assert f"| neutral | {row.recall:.4f} | {row.recall_ci95[0]:.4f} to " in accuracy


def test_the_calibration_is_shown_before_and_after(full: ModelCard) -> None:
    calibration = part(model_card(full), "Calibration")
    assert "fitted to 1,200 held-out predictions of\n2 runs" in calibration
    assert "| before | 0.1234 |\n| after, cross-validated | 0.0234 |" in calibration
    assert "by chance | 0.0214 |" in calibration


def test_the_data_of_the_training_and_their_licence_are_named(full: ModelCard) -> None:
    data = part(model_card(full), "Training data")
    assert "| happy | 7,215 |" in data
    assert "ab" * 32 in data
    assert "FER2013 is for research use" in data
    faces = RECORD.faces.model_copy(update={"counts": {"angry": 10, "happy": 7215}})
    others = replace(full, record=RECORD.model_copy(update={"faces": faces}))
    assert "**Licence of the data**: not recorded" in part(model_card(others), "Training data")


def test_the_recipe_is_shown_without_later_keys_at_their_defaults(full: ModelCard) -> None:
    training = part(model_card(full), "Training")
    assert "dropout = 0.3\n" in training
    assert "network" not in training
    other = replace(full, recipe=full.recipe.with_values({"network": "vgg"}))
    assert 'network = "vgg"\n' in part(model_card(other), "Training")


def test_what_is_not_known_is_said(bare: ModelCard) -> None:
    text = model_card(bare)
    assert "does not record the faces" in text
    assert "Not measured" in part(text, "Accuracy")
    assert "Not calibrated" in part(text, "Calibration")
    assert "| temperature | 1 (not calibrated) |" in text
    assert text.endswith("(AI Act, Article 5).\n")
    for heading in ("Use", "Training", "Limits", "Misuse"):
        assert part(text, heading).strip()


def test_a_grade_comes_first(full: ModelCard) -> None:
    grade = TestResult("somebody", 3965, 0.8416, (0.8299, 0.8526), {"angry": 0.762}, "flip")
    accuracy = part(model_card(replace(full, test=grade)), "Accuracy")
    first = accuracy.strip().splitlines()[0]
    assert first.startswith(
        "On 3,965 test images: **0.8416** (Wilson's 95 % interval 0.8299 to 0.8526)"
    )
    assert "averaged over the image and its mirror image" in accuracy
    assert "| angry | 0.762 |" in accuracy


def test_predictions_that_nobody_graded_are_said_to_be_so(full: ModelCard) -> None:
    assert "Not graded yet" not in model_card(full)
    waiting = replace(full, not_graded="submission-seed-1.csv")
    assert "**Not graded yet** on test images: its predictions of them are in `submission-" in part(
        model_card(waiting), "Accuracy"
    )
    grade = TestResult("somebody", 3965, 0.84, (0.83, 0.85), {}, "flip")
    graded = model_card(replace(waiting, test=grade))
    assert "Not graded yet" not in graded
    assert "| class | recall |\n" not in graded


def test_how_far_onnx_is_from_torch_is_shown_for_each_precision(full: ModelCard) -> None:
    row = OnnxComparison(
        images="test",
        n=3965,
        images_hash="ab",
        precision="bf16",
        labels_differ=5,
        largest_difference=0.0139,
    )
    found = OnnxComparisons(
        safetensors="ab" * 32,
        onnx="cd" * 32,
        processor="Intel Xeon",
        threads=2,
        versions={"torch": "2.15.0", "onnxruntime": "1.32.0"},
        rows=(row,),
    )
    text = part(model_card(replace(full, comparisons=found)), "ONNX against torch")
    assert "| test | 3,965 | bf16 | 5 | 1.4e-02 |" in text
    assert "ONNX Runtime 1.32.0 against torch 2.15.0 on Intel Xeon" in text


def test_the_use_is_that_of_the_format(bare: ModelCard) -> None:
    assert "onnxruntime.InferenceSession" in part(model_card(bare), "Use")
    other = model_card(replace(bare, files=(ModelFile("model.safetensors", "safetensors", b""),)))
    assert "onnxruntime" not in part(other, "Use")
    assert 'Classifier.load("model.safetensors")' in part(other, "Use")


def test_a_name_begins_no_markup(full: ModelCard) -> None:
    machine = {"processor": "<img src=x> [a](b) | *b*\n# c", "precision": "fp32"}
    folds = (replace(full.folds[0], run=Path("a`|b")), full.folds[1])
    card = replace(
        full,
        files=(ModelFile("*m*|`.onnx", "onnx", b"model"),),
        record=RECORD.model_copy(update={"machine": machine}),
        folds=folds,
    )
    text = model_card(card)
    assert text.startswith("# Model card: \\*m\\*\\|\\`.onnx\n")
    assert "| file | `` *m*\\|`.onnx ``, 5 bytes |" in text
    assert r"\<img src=x\> \[a\](b) \| \*b\*\\n\# c" in text
    assert r"| `` a`\|b `` |" in text
