"""Synthetic faces: drawn rather than read, for a first try and for tests."""

from fer.faces.synthetic.source import SYNTHETIC, synthetic_faces, synthetic_source

__all__ = ["SYNTHETIC", "synthetic_faces", "synthetic_source"]
