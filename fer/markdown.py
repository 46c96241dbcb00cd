"""Text from outside in Markdown."""

import re

from fer.errors import printable


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&$])", r"\\\1", text)


def code(text: str) -> str:
    """Text as code within a line, also within a table's cell."""
    shown = printable(text).replace("|", r"\|")
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    space = " " if "`" in shown else ""
    return f"{fence}{space}{shown}{space}{fence}"
