"""A bar on stderr for what takes more than a moment."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

QUIET = 1.0
"""Seconds before the bar appears: what is quicker needs none."""


def track(items: Iterable[T], total: int | None, what: str) -> Iterator[T]:
    """Go through the items, with a bar where stderr is a terminal.

    Args:
        total: number of items; None = unknown.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=total)
    begin, started = time.monotonic(), False
    try:
        for done, item in enumerate(items):
            if not started and time.monotonic() - begin >= QUIET:
                bar.start()
                started = True
            if started:
                bar.update(task, completed=done)
            yield item
    finally:
        if started:
            bar.stop()
