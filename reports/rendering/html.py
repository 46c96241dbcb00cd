"""A page as one self-contained HTML file.

The same page gives the same bytes. Its content security policy runs only two scripts, plotly.js
and ``page.js``, by their hashes; all data is JSON, which the browser does not execute.
"""

import base64
import hashlib
import importlib.util
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from reports.rendering.figure import Figure, Page
from reports.rendering.notes import notes_html
from reports.rendering.palette import THEMES


def render(page: Page) -> str:
    """The page's HTML."""
    scripts = {"plotly": plotly_js(), "page": _template("page.js")}
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["with_code"] = with_code
    return environment.from_string(_template("page.html")).render(
        page=page,
        notes=notes_html(page.notes),
        style=Markup(_template("page.css")),
        scripts={name: Markup(text) for name, text in scripts.items()},
        tints=json_block(THEMES),
        policy=policy(*scripts.values()),
        data={figure.id: json_block(payload(figure)) for figure in page.figures},
    )


def payload(figure: Figure) -> dict[str, Any]:
    """The part of a figure that ``page.js`` needs."""
    values: dict[str, Any] = {
        "plots": [
            {"data": plot.traces, "layout": plot.layout, "height": plot.height}
            for plot in figure.plots
        ]
    }
    if figure.data is not None:
        text = None if figure.packed else figure.data.csv()
        values |= {"csv": text, "columns": figure.data.columns}
    return values


def with_code(text: str) -> Markup:
    """A sentence, escaped, with its commands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without its pair is a name's own
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def json_block(values: Any) -> Markup:
    """JSON that cannot end the ``<script>`` around it."""
    text = json.dumps(values, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    for character, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(character, code)
    return Markup(text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def policy(*scripts: str) -> str:
    """The content security policy that runs only these scripts, and loads nothing.

    Inline styles are allowed, as plotly.js adds its own.
    """
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


@cache
def plotly_js() -> str:
    """The plotly.js of the installed plotly, without importing plotly: that takes longer than
    rendering a page."""
    spec = importlib.util.find_spec("plotly")
    assert spec is not None, "a dependency"
    assert spec.submodule_search_locations is not None, "a package"
    path = Path(spec.submodule_search_locations[0]) / "package_data" / "plotly.min.js"
    return path.read_text(encoding="utf-8")


def _template(name: str) -> str:
    return (files("reports.rendering") / "templates" / name).read_text(encoding="utf-8")


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
