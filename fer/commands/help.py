"""Examples at the end of a command's ``--help``, in one form for all packages."""

from collections.abc import Callable
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


def examples(*lines: str) -> str:
    """The epilog of a command: its examples as they are typed, one a line."""
    title = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(("\b", title, *(f"  {line}" for line in lines)))  # \b: do not rewrap


def with_examples(*lines: str) -> Callable[[F], F]:
    """Attach examples to a command that is a single function rather than part of a group."""

    def attach(command: F) -> F:
        command.__dict__["epilog"] = examples(*lines)
        return command

    return attach


def epilog_of(command: object) -> str | None:
    """What ``with_examples`` attached, or None."""
    return getattr(command, "epilog", None)
