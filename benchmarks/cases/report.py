"""Reports: drawing a page."""

import os
import tempfile
from pathlib import Path

from benchmarks.case import Case, Work
from benchmarks.cases.sources import made_source

IMAGES = 4_000


def cases() -> list[Case]:
    """The data audit's page."""
    return [Case("report", {"page": "audit", "images": IMAGES}, set_up_audit)]


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
