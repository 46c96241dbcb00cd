"""Studies in optuna-dashboard: notes, artifacts and figures, served to this machine alone."""
