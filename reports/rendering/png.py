"""Figures as PNG pictures, for papers and READMEs.

The machine's Chromium draws them on one page, so that they look as on the page of the report.
"""

import base64
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from fer.errors import FerError
from fer.files import write_atomically
from reports.rendering.chromium import FLAGS, find_chromium
from reports.rendering.figure import Figure, Page, Plot
from reports.rendering.html import json_block, plotly_js
from reports.rendering.palette import THEMES

PNG_URI = "data:image/png;base64,"
WIDTH, SCALE = 860, 2
TIMEOUT = 180
"""Seconds."""

_PAGE = """<!doctype html><meta charset="utf-8"><body><pre id="out"></pre>
<script>{plotly}</script>
<script type="application/json" id="plots">{plots}</script>
<script>
(async () => {{
  const tint = {tint};
  const tinted = (value) =>
    typeof value === "string" && value[0] === "@" ? tint[value.slice(1)] || value : value;
  const plots = JSON.parse(document.getElementById("plots").textContent, (key, value) =>
    !/color$/.test(key) ? value : Array.isArray(value) ? value.map(tinted) : tinted(value));
  const axis = {{ gridcolor: tint.grid, linecolor: tint.faint, zerolinecolor: tint.grid,
    zerolinewidth: 1, automargin: true, title: {{ standoff: 8 }} }};
  const template = {{ layout: {{ font: {{ color: tint.ink, size: 13, family: "sans-serif" }},
    paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff", xaxis: axis, yaxis: axis,
    margin: {{ l: 52, r: 14, t: 14, b: 44 }}, barcornerradius: 2,
    legend: {{ orientation: "h", x: 0, y: 1.03, yanchor: "bottom" }} }} }};
  const out = [];
  for (const plot of plots) {{
    const figure = {{ data: plot.data, layout: {{ ...plot.layout, template }} }};
    const size = {{ format: "png", width: plot.width, height: plot.height, scale: {scale} }};
    out.push(await Plotly.toImage(figure, size));
  }}
  document.getElementById("out").textContent = "PNG:" + out.join(" ") + ":GNP";
}})();
</script>"""


def write_pngs(page: Page, folder: Path) -> list[Path]:
    """Write each plot as ``FIGURE.png``, or ``FIGURE-PLOT.png`` where a figure has several.

    Raises:
        BadInput: this machine has no Chromium.
        FerError: Chromium drew fewer figures.
    """
    wanted = {
        folder / name: plot for figure in page.figures for name, plot in _names(figure).items()
    }
    if not wanted:
        return []
    for path, picture in zip(wanted, draw(list(wanted.values())), strict=True):
        write_atomically(path, lambda file, content=picture: file.write(content))  # type: ignore[misc]
    return list(wanted)


def draw(plots: Sequence[Plot]) -> list[bytes]:
    """The PNG of each plot."""
    values = [
        {"data": p.traces, "layout": p.layout, "height": p.height, "width": _width(p)}
        for p in plots
    ]
    tint = json_block(THEMES["light"])
    text = _PAGE.format(plotly=plotly_js(), plots=json_block(values), tint=tint, scale=SCALE)
    with tempfile.TemporaryDirectory() as temporary:
        page = Path(temporary) / "figures.html"
        page.write_text(text, encoding="utf-8")
        command = [find_chromium(), *FLAGS, f"--user-data-dir={temporary}/profile", "--dump-dom",
                   "--virtual-time-budget=60000", page.as_uri()]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False)
        except subprocess.TimeoutExpired as error:
            raise FerError(f"--png: {command[0]} did not answer in {TIMEOUT} s") from error
    output = re.search(rb"PNG:([^:]*(?::[^:]*)*?):GNP", done.stdout)
    uris = output[1].decode().split() if output else []
    return pictures(uris, len(plots), command[0])


def pictures(uris: Sequence[str], wanted: int, drawn_by: str) -> list[bytes]:
    """The pictures in ``data:`` addresses.

    Raises:
        FerError: there are fewer than wanted, or one is no PNG, such as the empty "data:,".
    """
    encoded = [uri.removeprefix(PNG_URI) for uri in uris if uri.startswith(PNG_URI)]
    if len(encoded) != wanted or len(uris) != wanted or not all(encoded):
        raise FerError(f"--png: {drawn_by} drew {len(encoded)} of {wanted} figures")
    return [base64.b64decode(data) for data in encoded]


def _names(figure: Figure) -> dict[str, Plot]:
    if len(figure.plots) == 1 or figure.choose:  # of many to choose from, the first
        return {f"{figure.id}.png": figure.plots[0]}
    names: dict[str, Plot] = {}
    for number, plot in enumerate(figure.plots):
        safe = re.sub(r"[^A-Za-z0-9_-]+", "-", plot.name).strip("-")[:60] or str(number)
        name = f"{figure.id}-{safe}.png"
        names[name if name not in names else f"{figure.id}-{number}.png"] = plot
    return names


def _width(plot: Plot) -> int:
    return WIDTH if plot.height > 270 or not plot.name else WIDTH // 2
