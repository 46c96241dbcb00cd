"""Studies: spaces, samplers, pruners, workers, recovery and verdicts."""
