"""Figures of the benchmark report, one idea a file."""
