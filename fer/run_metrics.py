"""``metrics.json`` of a finished run."""

import json
from pathlib import Path
from typing import Any

from fer.errors import BadInput

METRICS = "metrics.json"
"""Written last: a run folder that holds it, and no checkpoint, is finished."""


def read_metrics(run: Path) -> dict[str, Any]:
    """Read the metrics of a finished run.

    Raises:
        BadInput: they are missing or damaged.
    """
    path = run / METRICS
    try:
        metrics = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(metrics, dict):
            return metrics
        problem = f"{type(metrics).__name__} at the top"
    except OSError as error:
        problem = error.strerror or str(error)
    except (ValueError, RecursionError) as error:
        problem = str(error)
    raise damaged(path, f"expected the metrics of a finished run: {problem}")


def damaged(path: Path, problem: str) -> BadInput:
    """The error for a damaged file of a finished run, with the way out."""
    return BadInput(
        f"{path}: damaged: {problem}: restore the file from a copy, or remove {path.parent} and "
        f"train again"
    )
