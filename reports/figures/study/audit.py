"""What the faces are, and what is odd about them."""

from typing import TYPE_CHECKING

from fer.faces.picture import data_uri
from reports.data.study_data import Material
from reports.rendering.figure import DisplayTable, Figure, Picture, Table
from reports.rendering.formatting import count, percent

if TYPE_CHECKING:
    from fer.faces.audit import Audit

TITLE = "How many of each, and what is odd"
SHOWN = 12
NO_TESTS = (
    "There are no test faces in this source, so leaks into them are not known: --test SOURCE adds "
    "them."
)


def audit(material: Material) -> Figure:
    """Counts by class; duplicates, conflicts and leaks where the faces are at hand."""
    if material.source is not None:
        from fer.faces.audit import audit as audit_source

        return _audited(audit_source(material.source, material.classes, material.test_source))
    if not material.data:
        return Figure("faces", TITLE, "The study has not been tied to any faces yet.")
    counts: dict[str, int] = material.data["counts"]
    total = sum(counts.values())
    rows = tuple((name, n, percent(n / total, 1)) for name, n in counts.items())
    largest = max(counts, key=lambda name: counts[name])
    return Figure(
        "faces",
        TITLE,
        f"{count(total, 'training face')} of {material.data['source']}; always saying {largest} "
        f"would be right on {percent(counts[largest] / total, 1)}. Give --data SOURCE to look for "
        "duplicates, wrong labels and leaks.",
        shown=(DisplayTable(Table(("expression", "faces", "share"), rows)),),
        data=Table(("expression", "faces"), tuple(counts.items())),
    )


def _audited(found: "Audit") -> Figure:
    total = sum(sum(split.values()) for split in found.counts.values())
    odd = [
        ("duplicate groups", len(found.duplicates), "identical images, kept on one side"),
        ("label conflicts", len(found.conflicts), "identical images with different labels"),
        ("leaks", len(found.leaks), "test images that also stand in train")
        if "test" in found.counts
        else ("leaks", None, "not known: this source has no test faces"),
        ("flat images", len(found.flat), "they show next to nothing"),
        ("unreadable", len(found.unreadable), "images or rows that could not be read"),
    ]  # fmt: skip
    rows = tuple(
        (f"{split}, {name}", n, percent(n / total, 1))
        for split, names in found.counts.items()
        for name, n in names.items()
    )
    faces = [face for group in found.conflicts for face in group][:SHOWN]
    return Figure(
        "faces",
        TITLE,
        _sentence(found, total),
        f"Gray levels: mean {found.mean:.1f}, SD {found.sd:.1f}, of 0 to 255. "
        "The pictures, if any, are identical images that carry different labels.",
        pictures=tuple(
            Picture(data_uri(f.image), f"{f.split}\n{f.label or 'unlabelled'}", f"face {f.id}")
            for f in faces
        ),
        shown=(
            DisplayTable(Table(("split and expression", "faces", "share"), rows)),
            DisplayTable(Table(("odd", "how many", "what it means"), tuple(odd))),
        ),
        data=Table(
            ("what", "faces"), (*((r[0], r[1]) for r in rows), *((o[0], o[1]) for o in odd))
        ),
    )


def _sentence(found: "Audit", total: int) -> str:
    counts = [
        count(len(group), noun, plural)
        for group, noun, plural in (
            (found.duplicates, "group of identical images", "groups of identical images"),
            (found.conflicts, "label conflict", ""),
            (found.leaks, "test image that also stands in train",
             "test images that also stand in train"),
        )
        if group
    ]  # fmt: skip
    if not counts:
        tail = ", and no test face among the training" if "test" in found.counts else ""
        lead = f"{count(total, 'face')}, none of them twice{tail}."
    else:
        lead = f"{count(total, 'face')}, with {'; '.join(counts)}."
    return lead if "test" in found.counts else f"{lead} {NO_TESTS}"
