"""A page and its figures as plain values, independent of how they are drawn.

Nothing here imports jinja2 or plotly: a process that only computes figures stays small.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Columns and rows, for a CSV file or the page."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def csv(self) -> str:
        """The table as CSV; None becomes an empty cell."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()


@dataclass(frozen=True)
class DisplayTable:
    """A table on the page; the first column names its rows.

    Attributes:
        strong: (row, column) of the cells in bold.
        folded: whether it is collapsed under its caption.
        sortable: whether ``page.js`` sorts it by its columns and filters its rows.
    """

    table: Table
    strong: frozenset[tuple[int, int]] = frozenset()
    caption: str = ""
    folded: bool = False
    sortable: bool = False


@dataclass(frozen=True)
class Plot:
    """One plotly figure, in plain values. Names in it are escaped by ``formatting.plain``.

    Attributes:
        height: CSS pixels.
        name: unique among the plots of a figure; any text.

    Raises:
        ValueError: a logarithmic axis without texts for its ticks: plotly's own leave out the
            power of ten. ``reports.figures.log_axis`` makes one.
    """

    traces: tuple[Mapping[str, Any], ...]
    layout: Mapping[str, Any]
    height: int = 380
    name: str = ""

    def __post_init__(self) -> None:
        for key, axis in self.layout.items():
            if "axis" in key and axis.get("type") == "log" and not axis.get("ticktext"):
                raise ValueError(f"{key}: a logarithmic axis needs ticktext for its ticks")


@dataclass(frozen=True)
class Picture:
    """A small picture.

    Attributes:
        uri: a ``data:`` URI.
        caption: the text below it.
        text: the alternative text.
    """

    uri: str
    caption: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A figure: its finding in a sentence, and plots, tables or pictures.

    Attributes:
        id: lower-case letters and hyphens; names its CSV and PNG files.
        sentence: the finding, or why there is nothing to draw.
        caption: how to read the figure.
        code: commands, shown as they are.
        choose: what a reader chooses a plot by, such as "Case"; the plots are then shown one at a
            time. Empty where all are shown.
        packed: whether ``page.js`` writes the CSV from the typed arrays of the first plot: the
            ``customdata``, the ``x``, and the ``y`` in percent of each line.
    """

    id: str
    title: str
    sentence: str
    caption: str = ""
    plots: tuple[Plot, ...] = ()
    tables: tuple[DisplayTable, ...] = ()
    pictures: tuple[Picture, ...] = ()
    data: Table | None = None
    code: str = ""
    packed: bool = False
    choose: str = ""


@dataclass(frozen=True)
class Section:
    """Figures under one heading."""

    id: str
    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Fact:
    """A key figure at the top of the page."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Page:
    """A report.

    Attributes:
        kind: of the report, such as "Study".
        answer: the verdict in a few words.
        verdict: in sentences; a command in them stands between backticks.
        details: the answer in full, in sentences, folded.
        hints: what to try next.
        good: colours the verdict: True green, False red, None neutral.
        notes: the author's own, in Markdown.
    """

    kind: str
    title: str
    answer: str
    verdict: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    hints: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    foot: str = ""
    good: bool | None = None
    notes: str = ""
    details: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in their order."""
        return tuple(figure for section in self.sections for figure in section.figures)
