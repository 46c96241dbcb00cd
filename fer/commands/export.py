"""`fer export`: write a run's model to one file."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer.commands.help import with_examples
from fer.commands.options import RunOrModel
from fer.wording import counted

if TYPE_CHECKING:
    from fer.evaluation.calibration import Calibration
    from fer.evaluation.folds import Fold
    from fer.networks.base import Network
    from fer.recipe import Recipe


class Format(StrEnum):
    """File formats of an exported model."""

    safetensors = "safetensors"
    onnx = "onnx"


@with_examples(
    "fer export runs/published --out published.safetensors",
    "fer export runs/published --format onnx --out published.onnx",
    "fer export runs/final --calibrate runs/wide/confirm --out final.safetensors",
)
def export(
    model: RunOrModel,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
    kind: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help="safetensors or onnx.")
    ] = Format.safetensors,
    calibrate: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="RUNS",
            help="Calibrate on the held-out faces of a run, or of all runs of the same recipe in a "
            "folder of runs. Repeat for more.",
        ),
    ] = None,
    card: Annotated[
        Path | None,
        typer.Option(metavar="FILE.md", help="Write a model card, too."),
    ] = None,
) -> None:
    """Write a model to one file, with its recipe.

    The recipe is in the file's metadata. ONNX needs the extra `onnx`; its model takes `images`,
    uint8 [faces, 48, 48], and returns `probabilities`, float32 [faces, classes]. The names of the
    classes are in its metadata, separated by commas.

    --calibrate fits the temperature that the logits are divided by before the softmax. It changes
    probabilities, never the predicted class. Runs of another recipe are refused; seeds and the
    share of held-out faces may differ, so a model trained on all faces takes its temperature from
    the folds of `fer search confirm`.

    --card writes data, recipe, accuracy on held-out faces, calibration, limits and misuse as
    Markdown. The accuracy is that of the runs of --calibrate, else of the run's own held-out faces.
    """
    import torch

    from fer.errors import BadInput
    from fer.evaluation.calibration import calibrate as fit
    from fer.evaluation.folds import faces_of, read_folds
    from fer.files import write_atomically, write_text
    from fer.model import load_model, to_safetensors

    if card is not None and card.resolve() == out.resolve():
        raise BadInput(f"--card {card}: must be another file than --out")
    network, recipe = load_model(model, torch.device("cpu"))
    folds = read_folds(calibrate or [], recipe, faces_of(model))
    if folds:
        network.calibration = fit([fold.scores for fold in folds])
        for line in _about(network.calibration):
            typer.echo(line)
    if kind is Format.onnx:
        from fer.onnx import to_onnx

        written = to_onnx(network, recipe)
    else:
        written = to_safetensors(network, recipe)
    text = _card(model, out.name, kind, written, network, recipe, folds) if card else ""
    write_atomically(out, lambda file: file.write(written))
    typer.echo(f"{out}: {recipe.hash}, {len(written):,} bytes")
    if card:
        write_text(card, text)
        typer.echo(f"{card}: model card")


def _card(
    model: Path,
    name: str,
    kind: Format,
    content: bytes,
    network: "Network",
    recipe: "Recipe",
    folds: "tuple[Fold, ...]",
) -> str:
    """The model's card, with the predictions of the folds, else of its own held-out faces."""
    from fer.evaluation.folds import read_folds
    from fer.evaluation.model_card import ModelCard, ModelFile, model_card
    from fer.networks.cost import network_cost
    from fer.run_record import read_record
    from fer.scores import VALIDATION

    if not folds and (model / VALIDATION).is_file():
        folds = read_folds([model], recipe, None)
    return model_card(
        ModelCard(
            files=(ModelFile(name, kind.value, content),),
            recipe=recipe,
            parameters=network_cost(recipe).parameters,
            calibration=network.calibration,
            record=read_record(model),
            folds=folds,
            own=[fold.run.resolve() for fold in folds] == [model.resolve()],
        )
    )


def _about(calibration: "Calibration") -> tuple[str, ...]:
    from fer.evaluation.calibration import BINS

    predictions = counted(calibration.faces, "held-out prediction")
    return (
        f"temperature {calibration.temperature:g}, fitted on {predictions} of "
        f"{counted(calibration.runs, 'run')}",
        f"expected calibration error {calibration.error_before:.4f} before, "
        f"{calibration.error_after:.4f} after ({BINS} bins, cross-validated); by chance "
        f"{calibration.error_by_chance:.4f}",
    )
