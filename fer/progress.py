"""A bar on stderr for what takes more than a moment."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def track(items: Iterable[T], total: int | None, what: str) -> Iterator[T]:
    """Go through the items, with a bar where stderr is a terminal.

    Args:
        total: number of items; None = unknown.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track as rich_track

    yield from rich_track(
        items, what, total=total, console=Console(stderr=True), transient=True, update_period=0.2
    )
