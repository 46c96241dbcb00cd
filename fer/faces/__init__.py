"""Faces: where they are read from, what is known of them, and how they are split."""

from fer.faces.default import DefaultSource, default_source
from fer.faces.load import load_faces, open_source, read_images, require_labels
from fer.faces.split import hold_out, k_folds
from fer.faces.types import Faces

__all__ = [
    "DefaultSource",
    "Faces",
    "default_source",
    "hold_out",
    "k_folds",
    "load_faces",
    "open_source",
    "read_images",
    "require_labels",
]
