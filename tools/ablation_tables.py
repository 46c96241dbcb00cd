"""The published improvements in docs/results.md, from the finished study ``ablation``."""

from pathlib import Path

from reports.dashboard.variants_note import variants_note
from search.results.snapshot import read_snapshot
from search.storage.exported import open_to_read
from search.storage.study import open_study


def improvements(folder: Path) -> str:
    """What the study's note shows: each variant beside what was claimed of it."""
    with open_to_read(str(folder), folder.name) as storage:
        return variants_note(read_snapshot(open_study(storage, folder.name)))
