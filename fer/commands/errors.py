"""`fer errors`: which held-out faces a recipe misclassifies."""

import json
from pathlib import Path
from typing import Annotated

import typer

from fer.commands.help import with_examples
from fer.commands.options import Source


@with_examples(
    "fer errors runs/published --data fer2013.csv --out errors/",
    "fer errors runs/published --data fer2013.csv --json",
)
def errors(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN...", help="Finished runs of one recipe that held faces out."),
    ],
    data: Source,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write errors.json, mistakes.csv and mistakes.png, a sheet of the most confident "
            "mistakes.",
        ),
    ] = None,
    shown: Annotated[
        int, typer.Option(metavar="N", min=1, max=2000, help="Mistakes on the sheet.")
    ] = 96,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Analyse the mistakes on held-out faces.

    Counts the mistakes by class, by byte-identical copies of a face (none, with the same label, or
    with another one), and by confidence: the probability of the prediction. No image is predicted
    again: a run keeps the probabilities of its held-out faces. Several runs, such as the folds of
    `fer search confirm`, may differ in their seeds and splits alone; the probabilities of a face
    that several of them held out are averaged.
    """
    from fer.errors import BadInput
    from fer.evaluation.errors import analyse
    from fer.evaluation.errors_output import mistakes_csv, render
    from fer.evaluation.folds import RECIPE, read_folds
    from fer.evaluation.held_out import check_faces
    from fer.evaluation.mistakes import draw_mistakes
    from fer.faces import load_faces, require_labels
    from fer.files import write_atomically, write_text
    from fer.recipe import load_recipe

    for run in runs:
        if not (run / RECIPE).is_file():
            raise BadInput(f"{run}: expected the folder of a finished run that held faces out")
    recipe = load_recipe(str(runs[0] / RECIPE))
    folds = read_folds(runs, recipe, None)
    faces = load_faces(data, "train", recipe.classes)
    require_labels(faces, data, "train")
    for fold in folds:
        check_faces(fold.run, faces, data)
    analysis = analyse([fold.scores for fold in folds], faces)
    if out is not None:
        columns = 12
        sheet = draw_mistakes(analysis.scores, faces, -(-shown // columns), columns)
        out.mkdir(parents=True, exist_ok=True)
        write_text(out / "errors.json", json.dumps(analysis.as_json(), indent=1) + "\n")
        write_text(out / "mistakes.csv", mistakes_csv(analysis, faces))
        write_atomically(out / "mistakes.png", lambda file: sheet.save(file, "PNG"))
    if as_json:
        typer.echo(json.dumps(analysis.as_json()))
    else:
        render(analysis)
        if out is not None:
            typer.echo(f"{out}: errors.json, mistakes.csv and mistakes.png")
