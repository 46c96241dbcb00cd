"""Errors that the user sees as one line, each with the exit status of `fer`."""

from pathlib import Path


def printable(text: str) -> str:
    """Text from outside, such as file names and cells, with what could begin a line or steer the
    terminal as escapes."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class FerError(Exception):
    """An error that the user can understand: one line on stderr, exit status 1."""

    exit_status = 1

    def __str__(self) -> str:
        return printable(super().__str__())


class BadInput(FerError):
    """A file, key or value is not what was expected: exit status 2.

    The message names the file, the row or key, the value and what was expected, such as
    ``recipe.toml: dropout = 1.4: must be less than 1``.
    """

    exit_status = 2


class DamagedFile(BadInput):
    """A file is not as it was written.

    Attributes:
        problem: the file and what is wrong with it, without the remedy.
    """

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        self.problem = f"{path}: damaged: {problem}"
        super().__init__(f"{self.problem}: {remedy}")


class Diverged(FerError):
    """The training loss became NaN or infinite; the last good checkpoint is kept."""


class MachineFault(FerError):
    """The machine is at fault, and not what ran on it: a disk is full, over quota or read-only."""


class Interrupted(FerError):
    """Ctrl-C, SIGTERM or SIGHUP; the last checkpoint can be resumed. Exit status 130."""

    exit_status = 130
