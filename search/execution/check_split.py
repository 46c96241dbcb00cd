"""Check the held-out faces of a study before its first trial."""

import contextlib
import sys

from fer.errors import BadInput
from fer.faces import Faces, own_split, unmeasured
from fer.recipe import Recipe
from search.storage.storage import MissingStorageError, Storage
from search.storage.study import study_names


def check_split(faces: Faces, recipe: Recipe, source: str) -> None:
    """Check that every class has held-out and training faces.

    Raises:
        BadInput: a class has none, so that no accuracy would measure it.
    """
    if used := own_split(faces, recipe.validation):
        print(f"fer: {source}: {used}", file=sys.stderr)
    if problem := unmeasured(faces, recipe.validation, recipe.split_seed):
        raise BadInput(f"--data {source}: {problem}")


def is_begun(storage_url: str, name: str) -> bool:
    """Whether a storage holds a study of this name; a storage that is missing is not made."""
    with (
        contextlib.suppress(MissingStorageError),
        Storage(storage_url, create=False) as storage,
    ):
        return name in study_names(storage)
    return False
