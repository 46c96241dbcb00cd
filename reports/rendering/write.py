"""Where pages go."""

from pathlib import Path

import typer

from fer.files import write_text
from reports.rendering.figure import Page
from reports.rendering.html import render
from reports.rendering.png import browser, write_pngs


def write_page(page: Page, out: Path, png: Path | None) -> None:
    """Write the page and, if asked, its figures as pictures; say what was written.

    Raises:
        BadInput: pictures are asked for, and there is no browser to draw them.
    """
    if png is not None:
        browser()  # before anything is written
    text = render(page)
    write_text(out, text)
    typer.echo(f"{out}: {len(text.encode()) / 1e6:.1f} MB; {page.answer}")
    if png is not None:
        typer.echo(f"{png}: {len(write_pngs(page, png))} pictures")
