"""Make the files of a model that ships, from the results of a confirmed study.

    python -m tools.ship_model studies/results/beat_baseline \
        --data fer2013-train.zip --test fer2013-test.zip

The folder is one of ``fer search export``. The model of the winner's first seed is moved out of its
run folder and calibrated on the folds. Written are ``model.safetensors``, ``model.onnx``, their
comparison on all images (``onnx.json``) and ``MODEL_CARD.md``. The same command makes them again.

To make it the default model: ``STUDY`` in ``fer/best_model.py``, then ``tools.measure_detection``
and ``tools.readme``.
"""

import argparse
import sys
from pathlib import Path

from fer.errors import BadInput
from fer.evaluation.calibration import calibrate
from fer.evaluation.model_card import ModelFile
from fer.exit_status import exit_status
from fer.files import write_atomically, write_text
from fer.model import MODEL, load_model, to_safetensors
from fer.networks.base import Network
from fer.onnx import to_onnx
from fer.recipe import Recipe, load_recipe
from tools.compare_onnx import (
    CHECK,
    CPU,
    ONNX,
    add_sources,
    compare,
    load_images,
    write_comparisons,
)
from tools.shipped_model import CARD, card_page, folds_of, run_of

LARGEST = 5_000_000
"""Bytes of one file."""


def main() -> None:
    """Make the files of one folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="the results of a confirmed study")
    add_sources(parser)
    arguments = parser.parse_args()
    ship(arguments.folder, arguments.data, arguments.test)


def ship(folder: Path, data: str, test: str) -> None:
    """Write the four files, after all of them could be made.

    Raises:
        BadInput: there is no model of the winner, its folds do not fit it, a file would be too
            large, or the images cannot be read.
    """
    network, recipe = confirmed_model(folder)
    network.calibration = calibrate([fold.scores for fold in folds_of(folder, recipe)])
    files = (
        ModelFile(MODEL, "safetensors", to_safetensors(network, recipe)),
        ModelFile(ONNX, "onnx", to_onnx(network, recipe)),
    )
    for file in files:
        if len(file.content) > LARGEST:
            size = f"{len(file.content):,} bytes"
            raise BadInput(f"{folder / file.name}: {size}: expected at most {LARGEST:,}")
    found = compare(network, files, load_images(data, test, recipe.classes))
    for file in files:
        write_bytes(folder / file.name, file.content)
        print(f"{folder / file.name}: {recipe.hash}, {len(file.content):,} bytes")
    (run_of(folder) / MODEL).unlink(missing_ok=True)
    write_comparisons(folder / CHECK, found)
    write_text(folder / CARD, card_page(folder))


def confirmed_model(folder: Path) -> tuple[Network, Recipe]:
    """The model of the winner's first seed: in its run folder, or moved out of it before.

    Raises:
        BadInput: it is in neither place, damaged, or of another run.
    """
    run = run_of(folder)
    path = next((at / MODEL for at in (run, folder) if (at / MODEL).is_file()), None)
    if path is None:
        raise BadInput(f"{run}: has no {MODEL}: export the study again")
    network, recipe = load_model(path, CPU)
    if recipe != load_recipe(str(run / "recipe.toml")):
        raise BadInput(f"{path}: recipe {recipe.hash}: must be that of {run}, its seed too")
    return network, recipe


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all."""
    write_atomically(path, lambda file: file.write(content))


if __name__ == "__main__":
    sys.exit(exit_status(main))
