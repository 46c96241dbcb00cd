"""A progress bar on stderr."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")

INTERVAL = 0.05
"""Seconds between updates of the bar."""


def progress_bars() -> "Progress":
    """Bars on stderr: done of total, time taken, time left, and what is being done.

    They disappear at the end, and there are none where stderr is not a terminal.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        BarColumn(20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def track(items: Iterable[T], total: int | None, description: str) -> Iterator[T]:
    """Iterate over the items, with a progress bar where stderr is a terminal.

    Args:
        total: number of items; None = unknown.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    with progress_bars() as bar:
        task = bar.add_task(description, total=total)
        updated = time.monotonic()
        for done, item in enumerate(items):
            if (now := time.monotonic()) - updated >= INTERVAL:
                bar.update(task, completed=done)
                updated = now
            yield item
