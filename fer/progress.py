"""A progress bar on stderr."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

INTERVAL = 0.05
"""Seconds between updates of the bar."""


def track(items: Iterable[T], total: int | None, description: str) -> Iterator[T]:
    """Go through the items, with a bar that appears at once where stderr is a terminal.

    Args:
        total: number of items; None = unknown.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(description, total=total)
        updated = time.monotonic()
        for done, item in enumerate(items):
            if (now := time.monotonic()) - updated >= INTERVAL:
                bar.update(task, completed=done)
                updated = now
            yield item
