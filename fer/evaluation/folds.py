"""Runs of one recipe on folds, and their predictions of the faces that each of them held out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fer.errors import BadInput
from fer.recipe import Recipe, load_recipe
from fer.run_metrics import METRICS, check_files
from fer.scores import VALIDATION, Scores, read_scores
from fer.training.run import hashes
from fer.wording import counted

RECIPE = "recipe.toml"

VARIES = frozenset({"seed", "split_seed", "validation"})
"""The keys in which the runs of one recipe may differ."""


@dataclass(frozen=True)
class Fold:
    """Attributes:
    run: its folder.
    faces: the hash of the faces that it was trained on and held out of.
    """

    run: Path
    faces: str
    scores: Scores


def read_folds(places: Sequence[Path], recipe: Recipe, faces: str | None) -> tuple[Fold, ...]:
    """Read the held-out predictions of a recipe's runs.

    Args:
        places: run folders, and folders of run folders, of which those of the recipe are read.
        recipe: of all the runs, but for its seeds and its share of held-out faces.
        faces: the hash of the source that all of them must be of; None = any one.

    Raises:
        BadInput: a run is of another recipe, of other faces, not finished, damaged, or held no
            faces out; or a folder holds no run of the recipe.
    """
    runs = dict.fromkeys(run for place in places for run in _runs(place, recipe))
    folds: list[Fold] = []
    for run in runs:
        fold = _read(run, recipe)
        faces = faces or fold.faces
        if fold.faces != faces:
            raise BadInput(
                f"{run / METRICS}: faces hash = {fold.faces[:16]}: must be {faces[:16]}, as all "
                "must be trained on the same faces"
            )
        folds.append(fold)
    return tuple(folds)


def faces_of(run: Path) -> str | None:
    """The hash of the faces that a run was trained on; None for a model without a run folder.

    Raises:
        BadInput: its metrics.json is damaged.
    """
    return hashes(run)[1] if (run / METRICS).is_file() else None


def _runs(place: Path, recipe: Recipe) -> Iterator[Path]:
    """The run itself; or those of the recipe, with held-out faces, of a folder of runs."""
    if _is_run(place):
        if difference := _difference(place, recipe):
            raise BadInput(f"{place / RECIPE}: {difference}")
        yield place
        return
    runs = [path.parent for path in sorted(place.glob(f"*/{VALIDATION}")) if _is_run(path.parent)]
    if not runs:
        raise BadInput(
            f"{place}: expected a finished run that held faces out, or a folder of such runs"
        )
    differences = {run: _difference(run, recipe) for run in runs}
    if all(differences.values()):
        raise BadInput(
            f"{place}: none of its {counted(len(runs), 'run')} with held-out faces is of the "
            f"recipe: {runs[0].name}: {differences[runs[0]]}"
        )
    yield from (run for run, difference in differences.items() if not difference)


def _is_run(place: Path) -> bool:
    return (place / METRICS).is_file() and (place / RECIPE).is_file()


def _difference(run: Path, recipe: Recipe) -> str | None:
    """The first key in which a run's recipe is another one; None = it is the same."""
    own, expected = (_decisive(each) for each in (load_recipe(str(run / RECIPE)), recipe))
    for key, value in own.items():
        if value != expected[key]:
            return f"{key} = {value!r}: must be {expected[key]!r}, as all must be of one recipe"
    return None


def _decisive(recipe: Recipe) -> dict[str, Any]:
    return recipe.model_dump(mode="json", exclude=set(VARIES))


def _read(run: Path, recipe: Recipe) -> Fold:
    path = run / VALIDATION
    if not path.is_file():
        raise BadInput(f"{run}: has no {VALIDATION}: expected a run that held faces out")
    check_files(run, RECIPE, VALIDATION)
    scores = read_scores(path)
    columns, classes = scores.probabilities.shape[1], len(recipe.classes)
    if not len(scores) or columns != classes:
        raise BadInput(
            f"{path}: probabilities [{len(scores)}, {columns}]: expected {classes} columns, one "
            "for each class, and at least one face"
        )
    valid = ((scores.probabilities >= 0) & (scores.probabilities <= 1)).all(axis=1)
    if not valid.all():
        row = int(valid.argmin())
        values = scores.probabilities[row].tolist()
        raise BadInput(f"{path}: probabilities[{row}] = {values}: must be in [0, 1]")
    return Fold(run, hashes(run)[1], scores)
