r"""A blind rating of mistakes: how many are errors of the label rather than of the network?

    python -m tools.rate_mistakes draw RUN... --data fer2013-train.zip --out sheets/
    python -m tools.rate_mistakes join RUN... --data fer2013-train.zip --ratings ratings.csv \
        --out ratings.json

``draw`` writes pages of numbered, enlarged faces in random order, without label or prediction, and
``ratings.csv``, in which a rater fills the column ``rating`` (a class, or ``unclear``). ``join``
compares the ratings with labels and predictions.
"""

import csv
import io
import json
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from PIL import Image, ImageDraw

from fer.errors import BadInput
from fer.evaluation.errors import pool
from fer.evaluation.folds import RECIPE, read_folds
from fer.faces import load_faces
from fer.faces.types import SIZE, Faces
from fer.files import write_atomically, write_text
from fer.recipe import load_recipe
from fer.scores import Scores

CONFIDENT = 0.8
"""A mistake with a higher probability is a confident one."""

DRAWN = {"confident mistakes": 60, "other mistakes": 40, "correct": 40}
UNCLEAR = "unclear"
ACROSS, DOWN, ZOOM, GAP, LINE = 5, 4, 4, 10, 14

app = typer.Typer(help=__doc__, add_completion=False)
Runs = Annotated[list[Path], typer.Argument(metavar="RUN...")]
Data = Annotated[str, typer.Option("--data", metavar="SOURCE")]


def kinds_of(scores: Scores) -> dict[str, Any]:
    """The rows of each kind that is drawn from."""
    wrong = scores.predicted != scores.label
    confident = scores.probabilities.max(axis=1) > CONFIDENT
    return {
        "confident mistakes": np.flatnonzero(wrong & confident),
        "other mistakes": np.flatnonzero(wrong & ~confident),
        "correct": np.flatnonzero(~wrong),
    }


def draw_rows(scores: Scores, seed: int) -> list[int]:
    """A random sample of each kind, in random order, as rows of the scores."""
    random = np.random.default_rng(seed)
    kinds = kinds_of(scores)
    rows = [random.choice(kinds[kind], n, replace=False) for kind, n in DRAWN.items()]
    order: list[int] = random.permutation(np.concatenate(rows)).tolist()
    return order


def page(faces: Faces, indices: list[int], first: int) -> Image.Image:
    """Enlarged faces with their numbers, from ``first`` on, and nothing else."""
    side = SIZE * ZOOM
    picture = Image.new("L", (ACROSS * (side + GAP) + GAP, DOWN * (side + LINE + GAP) + GAP), 255)
    pen = ImageDraw.Draw(picture)
    for place, index in enumerate(indices):
        row, column = divmod(place, ACROSS)
        left, top = GAP + column * (side + GAP), GAP + row * (side + LINE + GAP)
        face = Image.fromarray(np.asarray(faces.images[index]))
        picture.paste(face.resize((side, side), Image.Resampling.BICUBIC), (left, top))
        pen.text((left, top + side + 1), str(first + place), fill=0)
    return picture


def summary(scores: Scores, faces: Faces, ratings: dict[str, str]) -> dict[str, Any]:
    """How often, for each kind, the rater agrees with the label, the prediction, or neither.

    Args:
        ratings: a class or ``unclear``, by the id of the face.
    """
    row_of = {faces.ids[index]: row for row, index in enumerate(scores.index)}
    kinds = {row: kind for kind, rows in kinds_of(scores).items() for row in rows.tolist()}
    counts = {
        kind: {"n": 0, "label": 0, "prediction": 0, "other class": 0, UNCLEAR: 0} for kind in DRAWN
    }
    for name, rating in ratings.items():
        row = row_of[name]
        count = counts[kinds[row]]
        count["n"] += 1
        # A correct prediction is the label.
        if rating == faces.classes[scores.label[row]]:
            count["label"] += 1
        elif rating == faces.classes[scores.predicted[row]]:
            count["prediction"] += 1
        else:
            count[UNCLEAR if rating == UNCLEAR else "other class"] += 1
    return {
        kind: {**count, "of all": len(kinds_of(scores)[kind])} for kind, count in counts.items()
    }


def read_ratings(path: Path, faces: Faces) -> dict[str, str]:
    """The rating of each face, by its id.

    Raises:
        BadInput: a rating is no class, or a face is unknown.
    """
    expected = (*faces.classes, UNCLEAR)
    ids = set(faces.ids)
    ratings = {}
    for number, line in enumerate(csv.DictReader(io.StringIO(path.read_text("utf-8"))), 2):
        name, rating = line.get("id", ""), line.get("rating", "")
        if name not in ids:
            raise BadInput(f"{path}: line {number}: id = {name!r}: expected a face of the source")
        if rating not in expected:
            raise BadInput(
                f"{path}: line {number}: rating = {rating!r}: expected {', '.join(expected)}"
            )
        ratings[name] = rating
    return ratings


def read(runs: list[Path], data: str) -> tuple[Scores, Faces]:
    """The pooled predictions of the runs, and the faces that they are of."""
    recipe = load_recipe(str(runs[0] / RECIPE))
    faces = load_faces(data, "train", recipe.classes)
    folds = read_folds(runs, recipe, faces.hash)
    return pool([fold.scores for fold in folds]), faces


@app.command()
def draw(runs: Runs, data: Data, out: Annotated[Path, typer.Option()], seed: int = 0) -> None:
    """Draw the faces, and write the pages and an empty ratings.csv."""
    scores, faces = read(runs, data)
    for kind, rows in kinds_of(scores).items():
        if len(rows) < DRAWN[kind]:
            raise BadInput(f"{kind}: {len(rows)}: expected at least {DRAWN[kind]} to draw from")
    indices = scores.index[draw_rows(scores, seed)].tolist()
    out.mkdir(parents=True, exist_ok=True)
    size = ACROSS * DOWN
    for first in range(0, len(indices), size):
        save = partial(page(faces, indices[first : first + size], first + 1).save, format="PNG")
        write_atomically(out / f"page-{first // size + 1}.png", save)
    lines = (f"{number},{faces.ids[index]}," for number, index in enumerate(indices, 1))
    # A name such as happy-00012 gives the label away, so a rater gets the pages alone.
    write_text(out / "ratings.csv", "\n".join(["number,id,rating", *lines]) + "\n")


@app.command()
def join(
    runs: Runs,
    data: Data,
    ratings: Annotated[Path, typer.Option()],
    out: Annotated[Path, typer.Option()],
) -> None:
    """Compare the ratings with labels and predictions."""
    scores, faces = read(runs, data)
    result = summary(scores, faces, read_ratings(ratings, faces))
    write_text(out, json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    app()
