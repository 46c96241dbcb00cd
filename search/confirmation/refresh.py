"""What a study shows of its confirmation, written again after it changed."""

from collections.abc import Iterable
from pathlib import Path

from search.execution import events
from search.results.summary import refresh_results
from search.storage.study import FerStudy


def refresh(study: FerStudy, folders: Iterable[Path]) -> None:
    """Write the study's results into these folders, and its note and figures in the dashboard."""
    for folder in folders:
        refresh_results(study, folder)
    events.subscribe(study).session_ended()
