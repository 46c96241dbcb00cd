"""Faces that are drawn rather than read: for trying everything out, and for tests."""

from fer.faces.synthetic.source import synthetic_faces, synthetic_source

__all__ = ["synthetic_faces", "synthetic_source"]
