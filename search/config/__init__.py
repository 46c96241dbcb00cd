"""Study files: space, sampler, pruner, budget."""
