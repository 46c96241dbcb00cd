"""Ctrl-C and SIGTERM as something to look at between steps, so that no write is cut short."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from fer.errors import Interrupted


@contextmanager
def interruptible() -> Iterator[Callable[[str], None]]:
    """Hold SIGINT and SIGTERM back; the function it yields raises ``Interrupted`` with the given
    message once one of them came.

    Use it in the main thread.
    """
    received: list[int] = []

    def receive(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    before = {number: signal.signal(number, receive) for number in (signal.SIGINT, signal.SIGTERM)}

    def check(message: str) -> None:
        if received:
            raise Interrupted(message)

    try:
        yield check
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
