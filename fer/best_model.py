"""The model that is used where none is named."""

from importlib.resources import files
from pathlib import Path

STUDY = "beat_baseline"
"""The confirmed study that it is of. `python -m tools.ship_model` makes its files."""


def best_model() -> Path:
    """The best model that ships: the first seed of the recipe that `fer search confirm` chose,
    calibrated on the folds. `MODEL_CARD.md` is beside it."""
    return Path(str(files("studies"))) / "results" / STUDY / "model.safetensors"
