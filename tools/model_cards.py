"""Cards of committed models, from the committed results beside them."""

from pathlib import Path

import torch

from fer.evaluation.folds import read_folds
from fer.evaluation.model_card import ModelCard, ModelFile, TestResult, model_card
from fer.model import MODEL, load_model
from fer.networks.cost import network_cost
from fer.run_record import read_record
from tools.grade import FILE, read_grade


def graded_card(folder: Path) -> str:
    """The card of the model whose submission was graded.

    Args:
        folder: with the model, ``grade.json``, the metrics of the training run that it names, and
            in ``runs/`` perhaps runs of the recipe with their held-out predictions.

    Raises:
        BadInput: the grade is of another submission, or the runs are of another recipe.
        ValueError: the grade is of several models.
    """
    grade = read_grade(folder)
    if grade.seeds != 1:
        raise ValueError(f"{folder / FILE}: seeds = {grade.seeds}: a card is of one model")
    network, recipe = load_model(folder / MODEL, torch.device("cpu"))
    record = read_record(folder / grade.training_run)
    has_folds = any((folder / "runs").glob("*/validation.npz"))
    folds = (
        read_folds([folder / "runs"], recipe, record.faces.hash if record else None)
        if has_folds
        else ()
    )
    return model_card(
        ModelCard(
            files=(ModelFile(MODEL, "safetensors", (folder / MODEL).read_bytes()),),
            recipe=recipe,
            parameters=network_cost(recipe).parameters,
            calibration=network.calibration,
            record=record,
            folds=folds,
            test=TestResult(
                by=grade.graded_by,
                n=grade.n,
                accuracy=grade.accuracy,
                ci95=grade.ci95,
                recall=grade.recall,
                tta=grade.tta,
            ),
        )
    )
