"""Figures of one study: each module has a ``build``; ``reports.pages.study`` names it."""
