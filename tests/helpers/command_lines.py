"""Parses command lines that pages and help texts show."""

from functools import cache

import typer

from fer.cli import build_app

app = cache(lambda: typer.main.get_command(build_app()))
"""The whole command, built once."""


def check(words: list[str]) -> None:
    """Parse a `fer` command line, without running it.

    Raises:
        typer.TyperException: an unknown option, or a bad or missing value.
        KeyError: an unknown sub-command.
    """
    command = app()
    context, arguments = None, words[1:]
    while isinstance(command, typer.core.TyperGroup):
        context = typer.Context(command, parent=context, info_name=command.name)
        command, arguments = command.commands[arguments[0]], arguments[1:]
    command.make_context(command.name, arguments, parent=context)
