"""`fer evaluate`: compare a model's predictions with labels."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from fer.commands.help import with_examples
from fer.commands.options import Device, RunOrModel, Source, Threads, Tta, TtaCrops, chosen_tta


class Split(StrEnum):
    """What can be evaluated on."""

    test = "test"
    validation = "validation"


@with_examples(
    "fer evaluate runs/published --data fer2013.csv --split validation",
    "fer evaluate model.safetensors --data fer2013.csv --split test --tta",
)
def evaluate(
    model: RunOrModel,
    data: Source,
    split: Annotated[
        Split,
        typer.Option(metavar="SPLIT", help="test, or validation: the faces held out of training."),
    ],
    tta: Tta = None,
    tta_crops: TtaCrops = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    device: Device = "auto",
    threads: Threads = 0,
) -> None:
    """Compare a model's predictions with labels.

    Print accuracy with Wilson's 95 % interval, precision, recall and F1 by class, and the
    confusion matrix.
    """
    import torch

    from fer.device import choose_device
    from fer.evaluation import evaluate_predictions, render
    from fer.faces import load_faces, require_labels
    from fer.inference import predict_faces
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
    views = chosen_tta(tta, tta_crops) or recipe.tta
    predictions = predict_faces(network, faces.images, where, tta=views).argmax(1)
    evaluation = evaluate_predictions(labels, predictions, recipe.classes)
    if as_json:
        typer.echo(json.dumps(evaluation.as_json()))
    else:
        render(evaluation)
