"""The faces of the study: counts by class, duplicates, label conflicts and leaks."""

from typing import TYPE_CHECKING

from fer.faces.picture import data_uri
from fer.formatting import count, percent
from reports.data.study_data import StudyData
from reports.rendering.figure import DisplayTable, Figure, Picture, Table

if TYPE_CHECKING:
    from fer.faces.audit import Audit

TITLE = "Class counts and data quality"
CAPTION = (
    "Gray levels: mean {mean:.1f}, SD {sd:.1f}, in [0, 255]. The pictures, if any, are identical "
    "images with different labels."
)
PICTURES = 12
NO_TESTS = "This source has no test faces, so leaks are not known; --test SOURCE adds them."


def build(data: StudyData) -> Figure:
    """Counts by class, and an audit where the source of the faces was named."""
    if data.source is not None:
        from fer.faces.audit import audit

        return _audited(audit(data.source, data.classes, data.test_source))
    if not data.snapshot.data:
        return Figure("faces", TITLE, "The study has not been started on any faces yet.")
    counts: dict[str, int] = data.snapshot.data["counts"]
    total = sum(counts.values())
    rows = tuple((name, n, percent(n / total, 1)) for name, n in counts.items())
    largest = max(counts, key=lambda name: counts[name])
    return Figure(
        "faces",
        TITLE,
        f"{count(total, 'training face')} from {data.snapshot.data['source']}. Always predicting "
        f"{largest} would have an accuracy of {percent(counts[largest] / total, 1)}. Add --data "
        "SOURCE to look for duplicates, label conflicts and leaks.",
        tables=(DisplayTable(Table(("class", "faces", "share"), rows)),),
        data=Table(("expression", "faces"), tuple(counts.items())),
    )


def _audited(audit: "Audit") -> Figure:
    total = sum(sum(split.values()) for split in audit.counts.values())
    findings = [
        ("duplicate groups", len(audit.duplicates), "identical images; no split separates them"),
        ("label conflicts", len(audit.conflicts), "identical images with different labels"),
        ("leaks", len(audit.leaks), "test images that are in the training split, too")
        if audit.leaks is not None
        else ("leaks", None, audit.leaks_unchecked),
        *(
            [("validation leaks", len(audit.validation_leaks),
              "images of the source's validation split that are in the training split, too")]
            if audit.validation_leaks is not None
            else []
        ),
        ("flat images", len(audit.flat), "nearly uniform images"),
        ("unreadable", len(audit.unreadable), "images, rows or other files that were not read"),
    ]  # fmt: skip
    rows = tuple(
        (f"{split}, {name}", n, percent(n / total, 1))
        for split, names in audit.counts.items()
        for name, n in names.items()
    )
    faces = [face for group in audit.conflicts for face in group][:PICTURES]
    return Figure(
        "faces",
        TITLE,
        _sentence(audit, total),
        CAPTION.format(mean=audit.mean, sd=audit.sd),
        pictures=tuple(
            Picture(data_uri(f.image), f"{f.split}\n{f.label or 'unlabelled'}", f"face {f.id}")
            for f in faces
        ),
        tables=(
            DisplayTable(Table(("split and class", "faces", "share"), rows)),
            DisplayTable(Table(("finding", "count", "meaning"), tuple(findings))),
        ),
        data=Table(
            ("what", "faces"),
            (*((row[0], row[1]) for row in rows), *((row[0], row[1]) for row in findings)),
        ),
    )


def _sentence(audit: "Audit", total: int) -> str:
    findings = [
        count(len(group), noun, plural)
        for group, noun, plural in (
            (audit.duplicates, "group of identical images", "groups of identical images"),
            (audit.conflicts, "label conflict", ""),
            (audit.leaks, "test image that is in the training split, too",
             "test images that are in the training split, too"),
        )
        if group
    ]  # fmt: skip
    tested = audit.leaks is not None
    problems = "; ".join(findings) or ("no duplicates" + (" and no leaks" if tested else ""))
    lead = f"{count(total, 'face')}: {problems}."
    return lead if tested else f"{lead} {NO_TESTS}"
