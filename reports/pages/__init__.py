"""Pages: one study, a comparison of studies, benchmarks."""
