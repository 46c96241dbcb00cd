"""HTML pages: the data audit, and the report of a study."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.cases.case import Case, PreparedCase
from benchmarks.cases.sources import made_source

IMAGES = 4_000
TRIALS = 40


def cases() -> list[Case]:
    """Both pages. The group is called ``report`` in recordings."""
    return [
        Case("report", {"page": "audit", "images": IMAGES}, set_up_audit),
        Case("report", {"page": "study", "trials": TRIALS}, set_up_study, threads=1),
    ]


def quick() -> list[Case]:
    """None: a page is not part of the quick set."""
    return []


def set_up_audit() -> PreparedCase:
    """Audit a prepared source and render its page."""
    from fer.faces.audit import audit
    from fer.faces.audit_page import audit_page

    folder = tempfile.TemporaryDirectory(prefix="fer-bench-")
    os.environ["FER_CACHE"] = str(Path(folder.name) / "cache")
    source = str(made_source(Path(folder.name) / "faces.npz", IMAGES))
    return PreparedCase(
        call=lambda: audit_page(audit(source)),
        items=1,
        unit="pages",
        close=folder.cleanup,
        most_rounds=20,
    )


def set_up_study() -> PreparedCase:
    """``fer report study`` as a process, including its start; ``reports`` is above this package.

    The study's trials are made up, and have no run folders.
    """
    from benchmarks.cases.made_study import REPORTS, made_study
    from search.storage.storage import Storage

    temporary = tempfile.TemporaryDirectory(prefix="fer-bench-")
    folder = Path(temporary.name)
    url, page = str(folder / "studies.db"), folder / "page.html"
    with Storage(url) as storage:
        study = made_study(storage, folder, "page", trials=TRIALS)
        for number in range(TRIALS):
            trial = study.ask()
            for epoch in range(1, REPORTS + 1):
                trial.report(0.5 + (epoch + number) / 1000, epoch)
            study.tell(trial, 0.5 + (REPORTS + number) / 1000)
    command = [sys.executable, "-m", "fer", "report", "study", "page", "--storage", url]
    command += ["--out", str(page)]
    return PreparedCase(
        call=lambda: subprocess.run(command, cwd=folder, check=True, capture_output=True),
        items=1,
        unit="pages",
        close=temporary.cleanup,
        most_rounds=7,
    )
