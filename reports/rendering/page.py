"""A page of figures in words and pictures, complete in one HTML file.

The same page gives the same bytes. Its content security policy lets run two scripts alone,
plotly.js and ``page.js``, by their hashes; all data is JSON that the browser does not run.
"""

import base64
import csv
import hashlib
import importlib.util
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from numpy.typing import NDArray

from reports.rendering.palette import THEMES

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
class Shown:
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
    shown: tuple[Shown, ...] = ()
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


def packed(values: NDArray[Any]) -> dict[str, str]:
    """Numbers as plotly's typed array: a quarter of their size as text. Whole ones take as few
    bytes as hold them."""
    if values.dtype.kind == "i":
        values = values.astype(_smallest(values))
    names = {"float32": "f4", "float64": "f8", "uint8": "u1", "int16": "i2", "int32": "i4"}
    data = values.astype(values.dtype.newbyteorder("<"))
    return {
        "dtype": names[values.dtype.name],
        "bdata": base64.b64encode(np.ascontiguousarray(data).tobytes()).decode(),
    }


def _smallest(values: NDArray[Any]) -> str:
    low, high = (int(values.min()), int(values.max())) if values.size else (0, 0)
    if low >= 0 and high < 2**8:
        return "uint8"
    return "int16" if low >= -(2**15) and high < 2**15 else "int32"


def render(page: Page) -> str:
    """The page's HTML."""
    scripts = {"plotly": plotly_js(), "page": _template("page.js")}
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_template("page.html")).render(
        page=page,
        style=Markup(_template("page.css")),
        scripts={name: Markup(text) for name, text in scripts.items()},
        tints=json_block(THEMES),
        policy=policy(*scripts.values()),
        data={figure.id: json_block(payload(figure)) for figure in page.figures},
    )


def payload(figure: Figure) -> dict[str, Any]:
    """What ``page.js`` needs of a figure."""
    found: dict[str, Any] = {
        "plots": [
            {"data": plot.traces, "layout": plot.layout, "height": plot.height}
            for plot in figure.plots
        ]
    }
    if figure.data is not None:
        text = None if figure.packed else figure.data.csv()
        found |= {"csv": text, "columns": figure.data.columns}
    return found


def json_block(values: Any) -> Markup:
    """JSON that cannot end the ``<script>`` that it stands in."""
    text = json.dumps(values, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    for character, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(character, escape)
    return Markup(text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def policy(*scripts: str) -> str:
    """The content security policy that runs these scripts and loads nothing.

    Styles may be inline: plotly.js makes its own.
    """
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


@cache
def plotly_js() -> str:
    """The plotly.js of the installed plotly; found without importing plotly, which takes longer
    than to make a page."""
    spec = importlib.util.find_spec("plotly")
    assert spec is not None, "a dependency"
    assert spec.submodule_search_locations is not None, "a package"
    path = Path(spec.submodule_search_locations[0]) / "package_data" / "plotly.min.js"
    return path.read_text(encoding="utf-8")


def _template(name: str) -> str:
    return (files("reports.rendering") / "templates" / name).read_text(encoding="utf-8")


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
