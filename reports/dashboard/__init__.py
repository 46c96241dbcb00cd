"""Studies in optuna-dashboard: notes, artifacts and figures, served to this machine alone."""

from reports.dashboard.publish import Publisher

__all__ = ["Publisher"]
