"""Reports: drawing a page."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.cases.case import Case, Work
from benchmarks.cases.sources import made_source

IMAGES = 4_000
TRIALS = 40


def cases() -> list[Case]:
    """The data audit's page, and a study's."""
    return [
        Case("report", {"page": "audit", "images": IMAGES}, set_up_audit),
        Case("report", {"page": "study", "trials": TRIALS}, set_up_study, threads=1),
    ]


def set_up_audit() -> Work:
    """Audits a prepared source and draws its page."""
    from fer.faces.audit import audit
    from fer.faces.audit_page import audit_page

    held = tempfile.TemporaryDirectory(prefix="fer-bench-")
    os.environ["FER_CACHE"] = str(Path(held.name) / "cache")
    source = str(made_source(Path(held.name) / "faces.npz", IMAGES))
    return Work(
        call=lambda: audit_page(audit(source)),
        items=1,
        unit="pages",
        close=held.cleanup,
        most_rounds=20,
    )


def set_up_study() -> Work:
    """``fer report study`` as a user runs it, with its start: reports lie on a floor above. The
    study's trials are made up, and their run folders are not there."""
    from benchmarks.cases.study import REPORTS, made_study
    from search.storage.storage import Storage

    held = tempfile.TemporaryDirectory(prefix="fer-bench-")
    folder = Path(held.name)
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
    return Work(
        call=lambda: subprocess.run(command, cwd=folder, check=True, capture_output=True),
        items=1,
        unit="pages",
        close=held.cleanup,
        most_rounds=7,
    )
