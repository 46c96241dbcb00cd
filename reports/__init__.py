"""Pages about studies and benchmarks."""
