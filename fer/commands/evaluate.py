"""`fer evaluate`: a model against labels."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from fer.commands.options import Device, RunOrModel, Source, Threads, Tta


class Split(StrEnum):
    """What can be evaluated on."""

    test = "test"
    validation = "validation"


def evaluate(
    model: RunOrModel,
    data: Source,
    split: Annotated[
        Split, typer.Option(help="validation: what was held out of the source it was trained on.")
    ],
    tta: Tta = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    device: Device = "auto",
    threads: Threads = 0,
) -> None:
    """Compare a model's predictions with labels.

    Prints accuracy with Wilson's 95 % interval, precision, recall and F1 by class, and the
    confusion matrix.

    Examples:

      fer evaluate runs/published --data fer2013.csv --split validation

      fer evaluate model.safetensors --data fer2013.csv --split test --tta --json
    """
    import torch

    from fer.device import choose_device
    from fer.evaluation import compare, predict_faces, render
    from fer.faces import load_faces, require_labels
    from fer.model import load_model
    from fer.process import available_cores

    torch.set_num_threads(threads or available_cores())
    where = choose_device(device)
    network, recipe = load_model(model, where)
    if split is Split.validation:
        from fer.evaluation.held_out import check_faces, held_out

        faces = load_faces(data, "train", recipe.classes)
        require_labels(faces, data, "train")
        check_faces(model, faces, data)
        faces = held_out(faces, recipe, str(model))
    else:
        faces = load_faces(data, "test", recipe.classes)
    labels = require_labels(faces, data, "test")
    evaluation = compare(labels, predict_faces(network, faces, where, tta).labels, recipe.classes)
    if as_json:
        typer.echo(json.dumps(evaluation.as_json()))
    else:
        render(evaluation)
