"""Write a page and its pictures."""

from pathlib import Path

import typer

from fer.files import write_text
from reports.rendering.chromium import find_chromium
from reports.rendering.figure import Page
from reports.rendering.html import render
from reports.rendering.png import write_pngs


def write_page(page: Page, out: Path, png: Path | None) -> None:
    """Write the page and, with a folder for PNGs, its figures as pictures; print what was written.

    Raises:
        BadInput: this machine has no Chromium to draw the pictures.
    """
    if png is not None:
        find_chromium()  # fail before anything is written
    text = render(page)
    write_text(out, text)
    typer.echo(f"{out}: {len(text.encode()) / 1e6:.1f} MB; {page.answer}")
    if png is not None:
        typer.echo(f"{png}: {len(write_pngs(page, png))} pictures")
