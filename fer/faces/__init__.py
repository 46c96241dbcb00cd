"""Faces: where they are read from, what is known of them, and how they are split."""

from fer.faces.load import load_faces
from fer.faces.split import hold_out, k_folds
from fer.faces.types import Faces

__all__ = ["Faces", "hold_out", "k_folds", "load_faces"]
