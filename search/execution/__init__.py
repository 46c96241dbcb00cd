"""Running a study: supervisor, workers, trials and the budget that ends it."""
