"""Errors of the dashboard: each is logged once, and none is raised, so that no study fails."""

import logging

_log = logging.getLogger("fer.dashboard")
_logged: set[str] = set()


def log_once(task: str, error: Exception) -> None:
    """Log the first error of a task."""
    if task not in _logged:
        _logged.add(task)
        _log.warning("dashboard: %s: %s: %s", task, type(error).__name__, error)
