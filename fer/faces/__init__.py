"""Faces: read them from a source, audit them, and split them."""

from fer.faces.default import DefaultSource, default_source
from fer.faces.load import load_faces, open_source, require_labels
from fer.faces.split import hold_out, own_split, unmeasured
from fer.faces.types import Faces

__all__ = [
    "DefaultSource",
    "Faces",
    "default_source",
    "hold_out",
    "load_faces",
    "open_source",
    "own_split",
    "require_labels",
    "unmeasured",
]
