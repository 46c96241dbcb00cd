"""Benchmarks: timed cases, recordings of machines and their comparison."""
