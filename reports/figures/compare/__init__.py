"""Figures that set studies side by side, one a file."""
