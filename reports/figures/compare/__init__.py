"""Figures of a comparison: each module has a ``build``; ``reports.pages.compare`` names it."""
