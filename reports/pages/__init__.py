"""The pages: a study, benchmarks, and studies side by side."""
