"""Studies in optuna-dashboard: notes, artifacts and figures, served on this machine only."""
