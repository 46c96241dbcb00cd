"""Studies: spaces, samplers and pruners, workers that survive being killed, and their results."""
