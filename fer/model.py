"""Models as safetensors files: weights, and the recipe that rebuilds their network."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from fer import digest
from fer.errors import BadInput, DamagedFile
from fer.evaluation.calibration import Calibration
from fer.files import write_atomically
from fer.networks.base import Network
from fer.networks.build import build_network
from fer.recipe import Recipe
from fer.run_metrics import check_files
from fer.validation import parse

KEY = "fer_recipe"
"""The only key of the metadata; its value is the recipe as JSON, with the file's digest as
``sha256`` and the calibration of a calibrated model as ``calibration``. Two keys would be written
in changing order, and the same model would give different bytes."""

CALIBRATION = "calibration"

MODEL = "model.safetensors"
"""The file's name in a run folder."""


def save_model(path: Path, network: Network, recipe: Recipe) -> None:
    """Write the network's weights, recipe and calibration to one ``.safetensors`` file."""
    model = to_safetensors(network, recipe)
    write_atomically(path, lambda file: file.write(model))


def to_safetensors(network: Network, recipe: Recipe) -> bytes:
    """The bytes of such a file; the same model gives the same bytes."""
    tensors = {name: tensor.contiguous().cpu() for name, tensor in network.state_dict().items()}
    values = recipe.model_dump(mode="json")
    if network.calibration is not None:
        values[CALIBRATION] = network.calibration.model_dump(mode="json")
    values[digest.KEY] = digest.BLANK
    return digest.with_digest(save(tensors, {KEY: json.dumps(values)}))


def load_model(run_or_model: Path, device: torch.device) -> tuple[Network, Recipe]:
    """Load a ``.safetensors`` file, or the one in a run folder; the network is ready to evaluate.

    The file's digest is checked, and of a run folder all files'. Those of earlier versions have
    none.

    Raises:
        BadInput: there is no model, it is damaged, or its weights do not fit its recipe.
    """
    path = run_or_model / MODEL if run_or_model.is_dir() else run_or_model
    if not path.is_file():
        raise BadInput(f"{run_or_model}: expected a finished run's folder or a .safetensors model")
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise BadInput(f"{path}: not a safetensors file: {error}") from error
    if KEY not in metadata:
        raise BadInput(f"{path}: its metadata has no {KEY}: expected a model that fer wrote")
    try:
        values: dict[str, Any] = dict(json.loads(metadata[KEY]))
        stored = values.pop(digest.KEY, None)
        if stored is not None and not digest.has_digest(path.read_bytes(), stored):
            raise DamagedFile(
                path,
                "its SHA-256 is not the one in its metadata",
                "restore the file from a copy, or train or export it again",
            )
        calibration = _calibration(values, path)
        recipe = parse(Recipe, values, f"{path}: recipe")
        network = build_network(recipe, device)
        network.load_state_dict(tensors)
    except (ValueError, TypeError, RuntimeError) as error:
        raise BadInput(
            f"{path}: weights and recipe do not fit: {str(error).splitlines()[0]}"
        ) from error
    if run_or_model.is_dir():
        check_files(run_or_model)
    network.calibration = calibration
    return network.eval(), recipe


def _calibration(values: dict[str, Any], path: Path) -> Calibration | None:
    """Take the calibration out of the metadata's values; a model that has none is older, or not
    calibrated."""
    stored = values.pop(CALIBRATION, None)
    return None if stored is None else parse(Calibration, stored, f"{path}: {CALIBRATION}")
