"""Rendering of figures to one HTML file or PNG pictures."""
