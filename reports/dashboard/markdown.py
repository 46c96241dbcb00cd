"""Text for notes, which optuna-dashboard shows as Markdown."""

import re


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&$])", r"\\\1", text)


def code_block(text: str) -> str:
    """Text as a block of code, with a fence that is longer than any in the text."""
    fence = "`" * (3 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"
