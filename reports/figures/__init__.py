"""Figures of studies, comparisons and benchmarks: a module builds one figure from data."""
