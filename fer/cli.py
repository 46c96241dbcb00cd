"""The `fer` command. It finds its sub-commands through entry points, so it imports no package above
`fer`."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, entry_points, version
from typing import Annotated

import typer
from typer.core import TyperGroup

from fer.commands.help import epilog_of, examples
from fer.exit_status import exit_status
from fer.signals import interrupt_at_once

GROUP = "fer.commands"


class _ByName(TyperGroup):
    """Lists commands and groups of commands together, by name."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return sorted(self.commands)


def build_app() -> typer.Typer:
    """The command with all sub-commands that are installed."""
    app = typer.Typer(
        cls=_ByName,
        name="fer",
        help="Search, train and evaluate a small CNN that classifies facial expressions.",
        epilog=examples(
            "fer search run quick --data synthetic",
            "fer report study beat_baseline --out study.html",
        ),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help: importing rich takes longer than all else
    )
    app.callback()(_options)
    for command in entry_points(group=GROUP):
        target = command.load()
        if isinstance(target, typer.Typer):
            app.add_typer(target, name=command.name)
        else:
            app.command(command.name, epilog=epilog_of(target))(target)
    return app


def main() -> None:
    """Run the command; an error that the user can understand is one line, never a traceback."""
    interrupt_at_once()
    sys.exit(exit_status(lambda: build_app()(prog_name="fer")))


def _options(
    show: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Show the versions of fer, torch, Optuna and Python, and exit.",
            is_eager=True,
            callback=lambda asked: _show_version() if asked else None,
        ),
    ] = False,
) -> None:
    pass


def _show_version() -> None:
    names = {"fer": "fer-search", "torch": "torch", "optuna": "optuna"}
    parts = [f"{name} {_version(package)}" for name, package in names.items()]
    typer.echo(", ".join([*parts, f"Python {platform.python_version()}"]))
    raise typer.Exit


def _version(package: str) -> str:
    try:
        return version(package)  # from its metadata: importing torch takes seconds
    except PackageNotFoundError:
        return "not installed"
