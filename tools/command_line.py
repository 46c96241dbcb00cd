"""The text of docs/command-line.md: what ``fer COMMAND --help`` prints, for every command."""

from collections.abc import Iterator
from typing import Any

import typer

from fer.cli import build_app

WIDTH = 96


def help_pages() -> str:
    """A heading and the help text of each command, groups before their sub-commands."""
    root = typer.main.get_command(build_app())
    return "\n".join(
        f"## {name}\n\n```text\n{text}\n```\n" for name, text in _pages(root, None, "fer")
    )


def _pages(command: Any, parent: typer.Context | None, name: str) -> Iterator[tuple[str, str]]:
    context = typer.Context(
        command,
        parent=parent,
        info_name=name.rpartition(" ")[2],
        terminal_width=WIDTH,
        max_content_width=WIDTH,
    )
    yield name, command.get_help(context).rstrip()
    for sub_name, sub_command in sorted(getattr(command, "commands", {}).items()):
        yield from _pages(sub_command, context, f"{name} {sub_name}")
