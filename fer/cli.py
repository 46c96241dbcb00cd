"""The `fer` command. It finds its sub-commands through entry points, and imports none of the
floors above."""

import signal
import sys
from importlib.metadata import entry_points
from types import FrameType

import typer

from fer.errors import FerError, Interrupted

GROUP = "fer.commands"


def build_app() -> typer.Typer:
    """The command with all sub-commands that are installed."""
    app = typer.Typer(
        name="fer",
        help="Search, train and evaluate a small CNN that tells expressions on faces apart.",
        epilog="Begin with:  fer search run quick --data synthetic",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help: rich's costs 0.13 s, of 0.3 s in all
    )
    for command in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        target = command.load()
        if isinstance(target, typer.Typer):
            app.add_typer(target, name=command.name)
        else:
            app.command(command.name)(target)
    return app


def main() -> None:
    """Run the command; an error that the user can understand is one line, never a traceback."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        build_app()(prog_name="fer")
    except FerError as error:
        print(f"fer: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except OSError as error:
        # A folder where a file should be, a full disk: what has a file's name is no fault of ours.
        # NumPy's own errors of a full disk have no strerror.
        if (name := error.filename2 or error.filename) is None:
            raise
        print(f"fer: {FerError(f'{name}: {error.strerror or error}')}", file=sys.stderr)
        sys.exit(FerError.exit_status)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise Interrupted(f"stopped by {signal.Signals(number).name}")
