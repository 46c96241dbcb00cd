"""A page and its figures as plain values, independent of how they are drawn.

Nothing here imports jinja2 or plotly: a process that only computes figures stays small.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Columns and rows, for a CSV file or to be read on the page."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def csv(self) -> str:
        """As CSV; None is an empty cell."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()


@dataclass(frozen=True)
class DisplayTable:
    """A table that is read on the page; the first column names its rows.

    Attributes:
        strong: (row, column) of cells that stand out.
        folded: whether it is shown only when asked for, under its caption.
    """

    table: Table
    strong: frozenset[tuple[int, int]] = frozenset()
    caption: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Plot:
    """One plotly figure, in plain values. Names in it must have been through ``words.plain``.

    Attributes:
        name: tells it from its siblings in the same figure; may be anything.
        height: CSS pixels.
    """

    traces: tuple[Mapping[str, Any], ...]
    layout: Mapping[str, Any]
    height: int = 380
    name: str = ""


@dataclass(frozen=True)
class Picture:
    """A small picture, as ``data:``, and what stands under it."""

    uri: str
    caption: str
    text: str


@dataclass(frozen=True)
class Figure:
    """One thing to see, with a sentence on what to see in it.

    Attributes:
        id: lower-case letters and hyphens; names its CSV file and its PNG.
        sentence: what the data says, or why there is nothing to draw.
        about: how to read it, for who sees such a figure for the first time.
        packed: whether ``page.js`` writes the CSV from what the plot holds as packed arrays: of a
            line its ``customdata``, ``x``, and ``y`` in percent.
    """

    id: str
    title: str
    sentence: str
    about: str = ""
    plots: tuple[Plot, ...] = ()
    tables: tuple[DisplayTable, ...] = ()
    pictures: tuple[Picture, ...] = ()
    data: Table | None = None
    code: str = ""
    packed: bool = False


@dataclass(frozen=True)
class Section:
    """Figures under one heading."""

    id: str
    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Fact:
    """A number that is worth its own place at the top."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Page:
    """A whole report.

    Attributes:
        kind: what it is a report of, such as "Study".
        answer: the verdict in a word or three; ``verdict``: in a sentence or three.
        hints: what to try next.
    """

    kind: str
    title: str
    answer: str
    verdict: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    hints: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    foot: str = ""
    good: bool | None = field(default=None)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in their order."""
        return tuple(figure for section in self.sections for figure in section.figures)
