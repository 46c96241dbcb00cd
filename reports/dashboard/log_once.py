"""What is shown of a study must never fail or slow it: an error here is said once, not raised."""

import logging

_log = logging.getLogger("fer.dashboard")
_said: set[str] = set()


def say_once(what: str, error: Exception) -> None:
    """Log the first error of a kind."""
    if what not in _said:
        _said.add(what)
        _log.warning("%s for the dashboard: %s: %s", what, type(error).__name__, error)
