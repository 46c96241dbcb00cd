"""Studies: spaces, samplers and pruners, workers that survive being killed, and what they found."""
