"""Text for notes, which optuna-dashboard shows as Markdown."""

import re

from fer.markdown import escape
from reports.rendering.figure import DisplayTable


def code_block(text: str) -> str:
    """Text as a block of code, with a fence that is longer than any in the text."""
    fence = "`" * (3 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def markdown_table(shown: DisplayTable) -> str:
    """A table under its caption."""
    head, *body = (
        " | ".join(escape(str(cell)) for cell in row)
        for row in (shown.table.columns, *shown.table.rows)
    )
    line = " | ".join("---" for _ in shown.table.columns)
    lines = "\n".join(f"| {cells} |" for cells in (head, line, *body))
    return f"**{escape(shown.caption)}**\n\n{lines}\n\n"
