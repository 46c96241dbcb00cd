"""Figures of one study, one a file."""
