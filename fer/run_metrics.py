"""``metrics.json`` of a finished run, with the digests of the run's other files."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fer.digest import KEY, file_digest, has_digest
from fer.errors import DamagedFile

METRICS = "metrics.json"
"""Written last: a run folder that holds it, and no checkpoint, is finished."""

FILES = "files"
"""The key of the digests, by the files' names. Runs of earlier versions have none."""


def read_metrics(run: Path) -> dict[str, Any]:
    """Read the metrics of a finished run, and check their digest.

    Raises:
        DamagedFile: they are missing or damaged.
    """
    path = run / METRICS
    try:
        content = path.read_bytes()
        metrics = json.loads(content)
        problem = _problem(metrics, content)
    except OSError as error:
        problem = error.strerror or str(error)
    except (ValueError, RecursionError) as error:
        problem = str(error)
    if problem:
        raise damaged(path, f"expected the metrics of a finished run: {problem}")
    return dict(metrics)


def _problem(metrics: Any, content: bytes) -> str:
    if not isinstance(metrics, dict):
        return f"{type(metrics).__name__} at the top"
    # A flipped bit in the digest's key must not make it the metrics of an earlier version.
    if {KEY, FILES} & metrics.keys() and not has_digest(content, metrics.get(KEY)):
        return "its SHA-256 is not the one in it"
    return ""


def digests(run: Path, names: Iterable[str]) -> dict[str, str]:
    """The digests of those of the files that a run has, for its metrics."""
    return {name: file_digest(run / name) for name in names if (run / name).is_file()}


def check_files(run: Path, *names: str) -> None:
    """Check the digests of a finished run's files; nothing in an unfinished one.

    Args:
        names: the files to check; all that are there, if none is given.

    Raises:
        DamagedFile: one is damaged.
    """
    if not (run / METRICS).is_file():
        return
    known: dict[str, str] = read_metrics(run).get(FILES, {})
    for name in names or known:
        if name in known and (run / name).is_file() and file_digest(run / name) != known[name]:
            raise damaged(run / name, f"its SHA-256 is not the one in {METRICS}")


def damaged(path: Path, problem: str) -> DamagedFile:
    """The error for a damaged file of a finished run, with the way out."""
    remedy = f"restore the file from a copy, or remove {path.parent} and train again"
    return DamagedFile(path, problem, remedy)
