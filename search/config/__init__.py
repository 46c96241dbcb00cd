"""What a study file says: its space, sampler, pruner and limits."""
