"""What README, docs and model card say of a model that ships, from the results beside it."""

import json
from pathlib import Path

import torch

from fer.errors import BadInput
from fer.evaluation.calibration import Calibration
from fer.evaluation.folds import Fold, read_folds
from fer.evaluation.model_card import ModelCard, ModelFile, TestResult, model_card
from fer.evaluation.onnx_comparisons import OnnxComparisons
from fer.intervals import wilson
from fer.model import MODEL, load_model
from fer.recipe import Recipe
from fer.run_record import read_record
from fer.validation import parse
from search.confirmation.figures import grades_of_winner, last_result, submissions_of_winner
from search.confirmation.openings import ALL
from search.confirmation.record import Confirmation, FinalRun
from tools.compare_onnx import CHECK, ONNX
from tools.confirmed_tables import read_confirmed

CARD = "MODEL_CARD.md"


def run_of(folder: Path) -> Path:
    """The run folder of the shipped model's training.

    Args:
        folder: the results of a confirmed study.
    """
    return folder / "runs" / _model_run(folder).run


def folds_of(folder: Path, recipe: Recipe) -> tuple[Fold, ...]:
    """The winner's runs on the folds, with their held-out predictions.

    Raises:
        BadInput: one is missing, damaged, or of another recipe or other faces than the model.
    """
    made = read_confirmed(folder).confirmation
    record = read_record(run_of(folder))
    runs = [
        folder / "runs" / run.run
        for run in made.fold_runs(_model_run(folder).candidate)
        if not run.reason
    ]
    return read_folds(runs, recipe, record.faces.hash if record else None)


def card_page(folder: Path) -> str:
    """The file of the card, as `tools.readme` fills it."""
    return f"<!-- card: written by `python -m tools.readme` -->\n{card(folder)}<!-- /card -->\n"


def card(folder: Path) -> str:
    """The model card of both files."""
    return model_card(_contents(folder))


def sentence(folder: Path) -> str:
    """That this model is the default, for the README."""
    return (
        "`Classifier.load()` and `fer predict` use the confirmed model, calibrated, which ships as "
        f"safetensors and ONNX with a [model card](studies/results/{folder.name}/{CARD}).\n"
    )


def paragraph(folder: Path) -> str:
    """What the default model is and how good it is."""
    contents = _contents(folder)
    made = read_confirmed(folder)
    fitted, record = contents.calibration, contents.record
    assert fitted is not None, "ship_model calibrates"
    assert record is not None, "a confirmation records its runs"
    sizes = " and ".join(f"`{f.name}` ({len(f.content) / 1e6:.1f} MB)" for f in contents.files)
    name = made.winner.name.replace("-", " ")
    return (
        f"It is the first seed of {name} of `{folder.name}`, which `fer search confirm` chose, "
        f"trained on all {record.faces.training:,} faces: `{contents.recipe.network}`, "
        f"{contents.parameters:,} parameters. On the {fitted.runs} folds of the confirmation, runs "
        f"of its recipe have an accuracy of {contents.accuracy} (mean ± SD, n = {fitted.runs}). "
        f"{_test_words(contents)}\n\n{_calibration_words(fitted)}\n\n{sizes} are the same model"
        f"{_onnx_words(contents.comparisons)}. Recall of each class, limits and misuse are in the "
        f"[model card](../studies/results/{folder.name}/{CARD}).\n"
    )


def _test_words(contents: ModelCard) -> str:
    if contents.test is None:
        return "Its predictions on the test images are not graded yet."
    low, high = contents.test.ci95
    return (
        f"On {contents.test.n:,} test images it has {contents.test.accuracy:.4f} (95 % interval "
        f"{low:.4f} to {high:.4f})."
    )


def _calibration_words(fitted: Calibration) -> str:
    return (
        f"Its temperature, {fitted.temperature:g}, was fitted on the {fitted.faces:,} held-out "
        f"predictions of these runs. Their expected calibration error is {fitted.error_before:.4f} "
        f"without it, {fitted.error_after:.4f} with that of the other folds, and would by chance "
        f"be {fitted.error_by_chance:.4f} if the model were perfectly calibrated."
    )


def _onnx_words(found: OnnxComparisons | None) -> str:
    if found is None:
        return ""
    exact = [row for row in found.rows if row.precision == "fp32"]
    half = [row for row in found.rows if row.precision == "bf16"]
    total = sum(row.n for row in exact)
    differ, other = (sum(row.labels_differ for row in rows) for rows in (exact, half))
    largest, other_largest = (max(r.largest_difference for r in rows) for rows in (exact, half))
    return (
        f": on all {total:,} training and test images, {differ} labels of ONNX Runtime differ from "
        f"torch's in fp32 (probabilities by at most {largest:.1e}), and {other} from torch's in "
        f"bf16, the default on some processors (by at most {other_largest:.3f})"
    )


def _contents(folder: Path) -> ModelCard:
    made = read_confirmed(folder).confirmation
    network, recipe = load_model(folder / MODEL, torch.device("cpu"))
    number = _model_run(folder).number
    own = (each for each in submissions_of_winner(made) if each.seeds == (number,))
    submission = next(own, None)
    files = (
        ModelFile(MODEL, "safetensors", (folder / MODEL).read_bytes()),
        ModelFile(ONNX, "onnx", (folder / ONNX).read_bytes()),
    )
    return ModelCard(
        files=files,
        recipe=recipe,
        parameters=sum(each.numel() for each in network.parameters()),
        calibration=network.calibration,
        record=read_record(run_of(folder)),
        folds=folds_of(folder, recipe),
        test=test_result(made, number),
        not_graded=f"runs/{submission.file}" if submission else "",
        comparisons=_comparisons(folder / CHECK, files),
    )


def _comparisons(path: Path, files: tuple[ModelFile, ...]) -> OnnxComparisons:
    found = parse(OnnxComparisons, json.loads(path.read_text(encoding="utf-8")), str(path))
    if [found.safetensors, found.onnx] != [file.sha256 for file in files]:
        raise BadInput(f"{path}: is of other files: run `python -m tools.compare_onnx` again")
    return found


def test_result(made: Confirmation, number: int) -> TestResult | None:
    """The accuracy on test images of one of the winner's final runs, if it is known.

    Args:
        number: of the final run.
    """
    opening = last_result(made)
    if opening and opening.result and made.choice and opening.winner == made.choice.winner:
        part = opening.result.correct[ALL]
        correct = dict(zip(opening.result.runs, part.seeds, strict=True))[number]
        return _test_result("fer search confirm", correct, part.n)
    for submission, grade in grades_of_winner(made):
        if submission.seeds == (number,):
            by = "those who hold the test labels, outside this repository"
            return _test_result(by, round(grade.accuracy * grade.n), grade.n)
    return None


def _test_result(by: str, correct: int, n: int) -> TestResult:
    # Submissions and openings are both with flip TTA.
    return TestResult(by, n, correct / n, wilson(correct, n), {}, "flip")


def _model_run(folder: Path) -> FinalRun:
    run = read_confirmed(folder).confirmation.model_run
    if run is None:
        raise BadInput(f"{folder}: every final run failed: expected a model of the winner")
    return run
